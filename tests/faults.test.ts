import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import type { UserStore } from "../mod.ts";
import { FaultyStore, losesAnswer, throws } from "./_faulty_store.ts";
import { FLOWS } from "./_flows.ts";
import { openHarbor } from "./_harness.ts";
import { interceptStore, isWrite } from "./_intercept_store.ts";
import { stores } from "./_stores.ts";
import { afterOneRun, assertFailedLater, assertNoSecret, said, Trial } from "./_trial.ts";
import { wholeLife } from "./_whole_life.ts";

for (const { name: kind, open } of stores) {
  for (const [name, flow] of Object.entries(FLOWS)) {
    test(`${name} on ${kind} rejects with what any store call threw, leaving nothing half done (T7, I5)`, async () => {
      const after = await afterOneRun(await Trial.open(flow, open));
      for (let n = 1;; n++) {
        const trial = await Trial.open(flow, open);
        const faulty = new FaultyStore(trial, { n, fault: throws });
        const state = await trial.state();
        const ending = await trial.run({ store: faulty.store });
        if (faulty.failed === undefined) {
          assert.ok(n > 1, "no call failed");
          break;
        }
        assertNoSecret(ending);
        assert.ok(ending.hashes <= after.hashes, `call ${n}: hashed again`);
        if (faulty.wasLate) assertFailedLater(ending, n);
        else {
          assert.equal(ending.outcome, faulty.failure, `call ${n}`);
          assert.deepEqual(ending.mails, [], `call ${n}`);
          assert.deepEqual(await trial.state(), state, `call ${n}`);
        }
        const retried = await trial.run();
        assert.equal(said(retried), faulty.wasLate ? flow.again : "done", `call ${n}, tried again`);
        assert.deepEqual(await trial.effects(), after.effects, `call ${n}, tried again`);
      }
    });

    test(`${name} on ${kind} rejects when any answer is lost, and a retry has no second effect (T7, I2, I5)`, async () => {
      const after = await afterOneRun(await Trial.open(flow, open));
      for (let n = 1;; n++) {
        const trial = await Trial.open(flow, open);
        const faulty = new FaultyStore(trial, { n, fault: losesAnswer });
        const ending = await trial.run({ store: faulty.store });
        const { failed } = faulty;
        if (failed === undefined) {
          assert.ok(n > 1, "no call failed");
          break;
        }
        assertNoSecret(ending);
        assert.ok(ending.hashes <= after.hashes, `call ${n}: hashed again`);
        if (faulty.wasLate) assertFailedLater(ending, n);
        else {
          assert.equal(ending.outcome, faulty.failure, `call ${n}`);
          assert.deepEqual(ending.mails, [], `call ${n}`);
        }
        // A write inside a transaction is rolled back with it; one that stands alone, and a commit, is there.
        const committed = faulty.wasLate || isWrite(failed) && !failed.inTransaction;
        const retried = await trial.run();
        assert.equal(said(retried), committed ? flow.again : "done", `call ${n}, tried again`);
        assert.ok(
          ending.mails.length + retried.mails.length <= Math.max(1, after.mails),
          `call ${n}: mailed twice`,
        );
        assert.deepEqual(await trial.effects(), after.effects, `call ${n}, tried again`);
      }
    });
  }

  test(`every flow on ${kind} has its effect and its mail once when each transaction is run twice (I5)`, async () => {
    for (const [name, flow] of Object.entries(FLOWS)) {
      const once = await afterOneRun(await Trial.open(flow, open));
      const trial = await Trial.open(flow, open);
      const { outcome, mails, hashes } = await trial.run({ store: rolledBackOnce(trial.store) });
      assert.equal(outcome, "done", name);
      assert.equal(mails.length, once.mails, name);
      assert.equal(hashes, once.hashes, name);
      assert.deepEqual(await trial.effects(), once.effects, name);
    }
  });
}

test("no password is hashed and no mail sent while a transaction is open (T8, V12)", async () => {
  const inner = new MemoryUserStore();
  let open = 0;
  let transactions = 0;
  const store = interceptStore(inner, async ({ method }, proceed) => {
    if (method !== "transaction") return await proceed();
    open++;
    transactions++;
    try {
      return await proceed();
    } finally {
      open--;
    }
  });
  const life = openHarbor({ store, defer: (work) => void work() });
  const outside =
    <Arguments extends unknown[], Result>(call: (...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      assert.equal(open, 0, "inside a transaction");
      return call(...args);
    };
  const { passwordHasher: hasher, emailSender: sender } = life;
  hasher.hash = outside(hasher.hash.bind(hasher));
  hasher.verify = outside(hasher.verify.bind(hasher));
  hasher.needsRehash = outside(hasher.needsRehash.bind(hasher));
  sender.sendVerification = outside(sender.sendVerification.bind(sender));
  sender.sendPasswordReset = outside(sender.sendPasswordReset.bind(sender));
  sender.sendEmailVerified = outside(sender.sendEmailVerified.bind(sender));
  sender.sendPasswordChanged = outside(sender.sendPasswordChanged.bind(sender));
  sender.sendAccountDeleted = outside(sender.sendAccountDeleted.bind(sender));
  sender.sendAddressInUse = outside(sender.sendAddressInUse.bind(sender));
  sender.sendEmailChange = outside(sender.sendEmailChange.bind(sender));
  sender.sendEmailChanged = outside(sender.sendEmailChanged.bind(sender));
  sender.sendUsernameChanged = outside(sender.sendUsernameChanged.bind(sender));
  sender.sendInvitation = outside(sender.sendInvitation.bind(sender));
  await wholeLife(life);
  assert.ok(transactions >= 4);
  assert.deepEqual(life.events.filter(({ outcome }) => outcome === "failed"), []);
  assert.equal(new Set(life.mails.map(({ kind }) => kind)).size, 10, "not every kind of mail was sent");
});

test("no flow calls the outer store inside a transaction: all of them pass on a store of one connection", async () => {
  const inner = new MemoryUserStore();
  let inside = false;
  const store = interceptStore(inner, async ({ method, inTransaction }, proceed) => {
    assert.equal(inside && !inTransaction, false, `${method} on the outer store`);
    if (method !== "transaction") return await proceed();
    inside = true;
    return await proceed().finally(() => inside = false);
  });
  const life = openHarbor({ store });
  await wholeLife(life);
  assert.deepEqual(life.events.filter(({ outcome }) => outcome === "failed"), []);
});

/** Runs the work of each transaction, rolls it back, and runs it again, as an engine's deadlock would. */
function rolledBackOnce(store: UserStore): UserStore {
  return interceptStore(store, async ({ method, args: [work] }, proceed) => {
    if (method !== "transaction") return await proceed();
    const rollback = new Error("deadlock");
    const first = store.transaction(async (handle) => {
      await (work as (handle: UserStore) => Promise<unknown>)(handle);
      throw rollback;
    });
    await assert.rejects(first, (error) => error === rollback);
    return await proceed();
  });
}
