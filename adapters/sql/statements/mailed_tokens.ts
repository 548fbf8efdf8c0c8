import type { EmailVerification, UserGuard, UserToken } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlDialect, SqlRow, SqlValue } from "../sql_driver.ts";
import { encodeOptional } from "./_instants.ts";
import { touchUser } from "./_user_row.ts";

const TOKEN_COLUMNS = "token_hash, username, expires_at, created_at";

type TokenRow = readonly [tokenHash: string, username: string, expiresAt: SqlValue, createdAt: SqlValue];

/** One read by token hash. */
export function getEmailVerification(tokenHash: string): SqlCall<EmailVerification | null> {
  return async (connection) => {
    const [row] = await connection.query<readonly [...TokenRow, email: string | null]>(
      `SELECT ${TOKEN_COLUMNS}, email FROM userharbor_email_verifications WHERE token_hash = ?`,
      [tokenHash],
    );
    if (row === undefined) return null;
    const token = readToken(connection.dialect, row);
    return row[4] === null ? token : { ...token, email: row[4] };
  };
}

/** Touch, then one upsert on the unique name: two callers at once leave one token. */
export function setEmailVerification(verification: EmailVerification, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { username, tokenHash, expiresAt, createdAt, email } = verification;
    const { dialect } = connection;
    if (!await touchUser(connection, { ...guard, username })) return false;
    return await connection.execute(
      `INSERT INTO userharbor_email_verifications (${TOKEN_COLUMNS}, email) SELECT ?, ?, ?, ?, ? ` +
        "WHERE NOT EXISTS " +
        "(SELECT 1 FROM userharbor_email_verifications WHERE token_hash = ? AND username <> ?) " +
        "ON CONFLICT (username) DO UPDATE SET token_hash = excluded.token_hash, " +
        "expires_at = excluded.expires_at, created_at = excluded.created_at, email = excluded.email",
      [
        tokenHash,
        username,
        dialect.encodeInstant(expiresAt),
        encodeOptional(dialect, createdAt),
        email ?? null,
        tokenHash,
        username,
      ],
    ) === 1;
  };
}

/** One delete: of any number of callers, one changes a row. */
export function removeEmailVerification(tokenHash: string): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute("DELETE FROM userharbor_email_verifications WHERE token_hash = ?", [
      tokenHash,
    ]) === 1;
}

/** One delete by name. */
export function removeEmailVerificationForUser(username: string): SqlCall<void> {
  return async (connection) => {
    await connection.execute("DELETE FROM userharbor_email_verifications WHERE username = ?", [username]);
  };
}

/** One read by token hash. */
export function getPasswordReset(tokenHash: string): SqlCall<UserToken | null> {
  return async (connection) => {
    const [row] = await connection.query<TokenRow>(
      `SELECT ${TOKEN_COLUMNS} FROM userharbor_password_resets WHERE token_hash = ?`,
      [tokenHash],
    );
    return row === undefined ? null : readToken(connection.dialect, row);
  };
}

/** Touch, then one upsert on the unique name: two callers at once leave one token. */
export function setPasswordReset(reset: UserToken, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { username, tokenHash, expiresAt, createdAt } = reset;
    const { dialect } = connection;
    if (!await touchUser(connection, { ...guard, username })) return false;
    return await connection.execute(
      `INSERT INTO userharbor_password_resets (${TOKEN_COLUMNS}) SELECT ?, ?, ?, ? ` +
        "WHERE NOT EXISTS (SELECT 1 FROM userharbor_password_resets WHERE token_hash = ? AND username <> ?) " +
        "ON CONFLICT (username) DO UPDATE SET token_hash = excluded.token_hash, " +
        "expires_at = excluded.expires_at, created_at = excluded.created_at",
      [
        tokenHash,
        username,
        dialect.encodeInstant(expiresAt),
        encodeOptional(dialect, createdAt),
        tokenHash,
        username,
      ],
    ) === 1;
  };
}

/** One delete: of any number of callers, one changes a row. */
export function removePasswordReset(tokenHash: string): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute("DELETE FROM userharbor_password_resets WHERE token_hash = ?", [tokenHash]) ===
      1;
}

/** One delete by name. */
export function removePasswordResetForUser(username: string): SqlCall<void> {
  return async (connection) => {
    await connection.execute("DELETE FROM userharbor_password_resets WHERE username = ?", [username]);
  };
}

function readToken(dialect: SqlDialect, row: readonly [...TokenRow, ...SqlRow]): UserToken {
  const [tokenHash, username, expires, created] = row;
  const token = { username, tokenHash, expiresAt: dialect.decodeInstant(expires) };
  return created === null ? token : { ...token, createdAt: dialect.decodeInstant(created) };
}
