/**
 * Cloudflare's D1.
 *
 * @module
 */

import { Overtaken } from "../_retry.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import type { SqlDriver, SqlFragment, SqlRow, SqlValue } from "../sql_driver.ts";
import { type BufferedWrite, type OverlaidDatabase, OverlayTransaction } from "./_overlay_transaction.ts";
import { sqliteErrors } from "./_sqlite_errors.ts";
import { readTableShapes, type TableShape, type TableShapes } from "./_table_shapes.ts";

/** A statement with its values. */
export interface D1Statement {
  /** The same with values in the place of `?`. */
  bind(...values: SqlValue[]): D1Statement;
  /** Its rows as arrays. */
  raw(): Promise<unknown[]>;
}

/** What one statement of a batch answered. */
export interface D1Result {
  /** Its rows as objects. */
  readonly results: readonly unknown[];
}

/** The part of a `D1Database` that the driver touches. */
export interface D1Database {
  /** Compiles one statement. */
  prepare(sql: string): D1Statement;
  /** Runs statements one after the other, all or none. */
  batch(statements: D1Statement[]): Promise<readonly D1Result[]>;
}

/** `meta.changes` counts what triggers and cascades change, too. */
const COUNT_CHANGES = "SELECT changes() AS count";

/** As long as a database is bound: its tables, read once. */
const shapesOf: WeakMap<D1Database, Promise<TableShapes>> = new WeakMap();

/**
 * Makes a driver of a D1 database.
 *
 * D1 has no transactions that read, decide and write; it has batches, each of which happens whole or not at all. So a
 * transaction keeps its writes, reads through them, and ends in one batch, in which after each write stands a `SELECT`
 * that fails unless the write changed as many rows as the work was told. If it did not, since others wrote meanwhile,
 * nothing is written and the work runs again, as on any database that rolled back.
 *
 * It costs a read for each write within a transaction, one batch at its end and, once for each database that is bound,
 * a read of what the tables look like. A session check is one read. Nothing is read or written that D1 would report as
 * an error, save a batch that met another one; then the report says "integer overflow" and holds no values.
 *
 * @param database the binding, such as `env.DB`, which asks the primary; not a session that may read from a replica
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 *
 * @example
 * ```ts ignore
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { d1 } from "@userharbor/sql/d1";
 *
 * const driver = d1(env.DB);
 * await migrate(driver); // or once, with the files in migrations/files and wrangler
 * const store = new SqlUserStore(driver);
 * ```
 */
export function d1(database: D1Database): SqlDriver {
  const prepared = ({ sql, values }: SqlFragment) => database.prepare(sql).bind(...values);
  const query = async (statement: SqlFragment) => await prepared(statement).raw() as readonly SqlRow[];
  const execute = async (statement: SqlFragment) => {
    const [, counted] = await database.batch([prepared(statement), database.prepare(COUNT_CHANGES)]);
    return Number((counted?.results[0] as { readonly count: number } | undefined)?.count ?? 0);
  };
  const overlaid: OverlaidDatabase = {
    query,
    execute,
    shapeOf: (table, columns) =>
      findShape(database, { table, columns, query: (sql) => query({ sql, values: [] }) }),
  };
  return {
    ...sqliteErrors,
    dialect: sqliteDialect,
    query: async <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
      await query({ sql, values }) as readonly Row[],
    execute: (sql, values) => execute({ sql, values }),
    transaction: async (work) => {
      const transaction = new OverlayTransaction(overlaid);
      const result = await work(transaction);
      await commit(database, transaction.writes);
      return result;
    },
  };
}

async function commit(database: D1Database, writes: readonly BufferedWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const statements = writes.flatMap(({ sql, values, count }) => [
    database.prepare(sql).bind(...values),
    // What D1 reports of a failed statement may be logged, so the one that is meant to fail names nothing.
    ...count === null
      ? []
      : [database.prepare(`SELECT iif(changes() = ${count}, 0, abs(-9223372036854775808))`)],
  ]);
  const changesSchema = writes.some(({ count }) => count === null);
  if (changesSchema) shapesOf.delete(database);
  try {
    await database.batch(statements);
  } catch (error) {
    if (!isOvertaken(error, changesSchema)) throw error;
    throw new Overtaken("Cannot commit: others write the same at this moment", { cause: error });
  }
}

/** A key that is taken since it was looked up, a row referred to that has gone, or another number of rows. */
const WRITES_MET = /integer overflow|constraint failed/;

/** What another caller of `migrate` has done meanwhile. */
const MIGRATIONS_MET = /already exists|duplicate column name|UNIQUE constraint failed: userharbor_schema\./;

function isOvertaken(error: unknown, changesSchema: boolean): boolean {
  return error instanceof Error && (changesSchema ? MIGRATIONS_MET : WRITES_MET).test(error.message);
}

interface ShapeQuestion {
  readonly table: string;
  readonly columns: readonly string[];
  readonly query: (sql: string) => Promise<readonly SqlRow[]>;
}

async function findShape(
  database: D1Database,
  { table, columns, query }: ShapeQuestion,
): Promise<TableShape> {
  for (const isKnown of [shapesOf.has(database), false]) {
    if (!isKnown) shapesOf.set(database, readTableShapes(query));
    try {
      const shape = (await shapesOf.get(database))?.get(table);
      if (shape !== undefined && columns.every((column) => shape.columns.includes(column))) return shape;
    } catch (error) {
      shapesOf.delete(database);
      throw error;
    }
  }
  throw new Error(`no such table: ${table}, or it lacks a column`);
}
