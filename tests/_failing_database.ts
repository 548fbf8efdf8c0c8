import { DatabaseSync } from "node:sqlite";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite, type SqliteDatabase } from "@userharbor/sql/node-sqlite";

/** SQLITE_BUSY: a neighbour holds the lock; https://www.sqlite.org/rescode.html. */
export const BUSY = 5;

/** SQLITE_IOERR: the disk fails. */
export const IO_ERROR = 10;

/** An SQLite database of which one statement is refused, once. */
export class FailingDatabase implements SqliteDatabase {
  readonly #database: SqliteDatabase = new DatabaseSync(":memory:");
  readonly #errcode: number;
  #until = Infinity;
  /** The statement that was refused. */
  refused: string | undefined;

  constructor(errcode: number) {
    this.#errcode = errcode;
  }

  /** A store on it, with its tables. */
  async open(): Promise<SqlUserStore> {
    const driver = nodeSqlite(this);
    await migrate(driver);
    return new SqlUserStore(driver);
  }

  /** Refuses the n-th statement from now on; Infinity: none. */
  refuse(n: number): void {
    this.#until = n;
  }

  prepare(sql: string): ReturnType<SqliteDatabase["prepare"]> {
    const statement = this.#database.prepare(sql);
    const orFail = <T>(run: () => T): T => {
      if (--this.#until !== 0) return run();
      this.#until = Infinity;
      this.refused = sql;
      throw Object.assign(new Error("not done"), { errcode: this.#errcode });
    };
    return {
      setReturnArrays: (enabled) => statement.setReturnArrays?.(enabled),
      all: (...values) => orFail(() => statement.all(...values)),
      run: (...values) => orFail(() => statement.run(...values)),
    };
  }
}
