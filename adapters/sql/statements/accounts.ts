import { type CreateUserRequest, type User, type UserGuard, UserHarborError } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import { Overtaken } from "../_retry.ts";
import type { SqlConnection } from "../sql_driver.ts";
import { insertIfAbsent } from "./_insert_if_absent.ts";
import { encodeOptional } from "./_instants.ts";
import { placeholder } from "./_placeholder.ts";
import { REFERRING_TABLES } from "./_referring_tables.ts";
import { matching, readUser, touchUser, userColumns, type UserRow } from "./_user_row.ts";

/** Displaces an unverified holder, then inserts; a refusal rolls the displacement back. */
export function createUser(request: CreateUserRequest): SqlCall<void> {
  return async (connection) => {
    if (request.holdsEmail !== false) await displaceHolder(connection, request);
    if (!await insertUser(connection, request)) throw await refusal(connection, request);
    const { username, verificationTokenHash, expiresAt, createdAt } = request;
    if (verificationTokenHash === undefined || expiresAt === undefined) return;
    const { dialect } = connection;
    await connection.execute(
      "INSERT INTO userharbor_email_verifications (token_hash, username, expires_at, created_at) VALUES (?, ?, ?, ?)",
      [verificationTokenHash, username, dialect.encodeInstant(expiresAt), encodeOptional(dialect, createdAt)],
    );
  };
}

/** With an address: touch first, so that a failed guard writes nothing; then judge, displace and take it. */
export function setUserVerified(username: string, email?: string, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { dialect } = connection;
    const verified = dialect.encodeBoolean(true);
    if (email === undefined) {
      const { sql, values } = matching(dialect, { ...guard, username });
      return await connection.execute(
        `UPDATE userharbor_users SET verified = ? WHERE ${sql} AND claimed_email IS NULL`,
        [verified, ...values],
      ) === 1;
    }
    if (!await touchUser(connection, { ...guard, username })) return false;
    if (await isOwned(connection, { email, username })) throw emailTaken();
    await displaceHolder(connection, { email, username });
    try {
      return await connection.execute(
        "UPDATE userharbor_users SET email = ?, claimed_email = NULL, verified = ? WHERE username = ?",
        [email, verified, username],
      ) === 1;
    } catch (error) {
      if (!connection.isDuplicate(error)) throw error;
      throw new Overtaken("Cannot take the address: others take it at this moment", { cause: error });
    }
  };
}

/** The row of the account first, then what refers to it. */
export function deleteUser(username: string, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { sql, values } = matching(connection.dialect, { ...guard, username });
    if (await connection.execute(`DELETE FROM userharbor_users WHERE ${sql}`, values) !== 1) return false;
    await deleteWhatRefersTo(connection, username);
    return true;
  };
}

/**
 * Removes what may refer to an account whose row is gone; also where a neighbour's connection, Python's for one,
 * leaves foreign keys unenforced.
 */
export async function deleteWhatRefersTo(connection: SqlConnection, username: string): Promise<void> {
  for (const table of REFERRING_TABLES) {
    await connection.execute(`DELETE FROM ${table} WHERE username = ?`, [username]);
  }
}

/** One read by the canonical key. */
export function getUserByUsername(usernameKey: string): SqlCall<User | null> {
  return async (connection) => {
    const [row] = await connection.query<UserRow>(
      `SELECT ${userColumns(connection.dialect)} FROM userharbor_users u WHERE u.username_key = ?`,
      [usernameKey],
    );
    return row === undefined ? null : readUser(connection.dialect, row);
  };
}

/** One read by the address, never by a placeholder. */
export function getUserByEmail(email: string): SqlCall<User | null> {
  return async (connection) => {
    const [row] = await connection.query<UserRow>(
      `SELECT ${
        userColumns(connection.dialect)
      } FROM userharbor_users u WHERE u.email = ? AND u.claimed_email IS NULL`,
      [email],
    );
    return row === undefined ? null : readUser(connection.dialect, row);
  };
}

/** One read by name. */
export function getPasswordHash(username: string): SqlCall<string | null> {
  return async (connection) => {
    const [row] = await connection.query<readonly [string]>(
      "SELECT password_hash FROM userharbor_users WHERE username = ?",
      [username],
    );
    return row === undefined ? null : row[0];
  };
}

/** One guarded update. */
export function setPasswordHash(username: string, passwordHash: string, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { sql, values } = matching(connection.dialect, { ...guard, username });
    return await connection.execute(`UPDATE userharbor_users SET password_hash = ? WHERE ${sql}`, [
      passwordHash,
      ...values,
    ]) === 1;
  };
}

async function insertUser(connection: SqlConnection, request: CreateUserRequest): Promise<boolean> {
  const { id, username, email, holdsEmail = true, passwordHash } = request;
  const { dialect } = connection;
  return await insertIfAbsent(connection, {
    sql: "INSERT INTO userharbor_users " +
      "(id, username, username_key, email, claimed_email, password_hash, verified, created_at) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    values: [
      id,
      username,
      usernameKeyOf(request),
      holdsEmail ? email : placeholder(),
      holdsEmail ? null : email,
      passwordHash,
      dialect.encodeBoolean(false),
      encodeOptional(dialect, request.createdAt),
    ],
  });
}

function usernameKeyOf({ username, usernameKey }: CreateUserRequest): string {
  return usernameKey ?? username.toLowerCase();
}

/** Whether another account has verified the address. */
async function isOwned(
  connection: SqlConnection,
  { email, username }: { readonly email: string; readonly username: string },
): Promise<boolean> {
  const { dialect } = connection;
  const rows = await connection.query(
    `SELECT username FROM userharbor_users WHERE email = ? AND username <> ? AND verified = ?${dialect.newestRow}`,
    [email, username, dialect.encodeBoolean(true)],
  );
  return rows.length > 0;
}

/** The unverified account that holds the address, if any and if it is another one, only asks for it from here on. */
async function displaceHolder(
  connection: SqlConnection,
  { email, username }: { readonly email: string; readonly username: string },
): Promise<void> {
  await connection.execute(
    "UPDATE userharbor_users SET claimed_email = email, email = ? WHERE email = ? AND username <> ? AND verified = ?",
    [placeholder(), email, username, connection.dialect.encodeBoolean(false)],
  );
}

/**
 * Engines differ in which of two broken unique keys they report, so what is taken is looked up, the name first. When
 * it is neither, somebody unverified took the address since its holder was displaced.
 */
async function refusal(connection: SqlConnection, request: CreateUserRequest): Promise<Error> {
  const [namesake] = await connection.query(
    `SELECT username FROM userharbor_users WHERE username = ? OR username_key = ?${connection.dialect.newestRow}`,
    [request.username, usernameKeyOf(request)],
  );
  if (namesake !== undefined) {
    return new UserHarborError("username_taken", "Cannot create the account: the username is taken");
  }
  if (request.holdsEmail !== false && !await isOwned(connection, request)) {
    return new Overtaken("Cannot create the account: others take its address at this moment");
  }
  return emailTaken();
}

function emailTaken(): Error {
  return new UserHarborError("email_taken", "Cannot take the address: a verified account holds it");
}
