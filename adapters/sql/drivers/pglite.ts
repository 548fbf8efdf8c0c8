/**
 * PostgreSQL within the process, through `@electric-sql/pglite`.
 *
 * @module
 */

import { TransactionGate } from "@userharbor/core/transactions";
import { postgresqlDialect } from "../dialects/postgresql.ts";
import type { SqlDriver, SqlValue } from "../sql_driver.ts";
import { numberedPlaceholders } from "./_numbered_placeholders.ts";
import { gatedDriver } from "./_gated_driver.ts";
import { postgresqlErrors } from "./_postgresql_errors.ts";

/** What a statement answered. */
export interface PgliteResults {
  /** As arrays. */
  readonly rows: unknown[];
  /** How many rows it changed. */
  readonly affectedRows?: number;
}

/** The part of a `PGlite` that the driver touches. */
export interface PgliteDatabase {
  /** Runs one statement. */
  query(text: string, values: SqlValue[], options: { readonly rowMode: "array" }): Promise<PgliteResults>;
}

/**
 * Makes a driver of one PGlite database.
 *
 * It has one connection, so a transaction of the store keeps every other call of the store waiting.
 *
 * @param database a `PGlite`; what the application does with it otherwise must not leave a transaction open
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 *
 * @example
 * ```ts ignore
 * import { PGlite } from "@electric-sql/pglite";
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { pglite } from "@userharbor/sql/pglite";
 *
 * const driver = pglite(new PGlite("accounts"));
 * await migrate(driver);
 * const store = new SqlUserStore(driver);
 * ```
 */
export function pglite(database: PgliteDatabase): SqlDriver {
  const run = (sql: string, values: readonly SqlValue[]) =>
    database.query(numberedPlaceholders(sql), [...values], { rowMode: "array" });
  return gatedDriver({
    query: async (sql, values) => (await run(sql, values)).rows,
    execute: async (sql, values) => (await run(sql, values)).affectedRows ?? 0,
    dialect: postgresqlDialect,
    errors: postgresqlErrors,
    gate: new TransactionGate(),
  });
}
