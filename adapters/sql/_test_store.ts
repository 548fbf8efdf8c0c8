import type { CreateUserRequest, StoreRecord } from "@userharbor/core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteDialect } from "./dialects/sqlite.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { migrate } from "./migrate.ts";
import type { SqlConnection, SqlDriver } from "./sql_driver.ts";
import { SqlUserStore } from "./sql_user_store.ts";

/** Runs `use` with a path in a directory that is removed afterwards. */
export async function withTemporaryFile(use: (path: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "userharbor-sql-"));
  try {
    await use(join(directory, "accounts.db"));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A store with a migrated database, which it closes when it is disposed of. */
export class TestStore extends SqlUserStore {
  readonly database: DatabaseSync;
  /** Every statement that went through the store's driver, in order. */
  readonly statements: readonly Statement[];

  private constructor(database: DatabaseSync) {
    const { driver, statements } = recorded(nodeSqlite(database));
    super(driver);
    this.database = database;
    this.statements = statements;
  }

  static async open(path: string = ":memory:"): Promise<TestStore> {
    const database = new DatabaseSync(path);
    await migrate(nodeSqlite(database));
    return new TestStore(database);
  }

  /** Every record, as a query of the application's own reads them. */
  records(): readonly StoreRecord[] {
    const rows = this.database.prepare("SELECT id, kind, created_at, user_id, body FROM userharbor_records");
    return rows.all().map((row) => ({
      id: String(row["id"]),
      kind: String(row["kind"]),
      createdAt: sqliteDialect.decodeInstant(String(row["created_at"])),
      ...row["user_id"] === null ? {} : { userId: String(row["user_id"]) },
      body: String(row["body"]),
    }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.database.close();
    return Promise.resolve();
  }
}

/** One statement that was run. */
export interface Statement {
  readonly method: "query" | "execute";
  readonly sql: string;
}

/** A driver, and every statement that goes through it, in order. */
export interface Recorded {
  readonly driver: SqlDriver;
  readonly statements: readonly Statement[];
}

/** Writes down what goes through a driver. */
export function recorded(driver: SqlDriver): Recorded {
  const statements: Statement[] = [];
  const record = (connection: SqlConnection): SqlConnection => ({
    dialect: connection.dialect,
    query: (sql, values) => {
      statements.push({ method: "query", sql });
      return connection.query(sql, values);
    },
    execute: (sql, values) => {
      statements.push({ method: "execute", sql });
      return connection.execute(sql, values);
    },
    isDuplicate: (error) => connection.isDuplicate(error),
    isSchemaThere: (error) => connection.isSchemaThere(error),
  });
  return {
    driver: {
      ...record(driver),
      transaction: (work) => driver.transaction((connection) => work(record(connection))),
      isRolledBack: (error) => driver.isRolledBack(error),
      isSchemaMissing: (error) => driver.isSchemaMissing(error),
    },
    statements,
  };
}

/** An account that holds its address, made before its only token ends. */
export const ADA: CreateUserRequest = {
  id: "user-1",
  username: "Ada",
  email: "ada@example.com",
  passwordHash: "hash-1",
  verificationTokenHash: "verification-1",
  expiresAt: new Date("2026-03-02T00:00:00.000Z"),
  createdAt: new Date("2026-03-01T00:00:00.000Z"),
};
