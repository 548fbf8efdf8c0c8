import assert from "node:assert/strict";
import test from "node:test";
import { BUSY, FailingDatabase } from "./_failing_database.ts";
import { FLOWS } from "./_flows.ts";
import { interceptStore, type StoreCall } from "./_intercept_store.ts";
import { afterOneRun, Trial } from "./_trial.ts";

async function openTrial(name: string) {
  const database = new FailingDatabase(BUSY);
  const trial = await Trial.open(FLOWS[name] ?? assert.fail(name), () => database.open());
  const inside: StoreCall[] = [];
  const store = interceptStore(trial.store, (call, proceed) => {
    if (call.inTransaction) inside.push(call);
    return proceed();
  });
  return { database, trial, store, inside };
}

for (const name of Object.keys(FLOWS)) {
  test(`${name} succeeds whichever of its statements is busy once, with one effect, one mail and the same ids (T7, I5)`, async () => {
    const healthy = await openTrial(name);
    const once = await afterOneRun(healthy.trial);
    const whole = await openTrial(name);
    await whole.trial.run({ store: whole.store });
    for (let n = 1;; n++) {
      const { database, trial, store, inside: calls } = await openTrial(name);
      database.refuse(n);
      const { outcome, mails, hashes } = await trial.run({ store });
      database.refuse(Infinity);
      const { refused } = database;
      if (refused === undefined) {
        assert.ok(n > 1, "no statement was refused");
        break;
      }
      assert.equal(outcome, "done", refused);
      assert.equal(mails.length, once.mails, refused);
      assert.equal(hashes, once.hashes, `${refused}: hashed once more`);
      assert.deepEqual(await trial.effects(), once.effects, refused);
      assertRunWhole(calls, whole.inside.length);
    }
  });
}

/** What was rolled back was begun anew and done in full, with the ids, hashes and tokens of the first time. */
function assertRunWhole(calls: readonly StoreCall[], length: number): void {
  const again = calls.slice(calls.length - length);
  const before = calls.slice(0, calls.length - length);
  assert.equal(again.length, length);
  assert.deepEqual(before, again.slice(0, before.length));
}
