import type { EngineErrors } from "./_engine_errors.ts";
import { findInCauses } from "./_error_code.ts";

/** What a PostgreSQL error means, whichever client reports it: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const postgresqlErrors: EngineErrors = {
  isDuplicate: (error) => sqlState(error) === "23505",
  isSchemaThere: () => false,
  // Serialization failure, deadlock, and a lock that was not to be had in time.
  isRolledBack: (error) => ["40001", "40P01", "55P03"].includes(sqlState(error)),
  // A table, or a column, that is not there.
  isSchemaMissing: (error) => ["42P01", "42703"].includes(sqlState(error)),
};

/** SQLSTATE: five letters and digits. */
function sqlState(error: unknown): string {
  return findInCauses(
    error,
    ({ code }) => typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined,
  ) ?? "";
}
