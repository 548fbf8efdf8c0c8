/**
 * SQLite through `node:sqlite`, as Node.js (22.16 and later), Deno and Bun have it.
 *
 * @module
 */

import { TransactionGate } from "@userharbor/core/transactions";
import { sqliteDialect } from "../dialects/sqlite.ts";
import type { SqlConnection, SqlDriver, SqlRow, SqlValue } from "../sql_driver.ts";

/** What SQLite takes; its dialect writes booleans as numbers. */
export type SqliteValue = Exclude<SqlValue, boolean>;

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
  return new NodeSqliteDriver(database);
}

class NodeSqliteDriver implements SqlDriver {
  readonly dialect: typeof sqliteDialect = sqliteDialect;
  readonly #gate: TransactionGate = new TransactionGate();
  readonly #statements: Statements;
  readonly #connection: SqlConnection;
  #writesAhead = false;

  constructor(database: SqliteDatabase) {
    const statements = new Statements(database);
    statements.all("PRAGMA foreign_keys = ON", []);
    statements.all("PRAGMA busy_timeout = 0", []);
    this.#statements = statements;
    this.#connection = {
      dialect: sqliteDialect,
      query: async <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
        await statements.all<Row>(sql, values),
      execute: async (sql, values) => await statements.run(sql, values),
      isDuplicate,
      isSchemaThere: () => false,
    };
    this.#writeAhead();
  }

  query<Row extends SqlRow>(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#gate.run(() => this.#statements.all<Row>(sql, values));
  }

  execute(sql: string, values: readonly SqlValue[]): Promise<number> {
    return this.#gate.run(() => this.#statements.run(sql, values));
  }

  transaction<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#gate.exclusive(async () => {
      this.#writeAhead();
      this.#statements.run("BEGIN IMMEDIATE", []);
      try {
        const result = await work(this.#connection);
        this.#statements.run("COMMIT", []);
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  isDuplicate(error: unknown): boolean {
    return isDuplicate(error);
  }

  isSchemaThere(): boolean {
    return false;
  }

  isRolledBack(error: unknown): boolean {
    const code = primaryCode(error);
    return code === SQLITE_BUSY || code === SQLITE_LOCKED;
  }

  isSchemaMissing(error: unknown): boolean {
    return primaryCode(error) === SQLITE_ERROR && error instanceof Error &&
      /^(no such table: userharbor_|no such column: |table userharbor_\w+ has no column )/.test(
        error.message,
      );
  }

  /** The file cannot change its journal while a neighbour uses it; then the next transaction tries again. */
  #writeAhead(): void {
    if (this.#writesAhead) return;
    try {
      this.#statements.all("PRAGMA journal_mode = WAL", []);
      this.#writesAhead = true;
    } catch (error) {
      if (!this.isRolledBack(error)) throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#statements.run("ROLLBACK", []);
    } catch {
      // After a full disk, for one, SQLite has rolled back by itself; the error that led here says more.
    }
  }
}

/** Every statement is compiled once: the texts of a store are a small, fixed set. */
class Statements {
  readonly #database: SqliteDatabase;
  readonly #prepared: Map<string, SqliteStatement> = new Map();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  all<Row extends SqlRow>(sql: string, values: readonly SqlValue[]): readonly Row[] {
    return this.#prepare(sql).all(...values as SqliteValue[]) as Row[];
  }

  run(sql: string, values: readonly SqlValue[]): number {
    return Number(this.#prepare(sql).run(...values as SqliteValue[]).changes);
  }

  #prepare(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    if (statement.setReturnArrays === undefined) {
      throw new TypeError(
        "Cannot use this node:sqlite: it has no setReturnArrays (Node.js 22.16 or later has)",
      );
    }
    statement.setReturnArrays(true);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

// Primary result codes, https://www.sqlite.org/rescode.html; an extended code carries one in its low byte.
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

// Extended ones.
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

function isDuplicate(error: unknown): boolean {
  const code = extendedCode(error);
  return code === SQLITE_CONSTRAINT_PRIMARYKEY || code === SQLITE_CONSTRAINT_UNIQUE;
}

function primaryCode(error: unknown): number {
  return extendedCode(error) & 0xff;
}

function extendedCode(error: unknown): number {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown };
  return typeof errcode === "number" ? errcode : 0;
}
