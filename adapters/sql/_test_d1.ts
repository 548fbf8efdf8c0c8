import { DatabaseSync } from "node:sqlite";
import type { D1Database, D1Result, D1Statement } from "./drivers/d1.ts";
import type { SqliteStatement } from "./drivers/node_sqlite.ts";
import type { SqliteValue, SqlValue } from "./sql_driver.ts";

/** Answers as D1 does, as far as statements go, over `node:sqlite`; and keeps what it was asked and what it refused. */
export class TestD1 implements D1Database {
  readonly database: DatabaseSync = new DatabaseSync(":memory:");
  /** The statements of each request; those of a batch end in `;`. */
  readonly requests: (readonly string[])[] = [];
  /** The text of every error. */
  readonly errors: string[] = [];
  /** Runs before the next batch. */
  beforeBatch: (() => void) | undefined;

  prepare(sql: string): TestStatement {
    return new TestStatement(this, { sql, values: [] });
  }

  batch(statements: D1Statement[]): Promise<D1Result[]> {
    const run = statements.filter((statement) => statement instanceof TestStatement);
    this.requests.push(run.map(({ sql }) => `${sql};`));
    this.beforeBatch?.();
    this.beforeBatch = undefined;
    return this.answer(() => {
      this.database.exec("BEGIN");
      try {
        const results = run.map(({ sql, values }) => ({
          results: this.database.prepare(sql).all(...values),
        }));
        this.database.exec("COMMIT");
        return results;
      } catch (error) {
        this.database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Resolves, or keeps the error and rejects with what D1 makes of it. */
  answer<T>(call: () => T): Promise<T> {
    // Node.js 22 has no Promise.try().
    return new Promise<T>((resolve) => resolve(call())).catch((error: Error) => {
      this.errors.push(error.message);
      throw new Error(`D1_ERROR: ${error.message}: SQLITE_ERROR`);
    });
  }
}

class TestStatement implements D1Statement {
  readonly sql: string;
  readonly values: SqliteValue[];
  readonly #d1: TestD1;

  constructor(d1: TestD1, { sql, values }: { readonly sql: string; readonly values: readonly SqlValue[] }) {
    this.#d1 = d1;
    this.sql = sql;
    this.values = values as SqliteValue[];
  }

  bind(...values: SqlValue[]): TestStatement {
    return new TestStatement(this.#d1, { sql: this.sql, values });
  }

  raw(): Promise<unknown[]> {
    this.#d1.requests.push([this.sql]);
    return this.#d1.answer(() => {
      const statement: SqliteStatement = this.#d1.database.prepare(this.sql);
      statement.setReturnArrays?.(true);
      return statement.all(...this.values);
    });
  }
}
