import type { EmailVerification, UserGuard, UserToken } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlConnection, SqlDialect, SqlRow, SqlValue } from "../sql_driver.ts";
import { encodeOptional } from "./_instants.ts";
import { touchUser } from "./_user_row.ts";

/** A table of mailed tokens, which holds at most one for each user. */
type TokenTable = "userharbor_email_verifications" | "userharbor_password_resets";

type TokenRow = readonly [tokenHash: string, username: string, expiresAt: SqlValue, createdAt: SqlValue];

/** Each column under a name of its own: some clients hand rows over as objects. */
function tokenColumns(dialect: SqlDialect): string {
  return `token_hash, username, ${dialect.selectInstant("expires_at")} AS ends_at, ` +
    `${dialect.selectInstant("created_at")} AS made_at`;
}

/** One read by token hash. */
export function getEmailVerification(tokenHash: string): SqlCall<EmailVerification | null> {
  return async (connection) => {
    const { dialect } = connection;
    const [row] = await connection.query<readonly [...TokenRow, email: string | null]>(
      `SELECT ${tokenColumns(dialect)}, email FROM userharbor_email_verifications WHERE token_hash = ?`,
      [tokenHash],
    );
    if (row === undefined) return null;
    const token = readToken(dialect, row);
    return row[4] === null ? token : { ...token, email: row[4] };
  };
}

/** Makes this the user's one verification token. */
export function setEmailVerification(verification: EmailVerification, guard?: UserGuard): SqlCall<boolean> {
  return (connection) =>
    replaceToken(connection, {
      table: "userharbor_email_verifications",
      token: verification,
      more: { email: verification.email ?? null },
      guard,
    });
}

/** One delete: of any number of callers, one changes a row. */
export function removeEmailVerification(tokenHash: string): SqlCall<boolean> {
  return removeToken("userharbor_email_verifications", tokenHash);
}

/** One delete by name. */
export function removeEmailVerificationForUser(username: string): SqlCall<void> {
  return removeTokenOf("userharbor_email_verifications", username);
}

/** One read by token hash. */
export function getPasswordReset(tokenHash: string): SqlCall<UserToken | null> {
  return async (connection) => {
    const { dialect } = connection;
    const [row] = await connection.query<TokenRow>(
      `SELECT ${tokenColumns(dialect)} FROM userharbor_password_resets WHERE token_hash = ?`,
      [tokenHash],
    );
    return row === undefined ? null : readToken(dialect, row);
  };
}

/** Makes this the user's one reset token. */
export function setPasswordReset(reset: UserToken, guard?: UserGuard): SqlCall<boolean> {
  return (connection) =>
    replaceToken(connection, { table: "userharbor_password_resets", token: reset, more: {}, guard });
}

/** One delete: of any number of callers, one changes a row. */
export function removePasswordReset(tokenHash: string): SqlCall<boolean> {
  return removeToken("userharbor_password_resets", tokenHash);
}

/** One delete by name. */
export function removePasswordResetForUser(username: string): SqlCall<void> {
  return removeTokenOf("userharbor_password_resets", username);
}

interface Replacement {
  readonly table: TokenTable;
  readonly token: UserToken;
  /** Columns that this kind has beside those of every kind. */
  readonly more: Readonly<Record<string, SqlValue>>;
  readonly guard: UserGuard | undefined;
}

/**
 * Touch, then one upsert on the unique name: two callers at once leave one token. False, writing nothing, when the
 * token hash is stored for somebody else.
 */
async function replaceToken(
  connection: SqlConnection,
  { table, token, more, guard }: Replacement,
): Promise<boolean> {
  const { dialect } = connection;
  const { username, tokenHash } = token;
  if (!await touchUser(connection, { ...guard, username })) return false;
  const taken = await connection.query(
    `SELECT username FROM ${table} WHERE token_hash = ? AND username <> ?`,
    [tokenHash, username],
  );
  if (taken.length > 0) return false;
  const row = {
    token_hash: tokenHash,
    username,
    expires_at: dialect.encodeInstant(token.expiresAt),
    created_at: encodeOptional(dialect, token.createdAt),
    ...more,
  };
  const columns = Object.keys(row);
  const insert = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
  const replaced = columns.filter((column) => column !== "username");
  await connection.execute(
    dialect.upsert({ insert, key: "username", columns: replaced }),
    Object.values(row),
  );
  return true;
}

function removeToken(table: TokenTable, tokenHash: string): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute(`DELETE FROM ${table} WHERE token_hash = ?`, [tokenHash]) === 1;
}

function removeTokenOf(table: TokenTable, username: string): SqlCall<void> {
  return async (connection) => {
    await connection.execute(`DELETE FROM ${table} WHERE username = ?`, [username]);
  };
}

function readToken(dialect: SqlDialect, row: readonly [...TokenRow, ...SqlRow]): UserToken {
  const [tokenHash, username, expires, created] = row;
  const token = { username, tokenHash, expiresAt: dialect.decodeInstant(expires) };
  return created === null ? token : { ...token, createdAt: dialect.decodeInstant(created) };
}
