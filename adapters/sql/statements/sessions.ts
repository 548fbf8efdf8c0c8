import type { NewSession, Session, UserGuard } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlDialect, SqlValue } from "../sql_driver.ts";
import { encodeOptional } from "./_instants.ts";
import { readUser, touchUser, USER_COLUMNS, type UserRow } from "./_user_row.ts";

type SessionRow = readonly [id: string, expiresAt: SqlValue, createdAt: SqlValue];

const SESSION_COLUMNS = "s.id, s.expires_at, s.created_at";

const SELECT_SESSION = `SELECT ${USER_COLUMNS}, ${SESSION_COLUMNS} ` +
  "FROM userharbor_sessions s JOIN userharbor_users u ON u.username = s.username WHERE s.token_hash = ?";

/** One read of the session and its user: all that a session check costs. */
export function getSession(tokenHash: string): SqlCall<Session | null> {
  return async (connection) => {
    const [row] = await connection.query<readonly [...UserRow, ...SessionRow]>(SELECT_SESSION, [tokenHash]);
    if (row === undefined) return null;
    const { dialect } = connection;
    const user = readUser(dialect, row);
    const session = readSession(dialect, [row[5], row[6], row[7]]);
    return { ...session, username: user.username, tokenHash, user };
  };
}

// Every engine sorts false before true; where nulls go differs.
const SELECT_SESSIONS = `SELECT ${SESSION_COLUMNS}, s.token_hash FROM userharbor_sessions s ` +
  "WHERE s.username = ? ORDER BY s.created_at IS NOT NULL, s.created_at, s.token_hash";

/** One read by the index over names; sessions of one instant in the order of their hashes, which stays. */
export function listSessions(username: string): SqlCall<readonly NewSession[]> {
  return async (connection) => {
    const rows = await connection.query<readonly [...SessionRow, tokenHash: string]>(SELECT_SESSIONS, [
      username,
    ]);
    return rows.map(([id, expiresAt, createdAt, tokenHash]) => ({
      ...readSession(connection.dialect, [id, expiresAt, createdAt]),
      username,
      tokenHash,
    }));
  };
}

function readSession(
  dialect: SqlDialect,
  [id, expiresAt, createdAt]: SessionRow,
): Pick<NewSession, "id" | "expiresAt" | "createdAt"> {
  const session = { id, expiresAt: dialect.decodeInstant(expiresAt) };
  return createdAt === null ? session : { ...session, createdAt: dialect.decodeInstant(createdAt) };
}

/** Touch, then insert: no session outlives the password or the account that it was opened with. */
export function addSession(session: NewSession, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { dialect } = connection;
    const { id, username, tokenHash } = session;
    if (!await touchUser(connection, { ...guard, username })) return false;
    const columns = ["token_hash", "username", "expires_at", "created_at"];
    const values = [
      tokenHash,
      username,
      dialect.encodeInstant(session.expiresAt),
      encodeOptional(dialect, session.createdAt),
    ];
    if (id !== undefined) {
      columns.push("id");
      values.push(id);
    }
    return await connection.execute(
      `INSERT INTO userharbor_sessions (${columns}) VALUES (${
        columns.map(() => "?")
      }) ON CONFLICT DO NOTHING`,
      values,
    ) === 1;
  };
}

/** One delete: of any number of callers, one changes a row. */
export function removeSession(tokenHash: string): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute("DELETE FROM userharbor_sessions WHERE token_hash = ?", [tokenHash]) === 1;
}

/** One delete, of that user's row only; the id alone finds it. */
export function removeSessionById(username: string, id: string): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute("DELETE FROM userharbor_sessions WHERE id = ? AND username = ?", [
      id,
      username,
    ]) === 1;
}

/** One delete by name. */
export function removeAllSessions(username: string): SqlCall<void> {
  return async (connection) => {
    await connection.execute("DELETE FROM userharbor_sessions WHERE username = ?", [username]);
  };
}

/**
 * One update, to a later instant only. `ifExpiresAt` is compared as finely as a `Date` tells, since a row of
 * Python's has microseconds.
 */
export function refreshSession(tokenHash: string, expiresAt: Date, ifExpiresAt?: Date): SqlCall<boolean> {
  return async (connection) => {
    const { dialect } = connection;
    const later = dialect.encodeInstant(expiresAt);
    const update = "UPDATE userharbor_sessions SET expires_at = ? WHERE token_hash = ? AND expires_at < ?";
    if (ifExpiresAt === undefined) return await connection.execute(update, [later, tokenHash, later]) === 1;
    const millisecondLater = new Date(ifExpiresAt.getTime() + 1);
    return await connection.execute(`${update} AND expires_at >= ? AND expires_at < ?`, [
      later,
      tokenHash,
      later,
      dialect.encodeInstant(ifExpiresAt),
      dialect.encodeInstant(millisecondLater),
    ]) === 1;
  };
}
