import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ADA, TestStore, withTemporaryFile } from "./_test_store.ts";
import { retryRolledBack } from "./_retry.ts";
import { nodeSqlite, type SqliteDatabase } from "./drivers/node_sqlite.ts";
import { migrate, SqlUserStore } from "./mod.ts";

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const CALLS: readonly (readonly [string, (store: SqlUserStore) => Promise<unknown>])[] = [
  ["setPasswordHash()", (store) => store.setPasswordHash("Ada", "hash-2")],
  [
    "addSession()",
    (store) => store.addSession({ username: "Ada", tokenHash: "session", expiresAt: new Date(0) }),
  ],
  ["transaction()", (store) => store.transaction((handle) => handle.createRole("admin"))],
];

for (const [name, call] of CALLS) {
  test(`${name} waits for a lock of another connection while timers and reads go on`, async () => {
    await withTemporaryFile(async (path) => {
      const store = await TestStore.open(path);
      await store.createUser(ADA);
      const neighbour = new DatabaseSync(path);
      neighbour.exec("BEGIN IMMEDIATE");
      let settled = false;
      const waiting = call(store).finally(() => settled = true);
      let ticks = 0;
      const ticking = setInterval(() => ticks++, 1);
      await pause(300);
      clearInterval(ticking);
      assert.ok(ticks > 1);
      assert.equal((await store.getUserByUsername("ada"))?.id, ADA.id);
      assert.equal(settled, false);
      neighbour.exec("COMMIT");
      assert.equal(await waiting, true);
      neighbour.close();
      store.database.close();
    });
  });
}

/** Reports the next COMMIT as busy, as SQLite may. */
function busyAtCommit(database: DatabaseSync): SqliteDatabase {
  let busy = true;
  return {
    prepare(sql) {
      const statement = database.prepare(sql);
      if (sql !== "COMMIT") return statement;
      return {
        setReturnArrays: () => {},
        all: () => [],
        run: () => {
          if (!busy) return statement.run();
          busy = false;
          throw Object.assign(new Error("database is locked"), { errcode: 5 });
        },
      };
    },
  };
}

test("transaction() runs work again after a busy COMMIT, on a fresh handle, and its effect is there once", async () => {
  const database = new DatabaseSync(":memory:");
  await migrate(nodeSqlite(database));
  const store = new SqlUserStore(nodeSqlite(busyAtCommit(database)));
  const handles = new Set<unknown>();
  const created = await store.transaction(async (handle) => {
    handles.add(handle);
    return await handle.transaction((nested) => nested.createRole("admin"));
  });
  assert.equal(created, true);
  assert.equal(handles.size, 2);
  assert.deepEqual(await store.listRoles(), new Set(["admin"]));
  database.close();
});

/** Runs `use` while timers fire at once, and answers the pauses that were asked for. */
async function withoutPauses(use: () => Promise<void>): Promise<number[]> {
  const pauses: number[] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((resume: () => void, milliseconds: number) => {
    pauses.push(milliseconds);
    queueMicrotask(resume);
  }) as typeof setTimeout;
  try {
    await use();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  return pauses;
}

test("a call that stays busy gives up with what the engine said", async () => {
  const database = new DatabaseSync(":memory:");
  const busy = Object.assign(new Error("database is locked"), { errcode: 517 });
  let attempts = 0;
  const pauses = await withoutPauses(async () => {
    const outcome = retryRolledBack(nodeSqlite(database), () => {
      attempts++;
      return Promise.reject(busy);
    });
    await assert.rejects(outcome, (error) => error === busy);
  });
  database.close();
  assert.equal(pauses.length, attempts - 1);
  const total = pauses.reduce((sum, milliseconds) => sum + milliseconds);
  assert.ok(total > 3_000 && total < 7_000);
});

test("a call that waits long each time gives up after the second", async () => {
  const database = new DatabaseSync(":memory:");
  const busy = Object.assign(new Error("database is locked"), { errcode: 5 });
  const { now } = performance;
  let attempts = 0;
  performance.now = () => attempts * 50_000;
  try {
    const outcome = retryRolledBack(nodeSqlite(database), () => {
      attempts++;
      return Promise.reject(busy);
    });
    await assert.rejects(outcome, (error) => error === busy);
  } finally {
    performance.now = now;
  }
  assert.equal(attempts, 2);
  database.close();
});

test("a refusal is not tried again", async () => {
  const database = new DatabaseSync(":memory:");
  let attempts = 0;
  const outcome = retryRolledBack(nodeSqlite(database), () => {
    attempts++;
    return Promise.reject(new Error("refused"));
  });
  await assert.rejects(outcome, /refused/);
  assert.equal(attempts, 1);
  database.close();
});

test("nodeSqlite() on a file that a neighbour uses sets WAL with a later transaction", async () => {
  await withTemporaryFile(async (path) => {
    const neighbour = new DatabaseSync(path);
    neighbour.exec("CREATE TABLE neighbours (name); BEGIN EXCLUSIVE");
    const database = new DatabaseSync(path);
    const driver = nodeSqlite(database);
    const migrating = migrate(driver);
    neighbour.exec("COMMIT");
    neighbour.close();
    await migrating;
    assert.deepEqual(await driver.query("PRAGMA journal_mode", []), [["wal"]]);
    database.close();
  });
});
