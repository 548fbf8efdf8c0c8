/**
 * PostgreSQL through `postgres` (postgres.js), version 3.
 *
 * @module
 */

import type { SqlDriver, SqlValue } from "../sql_driver.ts";
import { bridgedDriver } from "./_bridged_driver.ts";
import { engineOf } from "./_engines.ts";
import { Lifeline } from "./_lifeline.ts";
import type { StatementRunner } from "./_pooled_driver.ts";

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

/** The part of an `sql` function, or of that of a transaction, that runs statements. */
export interface PostgresQueryable {
  /** Runs a text with values. */
  unsafe(text: string, values: SqlValue[], options: { readonly prepare: boolean }): PostgresPendingQuery;
}

/** The part of an `sql` function that the driver touches. */
export interface PostgresSql extends PostgresQueryable {
  /** Runs work in a transaction; rejects as soon as its connection is lost, whatever the work does. */
  begin(work: (transaction: PostgresQueryable) => Promise<void>): Promise<unknown>;
}

/**
 * Makes a driver of an `sql` function of postgres.js.
 *
 * @param sql what `postgres(…)` answers; it may be used for anything else as well, and whoever made it ends it
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
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
  return bridgedDriver({
    engine: engineOf("postgresql"),
    runner: runnerOn(sql),
    transaction: (work) => transact(sql, work),
  });
}

function runnerOn(queryable: PostgresQueryable): StatementRunner {
  const run = (sql: string, values: readonly SqlValue[]) =>
    queryable.unsafe(sql, [...values], { prepare: true }).values();
  return {
    query: async (sql, values) => [...await run(sql, values)],
    execute: async (sql, values) => (await run(sql, values)).count,
  };
}

/**
 * Once a connection is lost, the client makes it anew for somebody else, and would still send there what a transaction
 * asks that began before: its next statement, its ROLLBACK, even its COMMIT. So nothing is asked any more, and the
 * work is left as it is.
 */
async function transact<T>(sql: PostgresSql, work: (runner: StatementRunner) => Promise<T>): Promise<T> {
  const connection = new Lifeline();
  const results: T[] = [];
  const ended = sql.begin(async (transaction) => {
    try {
      results.push(await work(connection.guard(runnerOn(transaction))));
    } catch (error) {
      if (!connection.isLost) throw error;
    }
    if (connection.isLost) await new Promise<never>(() => {});
  });
  try {
    await ended;
  } catch (error) {
    connection.lose(error);
    throw error;
  }
  return results[0] as T;
}
