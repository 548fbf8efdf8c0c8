/**
 * PostgreSQL through `postgres` (postgres.js), version 3.
 *
 * @module
 */

import { postgresqlDialect } from "../dialects/postgresql.ts";
import type { SqlDriver, SqlValue } from "../sql_driver.ts";
import { numberedPlaceholders } from "./_numbered_placeholders.ts";
import { pooledDriver, type StatementRunner } from "./_pooled_driver.ts";
import { postgresqlErrors } from "./_postgresql_errors.ts";

/** The rows of a statement, and how many it changed. */
export interface PostgresRows extends ReadonlyArray<unknown> {
  /** Rows changed or found. */
  readonly count: number;
}

/** A statement under way. */
export interface PostgresPendingQuery {
  /** Its rows as arrays, since two columns may share a name. */
  values(): PromiseLike<PostgresRows>;
}

/** The part of an `sql` function that runs statements. */
export interface PostgresQueryable {
  /** Runs a text with values. */
  unsafe(text: string, values: SqlValue[], options: { readonly prepare: boolean }): PostgresPendingQuery;
}

/** The part of a reserved connection that the driver touches. */
export interface PostgresReserved extends PostgresQueryable {
  /** Gives the connection back. */
  release(): void;
}

/** The part of an `sql` function that the driver touches. */
export interface PostgresSql extends PostgresQueryable {
  /** Takes a connection. */
  reserve(): Promise<PostgresReserved>;
}

/**
 * Makes a driver of an `sql` function of postgres.js.
 *
 * @param sql what `postgres(…)` answers; it may be used for anything else as well, and whoever made it ends it
 * @returns the driver for `migrate`, `SqlUserStore` and `SqlThrottle`
 *
 * @example
 * ```ts ignore
 * import postgresJs from "postgres";
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { postgres } from "@userharbor/sql/postgres";
 *
 * const driver = postgres(postgresJs("postgres://localhost/accounts"));
 * await migrate(driver);
 * const store = new SqlUserStore(driver);
 * ```
 */
export function postgres(sql: PostgresSql): SqlDriver {
  return pooledDriver({
    ...runnerOn(sql),
    dialect: postgresqlDialect,
    errors: postgresqlErrors,
    acquire: async () => {
      const connection = await sql.reserve();
      // The client itself replaces a connection that was lost.
      return { ...runnerOn(connection), release: () => connection.release() };
    },
  });
}

function runnerOn(queryable: PostgresQueryable): StatementRunner {
  const run = (sql: string, values: readonly SqlValue[]) =>
    queryable.unsafe(numberedPlaceholders(sql), [...values], { prepare: true }).values();
  return {
    query: async (sql, values) => [...await run(sql, values)],
    execute: async (sql, values) => (await run(sql, values)).count,
  };
}
