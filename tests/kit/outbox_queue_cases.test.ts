import assert from "node:assert/strict";
import { test } from "node:test";
import { outboxQueueCases } from "@userharbor/core/testing";
import { failures } from "./_failures.ts";
import { keptQueue, type QueueMistake } from "./_kept_queue.ts";

/** Which case notices which mistake, whatever others do. */
const CAUGHT_BY: Readonly<Record<QueueMistake, string>> = {
  "lets two read a mail before either takes it": "claim() by 20 at once",
  "leases nothing": "claim() leases a mail",
  "leases to the second": "claim() leases a mail",
  "asks nobody who claimed a mail last": "postpone() and bury() of a mail that another one",
  "settles only for the last claim": "settle() removes what was delivered",
  "tells everybody that they settled": "settle() is true for one of 20",
  "lets a claim end twice": "postpone() and bury() by 20 at once",
  "counts no attempts": "claim() leases a mail",
  "finds a mail due only after its instant": "claim() finds a mail due",
  "gives the newest first": "claim() gives mails as they were appended",
  "gives more than it was asked for": "claim() gives mails as they were appended",
  "cuts what is long": "claim() gives mails as they were appended",
  "keeps mail of what was rolled back": "claim() gives nothing of a change",
  "takes every record for a mail": "claim() gives nothing of a change",
  "replaces a mail of the same id": "append() of a mail whose id is stored",
  "buries by putting off": "bury() keeps a mail",
  "buries for good": "bury() keeps a mail",
  "counts the attempts before a burial": "bury() keeps a mail",
  "revives in any order": "revive() takes the earliest",
  "revives everything": "revive() takes the earliest",
  "purges what waits": "purgeBuried()",
  "purges what was buried at that instant": "purgeBuried()",
  "purges everything at once": "purgeBuried()",
};

const another = (opened: ReturnType<typeof keptQueue>) => opened;

test("outboxQueueCases() pass a queue that is made of right parts", async () => {
  assert.deepEqual(await failures(outboxQueueCases(() => keptQueue(), { another })), []);
});

for (const [mistake, caughtBy] of Object.entries(CAUGHT_BY) as [QueueMistake, string][]) {
  test(`outboxQueueCases() catch a queue that ${mistake}`, async () => {
    const cases = outboxQueueCases(() => keptQueue(mistake), { another });
    const meant = cases.filter(({ name }) => name.startsWith(caughtBy));
    assert.equal(meant.length, 1, caughtBy);
    await assert.rejects(meant[0]?.run() ?? assert.fail(), { name: "AssertionError" });
  });
}

test("outboxQueueCases() have names of their own, and say what does not apply", async () => {
  const cases = outboxQueueCases(() => keptQueue());
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  const reasons = (await Promise.all(cases.map(({ run }) => run()))).filter((each) => each !== undefined);
  assert.equal(reasons.length, cases.filter(({ name }) => name.startsWith("two queues: ")).length);
  assert.ok(reasons.every((reason) => reason.startsWith("Does not apply: ")));
});
