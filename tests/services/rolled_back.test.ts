import type { UserStore } from "@userharbor/core";
import { migrate, type SqlDriver } from "@userharbor/sql";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { mysql2Client, pgClient } from "./_clients.ts";
import { createAccounts, crossWrites, Meeting, watched, type WatchedStore } from "./_rolled_back.ts";
import { type Client, emptyTables } from "./_sql_stores.ts";
import { MariadbServer, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

/** Longer than either engine is told to wait for a lock. */
const HELD_MS = 1_500;

describe("PostgreSQL", { skip: withoutPostgresql }, () => {
  let server: PostgresqlServer;
  const clients: Client[] = [];
  before(async () => {
    server = await PostgresqlServer.start();
  });
  after(async () => {
    for (const { end } of clients) await end();
    await server?.[Symbol.asyncDispose]();
  });

  async function open(client: Client): Promise<WatchedStore> {
    clients.push(client);
    await migrate(client.driver);
    await emptyTables(client.driver);
    const opened = watched(client.driver);
    await createAccounts(opened.store, ["ada", "eve"]);
    return opened;
  }

  test("a deadlock on PostgreSQL, 40P01, is begun anew, and both are done (T7)", async () => {
    const { store, undone } = await open(pgClient(server.url()));
    assert.deepEqual((await crossWrites([store])).toSorted(), [1, 2]);
    assert.deepEqual(undone, ["40P01"]);
    await bothWrittenByOne(store);
  });

  test("a serialization failure on PostgreSQL, 40001, is begun anew, and reads what was committed (T7)", async () => {
    const { store, undone } = await open(pgClient(server.url(), "serializable"));
    assert.equal(await appendTwice(store), 3);
    assert.deepEqual(new Set(undone), new Set(["40001"]));
    assert.equal((await store.getPasswordHash("ada"))?.length, "first".length + 2);
  });

  test("a lock that is not to be had on PostgreSQL in time, 55P03, is tried again until it is (T7)", async () => {
    const { store, undone } = await open(pgClient(`${server.url()}?options=-c%20lock_timeout%3D200`));
    await assertOnceAfterWait(store, { undone, code: "55P03" });
  });
});

describe("MariaDB", { skip: withoutMariadb }, () => {
  let server: MariadbServer;
  const clients: Client[] = [];
  before(async () => {
    server = await MariadbServer.start();
    await server.createDatabase("accounts");
  });
  after(async () => {
    for (const { end } of clients) await end();
    await server?.[Symbol.asyncDispose]();
  });

  async function open(...settings: readonly string[]): Promise<WatchedStore> {
    for (const setting of settings) await server.sql(`SET GLOBAL ${setting}`);
    const client = mysql2Client(server.url("accounts"));
    clients.push(client);
    await migrate(client.driver);
    await emptyTables(client.driver);
    const opened = watched(client.driver);
    await createAccounts(opened.store, ["ada", "eve"]);
    return opened;
  }

  test("a deadlock on MariaDB, 1213, is begun anew, and both are done (T7)", async () => {
    const { store, undone } = await open();
    assert.deepEqual((await crossWrites([store])).toSorted(), [1, 2]);
    assert.deepEqual(undone, [1213]);
    await bothWrittenByOne(store);
  });

  test("a lock wait timeout on MariaDB, 1205, is rolled back whole before it is begun anew (T7)", async () => {
    const { store, undone } = await open("innodb_lock_wait_timeout = 1");
    await assertOnceAfterWait(store, { undone, code: 1205 });
  });

  test("a row that changed since it was read on MariaDB, 1020, is read anew (T7)", async () => {
    const { store, undone } = await open("innodb_snapshot_isolation = ON");
    assert.equal(await appendTwice(store), 3);
    assert.deepEqual(new Set(undone), new Set([1020]));
    assert.equal((await store.getPasswordHash("ada"))?.length, "first".length + 2);
  });
});

/** Of two transactions that crossed, the later one wrote both. */
async function bothWrittenByOne(store: UserStore): Promise<void> {
  const hashes = new Set([await store.getPasswordHash("ada"), await store.getPasswordHash("eve")]);
  assert.equal(hashes.size, 1);
}

/**
 * Two transactions that append to what both have read.
 *
 * @returns how often they ran in all
 */
async function appendTwice(store: UserStore): Promise<number> {
  const meeting = new Meeting(2);
  let runs = 0;
  await Promise.all([0, 1].map(() =>
    store.transaction(async (tx) => {
      runs++;
      const hash = await tx.getPasswordHash("ada");
      await meeting.come();
      await tx.setPasswordHash("ada", `${hash}+`);
    })
  ));
  return runs;
}

/** A transaction writes one row and then waits in vain for another: what it wrote is there once, in the end. */
async function assertOnceAfterWait(
  store: UserStore,
  { undone, code }: { readonly undone: WatchedStore["undone"]; readonly code: string | number },
): Promise<void> {
  const held = new Meeting(2);
  const holder = store.transaction(async (tx) => {
    await tx.setPasswordHash("ada", "held");
    await held.come();
    await setTimeout(HELD_MS);
  });
  await held.come();
  const created: boolean[] = [];
  await store.transaction(async (tx) => {
    created.push(await tx.createRole("admin"));
    await tx.setPasswordHash("ada", "waited");
  });
  await holder;
  assert.ok(undone.length > 0);
  assert.deepEqual(new Set(undone), new Set([code]));
  // True each time: what an earlier run had written was gone.
  assert.deepEqual(new Set(created), new Set([true]));
  assert.equal(created.length, undone.length + 1);
  assert.equal(await store.getPasswordHash("ada"), "waited");
}
