import { outboxQueueCases, userStoreCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { TestD1 } from "../_test_d1.ts";
import { ADA } from "../_test_store.ts";
import { migrate, schemaVersion, SqlOutboxQueue, SqlUserStore } from "../mod.ts";
import { d1 } from "./d1.ts";

class D1Store extends SqlUserStore {
  readonly d1: TestD1;

  private constructor(database: TestD1) {
    super(d1(database));
    this.d1 = database;
  }

  static async open(): Promise<D1Store> {
    const database = new TestD1();
    await migrate(d1(database));
    const store = new D1Store(database);
    await store.transaction((tx) => tx.revokeRoleFromUser("nobody", "none")); // now it knows its tables
    database.requests.length = 0;
    return store;
  }
}

async function openOutbox() {
  const database = new TestD1();
  await migrate(d1(database));
  const driver = d1(database);
  return { database, store: new SqlUserStore(driver), queue: new SqlOutboxQueue(driver) };
}

const outboxCases = outboxQueueCases(openOutbox, {
  another({ database, store }) {
    return { store, queue: new SqlOutboxQueue(d1(database)) };
  },
});

for (const { name, run } of outboxCases) {
  test(`d1(): ${name}`, async () => assert.equal(await run(), undefined));
}

/** What may be read whole: as many rows as an application has roles and permissions. */
const LISTS = /^SCAN main\.userharbor_(?:roles|permissions|role_permissions)\b/;

/** What a failed statement may say: tables, columns and nothing of a row. */
const SILENT =
  /^(?:integer overflow|FOREIGN KEY constraint failed|UNIQUE constraint failed: [\w., ]+|no such table: \w+)$/;

// Longer than any case of the contract, one of which holds a transaction open for 5 s.
const TIMEOUT_MS = 60_000;

test(
  "d1() reads through the writes of a transaction by an index, and no error holds a value",
  { timeout: TIMEOUT_MS },
  async () => {
    const stores: D1Store[] = [];
    const cases = userStoreCases(async () => {
      const store = await D1Store.open();
      stores.push(store);
      return store;
    });
    for (const { run } of cases) await run();
    const statements = new Set(stores.flatMap((store) => store.d1.requests.flat()));
    const overlaid = [...statements].filter((sql) => sql.startsWith("WITH "));
    assert.ok(overlaid.length > 50);
    const { d1: { database } } = await D1Store.open();
    for (const sql of overlaid) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail));
      assert.deepEqual(plan.filter((step) => /^SCAN main\./.test(step) && !LISTS.test(step)), [], sql);
    }
    const errors = stores.flatMap((store) => store.d1.errors);
    assert.ok(errors.includes("integer overflow"));
    assert.deepEqual(errors.filter((error) => !SILENT.test(error)), []);
  },
);

test("d1() asks once for a session check, and ends a transaction in one batch", async () => {
  const store = await D1Store.open();
  const { requests } = store.d1;
  await store.createUser(ADA);
  assert.equal(requests.filter((request) => request.length > 1).length, 1);
  assert.equal(requests.length, 4); // a read for each of the three writes
  requests.length = 0;
  await store.addSession({ username: "Ada", tokenHash: "session", expiresAt: new Date(0) });
  await store.getSession("session");
  assert.deepEqual(requests.map((request) => request.length), [2, 1]);
});

test("purgeExpired() on D1 asks as often for fifty accounts as for one", async () => {
  const asked: number[] = [];
  for (const accounts of [1, 49]) {
    const store = await D1Store.open();
    for (let i = 0; i < accounts; i++) {
      const [id, email] = [`user-${i}`, `${i}@example.com`];
      await store.createUser({ ...ADA, id, username: id, email, verificationTokenHash: id });
    }
    store.d1.requests.length = 0;
    const request = {
      before: new Date(0),
      unverifiedBefore: new Date("2027-01-01T00:00:00.000Z"),
      limit: 1000,
    };
    assert.equal(await store.purgeExpired(request), accounts);
    asked.push(store.d1.requests.length);
    assert.deepEqual(await store.listUsers({ limit: 1 }), []);
    assert.equal(await store.getEmailVerification("user-0"), null);
  }
  assert.equal(asked[0], asked[1]);
});

test("transaction() on D1 runs work again when others wrote before the batch, and nothing is left of the first", async () => {
  const store = await D1Store.open();
  await store.createUser(ADA);
  let runs = 0;
  store.d1.beforeBatch = () => store.d1.database.exec("UPDATE userharbor_users SET password_hash = 'hash-2'");
  const done = await store.transaction(async (tx) => {
    runs++;
    await tx.createRole(`role-${runs}`);
    return await tx.setPasswordHash("Ada", "hash-3", { passwordHash: "hash-1" });
  });
  assert.deepEqual([runs, done], [2, false]);
  assert.deepEqual(await store.listRoles(), new Set(["role-2"]));
  assert.equal(await store.getPasswordHash("Ada"), "hash-2");
});

test("transaction() on D1 tells a row that others made since from one that was there", async () => {
  const store = await D1Store.open();
  const record = { id: "record", kind: "event", createdAt: new Date(0), body: "{}" };
  let runs = 0;
  const appended = store.transaction(async (tx) => {
    if (++runs === 1) {
      await tx.createRole("admin");
      store.d1.database.exec(
        "INSERT INTO userharbor_roles VALUES ('admin'); " +
          "INSERT INTO userharbor_records VALUES ('record', 'event', '', NULL, '{}')",
      );
    }
    await tx.append?.(record);
  });
  await assert.rejects(appended, /UNIQUE constraint failed: userharbor_records/);
  assert.equal(runs, 2);
});

test("transaction() on D1 takes calls that are not awaited one after the other", async () => {
  const store = await D1Store.open();
  const [created, deleted, again] = await store.transaction((tx) =>
    Promise.all([tx.createRole("admin"), tx.deleteRole("admin"), tx.createRole("admin")])
  );
  assert.deepEqual([created, deleted, again], [true, true, true]);
  assert.deepEqual(await store.listRoles(), new Set(["admin"]));
});

test("migrate() on D1 takes each step once, also while another caller takes it", async () => {
  const database = new TestD1();
  const steps: number[] = [];
  const onStep = ({ version }: { readonly version: number }) => void steps.push(version);
  await Promise.all([1, 2, 3].map(() => migrate(d1(database), { onStep })));
  const { length } = d1(database).dialect.migrations;
  assert.deepEqual(steps.toSorted(), Array.from({ length }, (_, index) => index + 1));
  assert.equal(await schemaVersion(d1(database)), length);
  assert.deepEqual(await new SqlUserStore(d1(database)).diagnose(new Date()), []);
});

test("d1() reads nothing within a transaction that changes tables, and no statement that it cannot take apart", async () => {
  const driver = d1(new TestD1());
  const reads = driver.transaction(async (connection) => {
    await connection.execute("CREATE TABLE other (id TEXT)", []);
    await connection.query("SELECT id FROM other", []);
  });
  await assert.rejects(reads, /changes tables/);
  await assert.rejects(driver.query("SELECT id FROM other", []), /no such table/);
  const replaces = driver.transaction((connection) =>
    connection.execute("REPLACE INTO other VALUES ('1')", [])
  );
  await assert.rejects(replaces, TypeError);
});

test("a store on D1 without its tables says to call migrate(driver)", async () => {
  const store = new SqlUserStore(d1(new TestD1()));
  await assert.rejects(store.createUser(ADA), /call migrate\(driver\) first/);
  await assert.rejects(store.getUserByUsername("ada"), /call migrate\(driver\) first/);
});
