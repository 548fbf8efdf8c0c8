import type { NewSession, Session, SessionClient, UserGuard } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlDialect, SqlValue } from "../sql_driver.ts";
import { encodeOptional } from "./_instants.ts";
import { insertUnderGuard } from "./_insert_under_guard.ts";
import { readUser, userColumns, type UserRow } from "./_user_row.ts";
import type { Writable } from "./_writable.ts";

type SessionRow = readonly [
  id: string,
  expiresAt: SqlValue,
  createdAt: SqlValue,
  address: string | null,
  userAgent: string | null,
];

/** Each column under a name of its own: some clients hand rows over as objects. */
function sessionColumns(dialect: SqlDialect): string {
  return `s.id AS session_id, ${dialect.selectInstant("s.expires_at")} AS ends_at, ` +
    `${dialect.selectInstant("s.created_at")} AS opened_at, s.client_address, s.client_user_agent`;
}

function selectSession(dialect: SqlDialect): string {
  return `SELECT ${sessionColumns(dialect)}, ${userColumns(dialect)} ` +
    "FROM userharbor_sessions s JOIN userharbor_users u ON u.username = s.username WHERE s.token_hash = ?";
}

/** One read of the session and its user: all that a session check costs. */
export function getSession(tokenHash: string): SqlCall<Session | null> {
  return async (connection) => {
    const { dialect } = connection;
    const [row] = await connection.query<readonly [...SessionRow, ...UserRow]>(selectSession(dialect), [
      tokenHash,
    ]);
    if (row === undefined) return null;
    const [id, expiresAt, createdAt, address, userAgent, ...userRow] = row;
    const user = readUser(dialect, userRow);
    const session = readSession(dialect, [id, expiresAt, createdAt, address, userAgent]);
    return { ...session, username: user.username, tokenHash, user };
  };
}

// Every engine sorts false before true; where nulls go differs.
function selectSessions(dialect: SqlDialect): string {
  return `SELECT s.token_hash, ${sessionColumns(dialect)} FROM userharbor_sessions s ` +
    "WHERE s.username = ? ORDER BY s.created_at IS NOT NULL, s.created_at, s.token_hash";
}

/** One read by the index over names; sessions of one instant in the order of their hashes, which stays. */
export function listSessions(username: string): SqlCall<readonly NewSession[]> {
  return async (connection) => {
    const rows = await connection.query<readonly [tokenHash: string, ...SessionRow]>(
      selectSessions(connection.dialect),
      [username],
    );
    return rows.map(([tokenHash, ...row]) => ({
      ...readSession(connection.dialect, row),
      username,
      tokenHash,
    }));
  };
}

type ReadSession = Omit<NewSession, "username" | "tokenHash">;

function readSession(dialect: SqlDialect, row: SessionRow): ReadSession {
  const [id, expiresAt, createdAt, address, userAgent] = row;
  const session: Writable<ReadSession> = { id, expiresAt: dialect.decodeInstant(expiresAt) };
  if (createdAt !== null) session.createdAt = dialect.decodeInstant(createdAt);
  if (address !== null || userAgent !== null) session.client = readClient(address, userAgent);
  return session;
}

function readClient(address: string | null, userAgent: string | null): SessionClient {
  return { ...address !== null && { address }, ...userAgent !== null && { userAgent } };
}

/** No session outlives the password or the account that it was opened with. */
export function addSession(session: NewSession, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { dialect } = connection;
    const { id, username, client } = session;
    const row = {
      token_hash: session.tokenHash,
      username,
      expires_at: dialect.encodeInstant(session.expiresAt),
      created_at: encodeOptional(dialect, session.createdAt),
      client_address: client?.address ?? null,
      client_user_agent: client?.userAgent ?? null,
      ...(id === undefined ? {} : { id }),
    };
    return await insertUnderGuard(connection, {
      table: "userharbor_sessions",
      row,
      match: { ...guard, username },
    });
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
