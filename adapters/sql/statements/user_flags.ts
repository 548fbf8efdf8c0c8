import type { UserFlags, UserGuard } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlValue } from "../sql_driver.ts";
import { matching } from "./_user_row.ts";

/** One guarded update, which counts as a write of the account's row even where no flag changes. */
export function setUserFlags(username: string, flags: UserFlags, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    const { dialect } = connection;
    const changes = ["serial = serial + 1"];
    const switched: SqlValue[] = [];
    if (flags.disabled !== undefined) {
      changes.push("disabled = ?");
      switched.push(dialect.encodeBoolean(flags.disabled));
    }
    if (flags.mustChangePassword !== undefined) {
      changes.push("must_change_password = ?");
      switched.push(dialect.encodeBoolean(flags.mustChangePassword));
    }
    const { sql, values } = matching(dialect, { ...guard, username });
    return await connection.execute(`UPDATE userharbor_users SET ${changes.join(", ")} WHERE ${sql}`, [
      ...switched,
      ...values,
    ]) === 1;
  };
}
