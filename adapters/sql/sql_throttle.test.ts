import { throttleCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ADA, recorded, TestStore, withTemporaryFile } from "./_test_store.ts";
import { attempt, storedAttempts, TestThrottle } from "./_test_throttle.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { migrate, type SqlDriver, type SqlRow, SqlThrottle, SqlUserStore, type SqlValue } from "./mod.ts";

for (const { name, run } of throttleCases(() => TestThrottle.open())) {
  test(`in memory: ${name}`, async (context) => {
    const doesNotApply = await run();
    if (typeof doesNotApply === "string") context.skip(doesNotApply);
  });
}

/** The file of the case that is running. */
let path: string;
const casesOnFile = throttleCases(() => TestThrottle.open(path), { another: () => TestThrottle.open(path) });

for (const { name, run } of casesOnFile) {
  test(`on a file: ${name}`, async (context) => {
    await withTemporaryFile(async (file) => {
      path = file;
      const doesNotApply = await run();
      if (typeof doesNotApply === "string") context.skip(doesNotApply);
    });
  });
}

test("every statement that the contract runs finds its rows by an index", async () => {
  const throttles: TestThrottle[] = [];
  const open = async (): Promise<TestThrottle> => {
    const throttle = await TestThrottle.open();
    throttles.push(throttle);
    return throttle;
  };
  for (const { run } of throttleCases(open)) await run();
  const statements = new Set(throttles.flatMap((throttle) => throttle.statements.map(({ sql }) => sql)));
  assert.ok(statements.size >= 5);
  await using throttle = await TestThrottle.open();
  for (const sql of statements) {
    const plan = throttle.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const scans = plan.filter(({ detail }) => /^SCAN (?!CONSTANT ROW)/.test(String(detail)));
    assert.deepEqual(scans, [], sql);
  }
});

test("reserve() that is refused reads once and writes nothing", async () => {
  await using throttle = await TestThrottle.open();
  for (let made = 0; made < 10; made++) await throttle.reserve(attempt());
  const before = throttle.statements.length;
  assert.equal((await throttle.reserve(attempt(1))).allowed, false);
  assert.deepEqual(throttle.statements.slice(before).map(({ method }) => method), ["query"]);
});

test("reserve() by 1,000 at once costs the database two reads and two writes", async () => {
  await using throttle = await TestThrottle.open();
  await Promise.all(Array.from({ length: 1000 }, () => throttle.reserve(attempt())));
  assert.deepEqual(throttle.statements.map(({ method }) => method), ["query", "execute", "query", "execute"]);
  assert.deepEqual(storedAttempts(throttle.database), { "login:ada": 10 });
});

test("reserve() by 1,000 at once is exact while three others write to the same file (R89, V31, T3)", async () => {
  await withTemporaryFile(async (file) => {
    await using first = await TestThrottle.open(file);
    await using second = await TestThrottle.open(file);
    await using noisyStore = await TestStore.open(file);
    let isOver = false;
    const writeOn = async (write: (number: number) => Promise<unknown>): Promise<number> => {
      let writes = 0;
      while (!isOver) {
        await write(writes++);
        await new Promise((resolve) => setTimeout(resolve));
      }
      return writes;
    };
    const noise = [
      writeOn((number) =>
        noisyStore.createUser({
          ...ADA,
          id: `${number}`,
          username: `a${number}`,
          email: `a${number}@example.com`,
          verificationTokenHash: `${number}`,
        })
      ),
      writeOn((number) => second.reserve(attempt(number, "login:bob"))),
      writeOn((number) => first.reserve(attempt(0, `login:${number}`))),
    ];
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, number) => (number % 2 === 0 ? first : second).reserve(attempt())),
    );
    isOver = true;
    assert.ok((await Promise.all(noise)).every((writes) => writes > 0));
    assert.equal(answers.filter(({ allowed }) => allowed).length, 10);
    assert.equal(storedAttempts(first.database)["login:ada"], 10);
  });
});

test("reserve() stays counted when a transaction of the store is rolled back meanwhile (R90, V43)", async () => {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  await migrate(driver);
  const store = new SqlUserStore(driver);
  const throttle = new SqlThrottle(driver);
  const reservations: Promise<unknown>[] = [];
  for (let guess = 0; guess < 10; guess++) {
    const login = store.transaction(async (handle) => {
      await handle.createRole("admin");
      // Begun while the transaction is open, on the one connection that both have.
      reservations.push(throttle.reserve(attempt()));
      throw new Error("rolled back");
    });
    await assert.rejects(login, /rolled back/);
    await Promise.all(reservations);
  }
  assert.deepEqual(await store.listRoles(), new Set());
  assert.equal((await throttle.reserve(attempt())).allowed, false);
});

/** A driver as clients are that have large numbers as text. */
function withNumbersAsText(driver: SqlDriver): SqlDriver {
  const asText = (value: SqlValue): SqlValue => typeof value === "number" ? String(value) : value;
  return {
    ...recorded(driver).driver,
    query: async <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) => {
      const rows: readonly SqlRow[] = await driver.query(sql, values);
      return rows.map((row): SqlRow => row.map(asText)) as readonly SqlRow[] as readonly Row[];
    },
  };
}

test("reserve() counts in numbers, whatever a client has them as (V43)", async () => {
  const database = new DatabaseSync(":memory:");
  await migrate(nodeSqlite(database));
  const throttle = new SqlThrottle(withNumbersAsText(nodeSqlite(database)));
  for (let made = 0; made < 10; made++) assert.equal((await throttle.reserve(attempt())).allowed, true);
  assert.equal((await throttle.reserve(attempt())).allowed, false);
  await throttle.refund("login:ada");
  assert.deepEqual(storedAttempts(database), { "login:ada": 9 });
  database.close();
});

test("reserve() does not take a key that was cleared and used again for the one it read", async () => {
  const database = new DatabaseSync(":memory:");
  await migrate(nodeSqlite(database));
  const neighbour = new SqlThrottle(nodeSqlite(database));
  const { driver } = recorded(nodeSqlite(database));
  let isFirst = true;
  const throttle = new SqlThrottle({
    ...driver,
    execute: async (sql, values) => {
      if (isFirst) {
        isFirst = false;
        await neighbour.clear("login:ada");
        await neighbour.reserve(attempt(100));
      }
      return await driver.execute(sql, values);
    },
  });
  for (let made = 0; made < 5; made++) await neighbour.reserve(attempt());
  assert.equal((await throttle.reserve(attempt(100))).allowed, true);
  assert.deepEqual(storedAttempts(database), { "login:ada": 2 });
  database.close();
});

test("reserve() that is overtaken each time gives up, and counts nothing", async () => {
  const database = new DatabaseSync(":memory:");
  await migrate(nodeSqlite(database));
  const { driver } = recorded(nodeSqlite(database));
  await new SqlThrottle(driver).reserve(attempt());
  let writes = 0;
  const overtaken = new SqlThrottle({ ...driver, execute: () => Promise.resolve(writes++ * 0) });
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((resume: () => void) => queueMicrotask(resume)) as typeof setTimeout;
  try {
    await assert.rejects(overtaken.reserve(attempt()), { name: "Overtaken" });
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert.ok(writes > 10 && writes < 100, `${writes} attempts`);
  assert.deepEqual(storedAttempts(database), { "login:ada": 1 });
  database.close();
});

test("a failing database fails all who wait for one key at once, and nobody after it is back", async () => {
  const database = new DatabaseSync(":memory:");
  await migrate(nodeSqlite(database));
  const { driver } = recorded(nodeSqlite(database));
  let asked = 0;
  let isDown = false;
  const down = new Error("connection lost");
  const throttle = new SqlThrottle({
    ...driver,
    query: (sql, values) => {
      asked++;
      return isDown ? Promise.reject(down) : driver.query(sql, values);
    },
  });
  // It has answered before, so nobody looks for what is wrong with it.
  await throttle.purgeExpired({ before: new Date(0), limit: 1 });
  asked = 0;
  isDown = true;
  const calls = Array.from({ length: 100 }, () => throttle.reserve(attempt()));
  for (const outcome of await Promise.allSettled(calls)) {
    assert.deepEqual(outcome, { status: "rejected", reason: down });
  }
  assert.equal(asked, 2, "the first of them, then all the others");
  isDown = false;
  assert.equal((await throttle.reserve(attempt())).allowed, true);
  assert.deepEqual(storedAttempts(database), { "login:ada": 1 });
  database.close();
});

test("reserve() without its table rejects and says to call migrate(driver)", async () => {
  const throttle = new SqlThrottle(nodeSqlite(new DatabaseSync(":memory:")));
  await assert.rejects(throttle.reserve(attempt()), /migrate\(driver\)/);
  await assert.rejects(throttle.purgeExpired({ before: new Date(), limit: 1 }), /migrate\(driver\)/);
});

test("purgeExpired() removes `limit` budgets over several batches, and timers fire in between", async () => {
  await using throttle = await TestThrottle.open();
  for (let number = 0; number < 250; number++) await throttle.reserve(attempt(0, `login:${number}`));
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 0);
  const before = attempt(901).at;
  assert.equal(await throttle.purgeExpired({ before, limit: 230 }), 230);
  clearInterval(ticking);
  assert.ok(ticks > 0);
  assert.equal(await throttle.purgeExpired({ before, limit: 230 }), 20);
  assert.equal(await throttle.purgeExpired({ before, limit: 230 }), 0);
});

for (const limit of [-1, 1.5, 250.5, NaN, Infinity]) {
  test(`purgeExpired() refuses a limit of ${limit} and removes nothing`, async () => {
    await using throttle = await TestThrottle.open();
    await throttle.reserve(attempt());
    const purging = throttle.purgeExpired({ before: attempt(901).at, limit });
    await assert.rejects(purging, RangeError);
    assert.deepEqual(storedAttempts(throttle.database), { "login:ada": 1 });
  });
}
