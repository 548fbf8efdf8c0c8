import { TransactionGate } from "@userharbor/core/transactions";
import { sqliteDialect } from "../dialects/sqlite.ts";
import type { SqlConnection, SqlDriver, SqliteValue, SqlRow, SqlValue } from "../sql_driver.ts";
import { sqliteErrors } from "./_sqlite_errors.ts";

/** One statement, compiled. */
export interface CompiledStatement {
  /** Every row as an array. */
  all(values: readonly SqliteValue[]): readonly unknown[];
  /** Runs to the end and tells how many rows changed. */
  run(values: readonly SqliteValue[]): number;
}

/**
 * A driver over one connection that runs each statement at once, without a promise.
 *
 * @param compile compiles a statement
 * @returns a driver that enforces foreign keys, writes ahead (WAL) and never blocks the process for a lock
 */
export function sqliteDriver(compile: (sql: string) => CompiledStatement): SqlDriver {
  return new SqliteDriver(compile);
}

class SqliteDriver implements SqlDriver {
  readonly dialect: typeof sqliteDialect = sqliteDialect;
  readonly isDuplicate: SqlDriver["isDuplicate"] = sqliteErrors.isDuplicate;
  readonly isRolledBack: SqlDriver["isRolledBack"] = sqliteErrors.isRolledBack;
  readonly isSchemaMissing: SqlDriver["isSchemaMissing"] = sqliteErrors.isSchemaMissing;
  readonly isSchemaThere: SqlDriver["isSchemaThere"] = sqliteErrors.isSchemaThere;
  readonly #gate: TransactionGate = new TransactionGate();
  readonly #compile: (sql: string) => CompiledStatement;
  /** Every statement is compiled once: the texts of a store are a small, fixed set. */
  readonly #compiled: Map<string, CompiledStatement> = new Map();
  readonly #connection: SqlConnection;
  #writesAhead = false;

  constructor(compile: (sql: string) => CompiledStatement) {
    this.#compile = compile;
    this.#connection = {
      dialect: sqliteDialect,
      isDuplicate: sqliteErrors.isDuplicate,
      isSchemaThere: sqliteErrors.isSchemaThere,
      query: async <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
        await this.#all<Row>(sql, values),
      execute: async (sql, values) => await this.#run(sql, values),
    };
    this.#all("PRAGMA foreign_keys = ON", []);
    this.#all("PRAGMA busy_timeout = 0", []);
    this.#writeAhead();
  }

  query<Row extends SqlRow>(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#gate.run(() => this.#all<Row>(sql, values));
  }

  execute(sql: string, values: readonly SqlValue[]): Promise<number> {
    return this.#gate.run(() => this.#run(sql, values));
  }

  transaction<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#gate.exclusive(async () => {
      this.#writeAhead();
      this.#run("BEGIN IMMEDIATE", []);
      try {
        const result = await work(this.#connection);
        this.#run("COMMIT", []);
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  /** The file cannot change its journal while a neighbour uses it; then the next transaction tries again. */
  #writeAhead(): void {
    if (this.#writesAhead) return;
    try {
      this.#all("PRAGMA journal_mode = WAL", []);
      this.#writesAhead = true;
    } catch (error) {
      if (!this.isRolledBack(error)) throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#run("ROLLBACK", []);
    } catch {
      // After a full disk, for one, SQLite has rolled back by itself; the error that led here says more.
    }
  }

  #all<Row extends SqlRow>(sql: string, values: readonly SqlValue[]): readonly Row[] {
    return this.#prepare(sql).all(values as readonly SqliteValue[]) as readonly Row[];
  }

  #run(sql: string, values: readonly SqlValue[]): number {
    return this.#prepare(sql).run(values as readonly SqliteValue[]);
  }

  #prepare(sql: string): CompiledStatement {
    const known = this.#compiled.get(sql);
    if (known !== undefined) return known;
    const statement = this.#compile(sql);
    this.#compiled.set(sql, statement);
    return statement;
  }
}
