import type { EngineErrors } from "./_engine_errors.ts";
import { findInCauses } from "./_error_code.ts";

/** What an error of MySQL or MariaDB means: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export const mysqlErrors: EngineErrors = {
  isDuplicate: (error) => errorNumber(error) === 1062,
  // A table, column, index or foreign key of that name; and one to be dropped that is not there.
  isSchemaThere: (error) => [1050, 1060, 1061, 1826, 1091].includes(errorNumber(error)),
  // Deadlock (on Galera also at COMMIT), lock wait timeout, and a row changed since it was read.
  isRolledBack: (error) => [1213, 1205, 1020].includes(errorNumber(error)),
  // A table, or a column, that is not there.
  isSchemaMissing: (error) => [1146, 1054].includes(errorNumber(error)),
};

function errorNumber(error: unknown): number {
  return findInCauses(error, ({ errno }) => typeof errno === "number" && errno > 0 ? errno : undefined) ?? 0;
}
