import type { AttemptRequest } from "@userharbor/core";
import { DatabaseSync } from "node:sqlite";
import { recorded, type Statement } from "./_test_store.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { migrate } from "./migrate.ts";
import { SqlThrottle } from "./sql_throttle.ts";

/** A throttle with a migrated database, which it closes when it is disposed of. */
export class TestThrottle extends SqlThrottle {
  readonly database: DatabaseSync;
  /** Every statement that went through the throttle's driver, in order. */
  readonly statements: readonly Statement[];

  private constructor(database: DatabaseSync) {
    const { driver, statements } = recorded(nodeSqlite(database));
    super(driver);
    this.database = database;
    this.statements = statements;
  }

  static async open(path: string = ":memory:"): Promise<TestThrottle> {
    const database = new DatabaseSync(path);
    await migrate(nodeSqlite(database));
    return new TestThrottle(database);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.database.close();
    return Promise.resolve();
  }
}

/** One of ten attempts within a quarter of an hour, so many seconds after the first. */
export function attempt(seconds = 0, key = "login:ada"): AttemptRequest {
  const at = new Date(Date.parse("2026-03-01T00:00:00.000Z") + seconds * 1000);
  return { key, limit: 10, windowSeconds: 900, at };
}

/** What is stored of the attempts of each key. */
export function storedAttempts(database: DatabaseSync): Record<string, unknown> {
  const rows = database.prepare("SELECT throttle_key, attempts FROM userharbor_throttle").all();
  return Object.fromEntries(rows.map((row) => [row["throttle_key"], row["attempts"]]));
}
