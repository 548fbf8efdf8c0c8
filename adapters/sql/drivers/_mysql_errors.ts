import type { SqlDriver } from "../sql_driver.ts";
import { findInCauses } from "./_error_code.ts";

/** What an error of MySQL or MariaDB means: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export const mysqlErrors: Pick<SqlDriver, "isDuplicate" | "isRolledBack" | "isSchemaMissing"> = {
  isDuplicate: (error) => errorNumber(error) === 1062,
  // Deadlock (on Galera also at COMMIT), lock wait timeout, and a row changed since it was read.
  isRolledBack: (error) => [1213, 1205, 1020].includes(errorNumber(error)),
  // A table, or a column, that is not there.
  isSchemaMissing: (error) => [1146, 1054].includes(errorNumber(error)),
};

function errorNumber(error: unknown): number {
  return findInCauses(error, ({ errno }) => typeof errno === "number" && errno > 0 ? errno : undefined) ?? 0;
}
