import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { MemoryUserStore } from "@userharbor/memory";
import { FLOWS } from "./_flows.ts";
import { RecordingThrottle, type ThrottleCall } from "./_throttled_life.ts";
import { afterOneRun, assertNoSecret, SECRET, Trial } from "./_trial.ts";

const openStore = () => Promise.resolve(new MemoryUserStore());

/** All but the purge: that one says so when it cannot do what it is for. */
const LIMITED = Object.entries(FLOWS).filter(([name]) => name !== "purgeExpired");

test("whichever call of a throttle fails, a flow does what it would have done, and an event tells (R96, T7, R117)", async () => {
  let failed = 0;
  for (const [name, flow] of LIMITED) {
    const once = await afterOneRun(await Trial.open(flow, openStore));
    for (let n = 1;; n++) {
      const trial = await Trial.open(flow, openStore);
      const faulty = faultyThrottle(n, () => Promise.reject(new RangeError(SECRET)));
      const ending = await trial.run({ throttle: faulty.throttle });
      assert.equal(ending.outcome, "done", `${name}, call ${n}`);
      if (faulty.failed === null) break;
      failed++;
      assertNoSecret(ending);
      const failures = ending.events.filter(({ outcome }) => outcome !== "succeeded");
      assert.deepEqual(
        failures.map(({ name, outcome, errorName }) => [name, outcome, errorName]),
        [["throttle", "failed", "RangeError"]],
        `${name}, call ${n}`,
      );
      assert.equal(ending.mails.length, once.mails, `${name}, call ${n}`);
      assert.equal(ending.hashes, once.hashes, `${name}, call ${n}`);
      assert.deepEqual(await trial.effects(), once.effects, `${name}, call ${n}`);
    }
  }
  assert.ok(failed >= 25, `only ${failed} calls of a throttle`);
});

test("while a throttle does not answer nobody is let by, and nothing changed; given up, the flow goes on (R96, T7)", async () => {
  let stalled = 0;
  for (const [name, flow] of LIMITED) {
    const trial = await Trial.open(flow, openStore);
    const state = await trial.state();
    const { sent } = trial.before.emailSender;
    const mails = sent.length;
    let giveUp: (failure: Error) => void = () => {};
    const faulty = faultyThrottle(1, () => new Promise((_, reject) => giveUp = reject));
    let answered = false;
    const running = trial.run({ throttle: faulty.throttle }).finally(() => answered = true);
    while (faulty.failed === null && !answered) await setImmediate();
    // What was committed already is not taken back; only the attempts that led to it are yet to be forgotten.
    if (faulty.failed?.method === "reserve" && !trial.answered) {
      stalled++;
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      assert.equal(answered, false, name);
      assert.equal(sent.length, mails, name);
      assert.deepEqual(await trial.state(), state, name);
    }
    giveUp(new RangeError(SECRET));
    assert.equal((await running).outcome, "done", name);
  }
  assert.ok(stalled >= 7, `only ${stalled} flows`);
});

/** A throttle of which one call does this instead. */
function faultyThrottle(n: number, fault: () => Promise<never>) {
  const faulty: { throttle: RecordingThrottle; failed: ThrottleCall | null } = {
    throttle: new RecordingThrottle(),
    failed: null,
  };
  let calls = 0;
  faulty.throttle.beforeCall = async (call) => {
    if (++calls !== n) return;
    faulty.failed = call;
    await fault();
  };
  return faulty;
}
