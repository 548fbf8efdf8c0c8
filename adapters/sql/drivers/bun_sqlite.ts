/**
 * SQLite through `bun:sqlite`.
 *
 * @module
 */

import type { SqlDriver, SqliteValue } from "../sql_driver.ts";
import { sqliteDriver } from "./_sqlite_driver.ts";

/** The part of a `Statement` of `bun:sqlite` that the driver touches. */
export interface BunSqliteStatement {
  /** Every row as an array. */
  values(...values: SqliteValue[]): unknown[];
  /** Runs to the end and tells how many rows changed. */
  run(...values: SqliteValue[]): { readonly changes: number };
}

/** The part of a `Database` of `bun:sqlite` that the driver touches. */
export interface BunSqliteDatabase {
  /** Compiles one statement. */
  prepare(sql: string): BunSqliteStatement;
}

/**
 * Makes a driver of one open SQLite database of Bun.
 *
 * The connection is the driver's from here on, as that of `nodeSqlite` is. Closing the database stays with whoever
 * opened it.
 *
 * @param database a `Database`, used by nobody else
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 *
 * @example
 * ```ts ignore
 * import { Database } from "bun:sqlite";
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { bunSqlite } from "@userharbor/sql/bun-sqlite";
 *
 * const driver = bunSqlite(new Database("accounts.sqlite"));
 * await migrate(driver);
 * const store = new SqlUserStore(driver);
 * ```
 */
export function bunSqlite(database: BunSqliteDatabase): SqlDriver {
  return sqliteDriver((sql) => {
    const statement = database.prepare(sql);
    return {
      all: (values) => statement.values(...values),
      run: (values) => statement.run(...values).changes,
    };
  });
}
