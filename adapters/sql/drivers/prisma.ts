/**
 * Whatever database an application reaches through Prisma, along with its interactive transactions.
 *
 * @module
 */

import type { EngineName, SqlDriver, SqlValue } from "../sql_driver.ts";
import { bridgedDriver } from "./_bridged_driver.ts";
import { engineOf } from "./_engines.ts";
import type { StatementRunner } from "./_pooled_driver.ts";

/** The part of a client that runs statements, inside a transaction or outside. */
export interface PrismaQueryable {
  /** The rows of a statement as objects. */
  $queryRawUnsafe(sql: string, ...values: SqlValue[]): PromiseLike<unknown>;
  /** How many rows a statement changed. */
  $executeRawUnsafe(sql: string, ...values: SqlValue[]): PromiseLike<number>;
}

/** The part of a `PrismaClient` that the driver touches; the client of a transaction lacks `$transaction`. */
export interface PrismaDatabase extends PrismaQueryable {
  /** Runs an interactive transaction. */
  $transaction?<T>(work: (transaction: PrismaQueryable) => Promise<T>): Promise<T>;
}

/** What is behind the client. */
export interface PrismaOptions {
  /** Which engine the client speaks to. */
  readonly engine: EngineName;
}

/**
 * Makes a driver of an application's own Prisma client.
 *
 * Given the client of an interactive transaction, the store works within it: what it writes commits, or is rolled
 * back, with what the application writes. A harbor's mail has to wait for the commit: see `shareTransaction`.
 *
 * @param database a `PrismaClient`, or what `$transaction` hands to its work
 * @param options which engine is behind it
 * @returns the driver for `migrate`, `SqlUserStore` and `SqlThrottle`
 * @throws {TypeError} for an engine of another name
 *
 * @example
 * ```ts ignore
 * const driver = prisma(new PrismaClient({ adapter }), { engine: "postgresql" });
 * const store = new SqlUserStore(driver);
 * ```
 */
export function prisma(database: PrismaDatabase, { engine }: PrismaOptions): SqlDriver {
  return bridgedDriver({
    engine: engineOf(engine),
    runner: runnerOn(database),
    transaction: database.$transaction === undefined
      ? null
      : <T>(work: (runner: StatementRunner) => Promise<T>) =>
        begin(database, (transaction) => work(runnerOn(transaction))),
  });
}

function begin<T>(
  database: PrismaDatabase,
  work: (transaction: PrismaQueryable) => Promise<T>,
): Promise<T> {
  const begun = database.$transaction?.(work);
  return begun ?? Promise.reject(new TypeError("Cannot begin: this client is a transaction's"));
}

function runnerOn(database: PrismaQueryable): StatementRunner {
  return {
    query: async (sql, values) => {
      const rows = await database.$queryRawUnsafe(sql, ...values);
      return (rows as readonly unknown[]).map((row) => Object.values(Object(row)));
    },
    execute: async (sql, values) => await database.$executeRawUnsafe(sql, ...values),
  };
}
