/**
 * SQLite through `node:sqlite`, as Node.js (22.16 and later), Deno and Bun have it.
 *
 * @module
 */

import type { SqlDriver, SqliteValue } from "../sql_driver.ts";
import { sqliteDriver } from "./_sqlite_driver.ts";

/** The part of a `StatementSync` that the driver touches. */
export interface SqliteStatement {
  /** Makes `all` answer arrays instead of objects; there from Node.js 22.16 on, though not in every type of it. */
  setReturnArrays?(enabled: boolean): void;
  /** Every row. */
  all(...values: SqliteValue[]): unknown[];
  /** Runs to the end and tells how many rows changed. */
  run(...values: SqliteValue[]): { readonly changes: number | bigint };
}

/** The part of a `DatabaseSync` that the driver touches. */
export interface SqliteDatabase {
  /** Compiles one statement. */
  prepare(sql: string): SqliteStatement;
}

/**
 * Makes a driver of one open SQLite database.
 *
 * The connection is the driver's from here on: it enforces foreign keys, writes ahead (WAL) and never waits for a
 * lock, since `node:sqlite` would stop the whole process meanwhile; the store waits instead, without blocking.
 * Closing the database stays with whoever opened it.
 *
 * @param database a `DatabaseSync`, used by nobody else
 * @returns the driver for `migrate` and `SqlUserStore`
 * @throws {TypeError} when this `node:sqlite` is too old
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DatabaseSync } from "node:sqlite";
 * import { nodeSqlite } from "@userharbor/sql/node-sqlite";
 *
 * const driver = nodeSqlite(new DatabaseSync(":memory:"));
 * assert.deepEqual(await driver.query("SELECT ? + 1, 'one'", [1]), [[2, "one"]]);
 * ```
 */
export function nodeSqlite(database: SqliteDatabase): SqlDriver {
  return sqliteDriver((sql) => {
    const statement = database.prepare(sql);
    if (statement.setReturnArrays === undefined) {
      throw new TypeError(
        "Cannot use this node:sqlite: it has no setReturnArrays (Node.js 22.16 or later has)",
      );
    }
    statement.setReturnArrays(true);
    return {
      all: (values) => statement.all(...values),
      run: (values) => Number(statement.run(...values).changes),
    };
  });
}
