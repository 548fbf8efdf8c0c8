import type { ListUsersRequest, User } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlDialect, SqlFragment } from "../sql_driver.ts";
import { rowLimit } from "./_row_limit.ts";
import { readUser, userColumns, type UserRow } from "./_user_row.ts";

/** More than an address has code points, and so more than a name has. */
const LONGEST = 320;

/** One read by the indexes over canonical names and over addresses; the next page begins behind the last name. */
export function listUsers(request: ListUsersRequest): SqlCall<readonly User[]> {
  return async (connection) => {
    const { dialect } = connection;
    const { startsWith = "", afterUsernameKey = "" } = request;
    const found = startsWith === "" ? { sql: "", values: [] } : startingWith(dialect, startsWith);
    const key = dialect.byCodePoint("u.username_key");
    const rows = await connection.query<UserRow>(
      `SELECT ${userColumns(dialect)} FROM ${found.sql}userharbor_users u ` +
        `${found.sql && "ON u.username_key = found.username_key "}WHERE ${key} > ? ` +
        `ORDER BY ${key} LIMIT ${rowLimit(request.limit)}`,
      [...found.values, afterUsernameKey],
    );
    return rows.map((row) => readUser(dialect, row));
  };
}

/**
 * A range instead of `LIKE`: nothing in it stands for something else, and every index serves it. Joined, for MySQL
 * would ask a list of `IN` anew for every account there is.
 */
function startingWith(dialect: SqlDialect, start: string): SqlFragment {
  const end = start + "\u{10ffff}".repeat(LONGEST);
  const [key, email] = [dialect.byCodePoint("username_key"), dialect.byCodePoint("email")];
  return {
    sql: "(" +
      `SELECT username_key FROM userharbor_users WHERE ${key} >= ? AND ${key} < ? UNION ` +
      `SELECT username_key FROM userharbor_users WHERE ${email} >= ? AND ${email} < ? AND claimed_email IS NULL` +
      ") found JOIN ",
    values: [start, end, start, end],
  };
}
