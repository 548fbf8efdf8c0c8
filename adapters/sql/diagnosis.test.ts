import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { TestStore } from "./_test_store.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { SqlOutboxQueue, SqlUserStore } from "./mod.ts";

type Told = readonly [code: string, level: string];

async function findings(store: SqlUserStore, now: Date = new Date()): Promise<Told[]> {
  return (await store.diagnose(now)).map(({ code, level }) => [code, level]);
}

test("diagnose() finds nothing in a database that was just migrated", async () => {
  const store = await TestStore.open();
  assert.deepEqual(await findings(store), []);
  assert.deepEqual(
    await store.transaction((handle) => handle.diagnose?.(new Date()) ?? Promise.reject()),
    [],
  );
  store.database.close();
});

test("diagnose() tells of tables that are missing, or of an earlier release", async () => {
  const database = new DatabaseSync(":memory:");
  assert.deepEqual(await findings(new SqlUserStore(nodeSqlite(database))), [["schema_outdated", "unsafe"]]);
  database.close();
  const store = await TestStore.open();
  store.database.exec(
    "DELETE FROM userharbor_schema WHERE version = (SELECT MAX(version) FROM userharbor_schema)",
  );
  assert.deepEqual(await findings(store), [["schema_outdated", "unsafe"]]);
  store.database.close();
});

test("diagnose() tells of tables of a later release", async () => {
  const store = await TestStore.open();
  store.database.exec("INSERT INTO userharbor_schema (version, checksum) VALUES (1000, 'later')");
  assert.deepEqual(await findings(store), [["schema_newer", "advice"]]);
  store.database.close();
});

test("diagnose() tells of mail that nobody delivers, and of mail that was given up (T9)", async () => {
  const store = await TestStore.open();
  const queue = new SqlOutboxQueue(nodeSqlite(store.database));
  const createdAt = new Date(Date.now() - 3_601_000);
  await store.append({ id: "1", kind: "mail", createdAt, body: "{}" });
  await store.append({ id: "2", kind: "mail", createdAt: new Date(), body: "{}" });
  assert.deepEqual(await findings(store), [["mail_overdue", "advice"]]);
  const at = new Date();
  const claimed = await queue.claim({ at, leaseUntil: new Date(at.getTime() + 60_000), limit: 10 });
  assert.deepEqual(await findings(store), []);
  await queue.bury(claimed[0] ?? assert.fail(), { at, reason: "refused" });
  assert.deepEqual(await findings(store), [["mail_given_up", "advice"]]);
  store.database.close();
});

test("diagnose() tells of every index that is missing, and how much it matters", async () => {
  const { database } = await TestStore.open();
  const names = database.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
  )
    .all();
  assert.ok(names.length > 10);
  database.close();
  for (const { name, sql } of names) {
    const store = await TestStore.open();
    store.database.exec(`DROP INDEX ${name}`);
    const level = String(sql).startsWith("CREATE UNIQUE") ? "unsafe" : "advice";
    assert.deepEqual(await findings(store), [["missing_index", level]], String(name));
    assert.match((await store.diagnose(new Date()))[0]?.message ?? "", new RegExp(`\\b${name}\\b`));
    store.database.close();
  }
});

test("diagnose() tells of clocks that are more than a minute apart, whichever is ahead", async () => {
  const store = await TestStore.open();
  for (const [skewMs, told] of [[50_000, []], [70_000, [["clock_skew", "advice"]]]] as const) {
    assert.deepEqual(await findings(store, new Date(Date.now() + skewMs)), told);
    assert.deepEqual(await findings(store, new Date(Date.now() - skewMs)), told);
  }
  store.database.close();
});
