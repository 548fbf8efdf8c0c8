/**
 * Whatever database an application reaches through `drizzle-orm`, along with its transactions.
 *
 * @module
 */

import type { EngineName, SqlDriver, SqlValue } from "../sql_driver.ts";
import { bridgedDriver } from "./_bridged_driver.ts";
import { engineOf } from "./_engines.ts";
import type { StatementRunner } from "./_pooled_driver.ts";

/** The template function `sql` of `drizzle-orm`. */
export type DrizzleSql<Statement> = (text: TemplateStringsArray, ...values: SqlValue[]) => Statement;

/** The part of a database of Drizzle's, or of a transaction, that the driver touches. */
export interface DrizzleDatabase<Statement> {
  /** Runs one statement. */
  execute(statement: Statement): PromiseLike<unknown>;
  /** Runs a transaction. */
  transaction<T>(work: (transaction: DrizzleDatabase<Statement>) => Promise<T>): Promise<T>;
  /** Only a transaction has it. */
  rollback?(): never;
}

/** What is behind the database. */
export interface DrizzleOptions<Statement> {
  /** Which engine it speaks to; on SQLite most clients of Drizzle's take no awaited work into a transaction. */
  readonly engine: Exclude<EngineName, "sqlite">;
  /** The template function `sql` of the application's `drizzle-orm`. */
  readonly sql: DrizzleSql<Statement>;
}

/**
 * Makes a driver of an application's own Drizzle database.
 *
 * Given a transaction, the store works within it: what it writes commits, or is rolled back, with what the application
 * writes. A harbor's mail has to wait for the commit: see `shareTransaction`.
 *
 * @param database what `drizzle(…)` answers, or a transaction of it
 * @param options which engine is behind it, and Drizzle's `sql`
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 * @throws {TypeError} for an engine of another name
 *
 * @example
 * ```ts ignore
 * import { sql } from "drizzle-orm";
 *
 * const store = new SqlUserStore(drizzle(db, { engine: "postgresql", sql }));
 * ```
 */
export function drizzle<Statement>(
  database: DrizzleDatabase<Statement>,
  { engine, sql }: DrizzleOptions<Statement>,
): SqlDriver {
  if (typeof sql !== "function") throw new TypeError("sql must be the function sql of drizzle-orm");
  const known = engineOf(engine);
  return bridgedDriver({
    // Drizzle writes the placeholders itself.
    engine: { ...known, placeholders: (text) => text },
    runner: runnerOn(database, sql),
    transaction: "rollback" in database
      ? null
      : (work) => database.transaction((transaction) => work(runnerOn(transaction, sql))),
  });
}

function runnerOn<Statement>(
  database: DrizzleDatabase<Statement>,
  sql: DrizzleSql<Statement>,
): StatementRunner {
  const statement = (text: string, values: readonly SqlValue[]) => sql(templateOf(text), ...values);
  return {
    query: async (text, values) => rowsOf(await database.execute(statement(text, values))),
    execute: async (text, values) => changedBy(await database.execute(statement(text, values))),
  };
}

/** As if the text had been written as a template, with the values in the place of `?`. */
function templateOf(text: string): TemplateStringsArray {
  const parts = text.split("?");
  return Object.assign(parts, { raw: parts });
}

/** Clients answer a list of rows, an object with `rows`, or a pair of rows and columns. */
function rowsOf(result: unknown): readonly unknown[] {
  const { rows = result } = Object(result) as { readonly rows?: unknown };
  const list = Array.isArray(rows) && Array.isArray(rows[0]) ? rows[0] : rows;
  return (list as readonly unknown[]).map((row) => Object.values(Object(row)));
}

/** Each client calls the number of changed rows by another name. */
function changedBy(result: unknown): number {
  const header: unknown = Array.isArray(result) && !("count" in result) ? result[0] : result;
  const { affectedRows, rowCount, count } = Object(header) as {
    readonly [name in "affectedRows" | "rowCount" | "count"]?: number | null;
  };
  return affectedRows ?? rowCount ?? count ?? 0;
}
