/**
 * SQLite in a Durable Object of Cloudflare's.
 *
 * @module
 */

import { TransactionGate } from "@userharbor/core/transactions";
import { sqliteDialect } from "../dialects/sqlite.ts";
import type { SqlDriver, SqliteValue } from "../sql_driver.ts";
import { gatedDriver } from "./_gated_driver.ts";
import { sqliteErrors } from "./_sqlite_errors.ts";

/** What a statement answered. */
export interface DurableObjectCursor {
  /** The rows as arrays. */
  raw(): Iterable<unknown[]>;
  /** How many rows, and rows of indexes, were written. */
  readonly rowsWritten: number;
}

/** The part of a `DurableObjectStorage` that the driver touches. */
export interface DurableObjectStorage {
  /** The object's own database. */
  readonly sql: { exec(sql: string, ...values: SqliteValue[]): DurableObjectCursor };
  /** Runs a transaction. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

/** One for each storage: whatever drivers there are, they are on one connection. */
const gates: WeakMap<DurableObjectStorage, TransactionGate> = new WeakMap();

function gateOf(storage: DurableObjectStorage): TransactionGate {
  const known = gates.get(storage);
  if (known !== undefined) return known;
  const gate = new TransactionGate();
  gates.set(storage, gate);
  return gate;
}

/**
 * Makes a driver of the storage of one Durable Object, which must be of a class with SQLite.
 *
 * The object has one connection, so while a transaction of a store is open, other calls of stores wait. What the
 * application itself writes to the storage meanwhile is part of it, and is rolled back with it.
 *
 * @param storage `ctx.storage`
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 *
 * @example
 * ```ts ignore
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { durableObject } from "@userharbor/sql/durable-object";
 *
 * const driver = durableObject(ctx.storage);
 * await ctx.blockConcurrencyWhile(() => migrate(driver));
 * const store = new SqlUserStore(driver);
 * ```
 */
export function durableObject(storage: DurableObjectStorage): SqlDriver {
  const all = (sql: string, values: readonly unknown[]) => [
    ...storage.sql.exec(sql, ...values as SqliteValue[]).raw(),
  ];
  return gatedDriver({
    query: async (sql, values) => await all(sql, values),
    execute: async (sql, values) => {
      all(sql, values);
      // rowsWritten counts the rows of indexes, too.
      const [row] = all("SELECT changes()", []);
      return await Number(row?.[0] ?? 0);
    },
    dialect: sqliteDialect,
    errors: sqliteErrors,
    gate: gateOf(storage),
    transaction: (work) => storage.transaction(work),
  });
}
