import type { User, UserGuard } from "@userharbor/core";
import type { SqlConnection, SqlDialect, SqlFragment, SqlRow, SqlValue } from "../sql_driver.ts";
import type { Writable } from "./_writable.ts";

/** What a user's row is selected as, from a table called `u`; each column under a name of its own. */
export function userColumns(dialect: SqlDialect): string {
  return "u.id, u.username, COALESCE(u.claimed_email, u.email) AS address, u.verified, " +
    `${dialect.selectInstant("u.created_at")} AS registered_at, u.disabled, u.must_change_password`;
}

/** A row of {@link userColumns}. */
export type UserRow = readonly [
  id: string,
  username: string,
  email: string,
  verified: SqlValue,
  createdAt: SqlValue,
  disabled: SqlValue,
  mustChangePassword: SqlValue,
];

/** Reads a row that starts with {@link userColumns}. */
export function readUser(dialect: SqlDialect, row: readonly [...UserRow, ...SqlRow]): User {
  const [id, username, email, verified, createdAt, disabled, mustChangePassword] = row;
  const user: Writable<User> = { id, username, email, verified: dialect.decodeBoolean(verified) };
  if (createdAt !== null) user.createdAt = dialect.decodeInstant(createdAt);
  if (dialect.decodeBoolean(disabled)) user.disabled = true;
  if (dialect.decodeBoolean(mustChangePassword)) user.mustChangePassword = true;
  return user;
}

/** An account by name, and what must hold for it. */
export interface UserMatch extends UserGuard {
  readonly username: string;
}

/** The condition that selects the account if the guard holds for it. */
export function matching(dialect: SqlDialect, match: UserMatch): SqlFragment {
  const conditions = ["username = ?"];
  const values: SqlValue[] = [match.username];
  if (match.userId !== undefined) {
    conditions.push("id = ?");
    values.push(match.userId);
  }
  if (match.passwordHash !== undefined) {
    conditions.push("password_hash = ?");
    values.push(match.passwordHash);
  }
  if (match.verified !== undefined) {
    conditions.push("verified = ?");
    values.push(dialect.encodeBoolean(match.verified));
  }
  if (match.disabled !== undefined) {
    conditions.push("disabled = ?");
    values.push(dialect.encodeBoolean(match.disabled));
  }
  return { sql: conditions.join(" AND "), values };
}

/**
 * Writes the account's row if the guard holds for it, and tells whether it does.
 *
 * What is written next shares a conflict scope with whatever changes or removes the account. Reading the row is
 * not enough: on several engines a session outlived the password it was opened with.
 */
export async function touchUser(connection: SqlConnection, match: UserMatch): Promise<boolean> {
  const { sql, values } = matching(connection.dialect, match);
  return await connection.execute(`UPDATE userharbor_users SET serial = serial + 1 WHERE ${sql}`, values) ===
    1;
}
