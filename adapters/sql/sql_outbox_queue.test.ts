import { outboxQueueCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { TestOutbox } from "./_test_outbox.ts";
import { withTemporaryFile } from "./_test_store.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { SqlOutboxQueue, SqlUserStore } from "./mod.ts";

for (const { name, run } of outboxQueueCases(() => TestOutbox.open())) {
  test(`in memory: ${name}`, async (context) => {
    const doesNotApply = await run();
    if (typeof doesNotApply === "string") context.skip(doesNotApply);
  });
}

/** The file of the case that is running. */
let path: string;
const casesOnFile = outboxQueueCases(() => TestOutbox.open(path), { another: () => TestOutbox.open(path) });

for (const { name, run } of casesOnFile) {
  test(`on a file: ${name}`, async () => {
    await withTemporaryFile(async (file) => {
      path = file;
      assert.equal(await run(), undefined);
    });
  });
}

test("every statement on mails that the contract runs finds its rows by an index", async () => {
  const opened: TestOutbox[] = [];
  const open = async (): Promise<TestOutbox> => {
    const one = await TestOutbox.open();
    opened.push(one);
    return one;
  };
  for (const { run } of outboxQueueCases(open)) await run();
  const statements = new Set(opened.flatMap((one) => one.statements.map(({ sql }) => sql)));
  const onMails = [...statements].filter((sql) => sql.includes("userharbor_outbox"));
  assert.ok(onMails.length >= 8, `${onMails.length} statements`);
  await using outbox = await TestOutbox.open();
  for (const sql of onMails) {
    const plan = outbox.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const scans = plan.filter(({ detail }) => /^SCAN (?!CONSTANT ROW)/.test(String(detail)));
    assert.deepEqual(scans, [], sql);
  }
});

test("append() of a mail, and claim(), without the table reject and say to call migrate(driver)", async () => {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  const mail = { id: "1", kind: "mail", createdAt: new Date(), body: "{}" };
  await assert.rejects(new SqlUserStore(driver).append(mail), /migrate\(driver\)/);
  const at = new Date();
  await assert.rejects(
    new SqlOutboxQueue(driver).claim({ at, leaseUntil: at, limit: 1 }),
    /migrate\(driver\)/,
  );
});

test("revive() of 250 mails takes several batches", async () => {
  await using outbox = await TestOutbox.open();
  const insert = outbox.database.prepare(
    "INSERT INTO userharbor_outbox (id, created_at, body, buried_at) VALUES (?, '', '', ?)",
  );
  for (let number = 0; number < 250; number++) insert.run(String(number), "2026-01-01 00:00:00.000000");
  assert.equal(await outbox.queue.revive({ at: new Date(), limit: 230 }), 230);
  assert.equal(await outbox.queue.revive({ at: new Date(), limit: 230 }), 20);
});

for (const limit of [-1, 1.5, NaN]) {
  test(`claim() refuses a limit of ${limit}`, async () => {
    await using outbox = await TestOutbox.open();
    const at = new Date();
    await assert.rejects(outbox.queue.claim({ at, leaseUntil: at, limit }), RangeError);
  });
}
