import { type ContractCase, throttleCases, userStoreCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { withTemporaryFile } from "../_test_store.ts";
import { migrate, SqlThrottle, SqlUserStore } from "../mod.ts";
import type { SqlDriver } from "../sql_driver.ts";
import { bunSqlite, type BunSqliteDatabase } from "./bun_sqlite.ts";

/** What `bun:sqlite` exports, as far as it is touched here. */
interface BunSqlite {
  readonly Database: new (path: string) => BunSqliteDatabase & { close(): void };
}

const skip = process.versions["bun"] === undefined ? "runs on Bun, by deno task test:runtimes" : false;

/** Elsewhere nothing of that name is there to be imported. */
const MODULE = "bun:sqlite";

/** The contract holds a transaction open for 5 s; on a busy machine its races take their time, too. */
const TIMEOUT_MS = 240_000;

/** The file of the case that is running. */
let path: string;

async function open(): Promise<{ readonly driver: SqlDriver; readonly close: () => Promise<void> }> {
  const { Database } = await import(MODULE) as BunSqlite;
  const database = new Database(path);
  const driver = bunSqlite(database);
  await migrate(driver);
  return { driver, close: () => Promise.resolve(database.close()) };
}

async function openStore(): Promise<SqlUserStore & AsyncDisposable> {
  const { driver, close } = await open();
  return Object.assign(new SqlUserStore(driver), { [Symbol.asyncDispose]: close });
}

async function openThrottle(): Promise<SqlThrottle & AsyncDisposable> {
  const { driver, close } = await open();
  return Object.assign(new SqlThrottle(driver), { [Symbol.asyncDispose]: close });
}

/** Runs every case on a file of its own; answers how many applied, and what failed. */
async function runAll(cases: readonly ContractCase[]): Promise<{ applied: number; failures: string[] }> {
  const failures: string[] = [];
  let applied = 0;
  for (const { name, run } of cases) {
    await withTemporaryFile(async (file) => {
      path = file;
      const outcome = await run().catch((error: unknown) => failures.push(`${name}: ${error}`));
      if (typeof outcome !== "string") applied++;
    });
  }
  return { applied, failures };
}

test(
  "bunSqlite() keeps the contract of stores, with a second connection",
  { skip, timeout: TIMEOUT_MS },
  async () => {
    const { applied, failures } = await runAll(userStoreCases(openStore, { another: openStore }));
    assert.deepEqual(failures, []);
    assert.ok(applied > 400);
  },
);

test(
  "bunSqlite() keeps the contract of throttles, with a second connection",
  { skip, timeout: TIMEOUT_MS },
  async () => {
    const { applied, failures } = await runAll(throttleCases(openThrottle, { another: openThrottle }));
    assert.deepEqual(failures, []);
    assert.ok(applied > 50);
  },
);

test(
  "bunSqlite() counts the rows of a statement without those of triggers and cascades",
  { skip },
  async () => {
    await withTemporaryFile(async (file) => {
      path = file;
      const { driver, close } = await open();
      const insert =
        "INSERT INTO userharbor_users (username, username_key, email, password_hash, verified) " +
        "VALUES ('Ada', 'ada', 'ada@example.com', 'hash', 1)";
      assert.equal(await driver.execute(insert, []), 1);
      const session =
        "INSERT INTO userharbor_sessions (token_hash, username, expires_at) VALUES (?, 'Ada', '')";
      for (const hash of ["one", "other"]) assert.equal(await driver.execute(session, [hash]), 1);
      assert.equal(await driver.execute("DELETE FROM userharbor_users WHERE username = ?", ["Ada"]), 1);
      assert.deepEqual(await driver.query("SELECT token_hash FROM userharbor_sessions", []), []);
      await close();
    });
  },
);
