import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { type EmailSender, isUserHarborError, type PasswordHasher, UserHarborError } from "../mod.ts";
import { FLOWS } from "./_flows.ts";
import { afterOneRun, assertFailedLater, assertNoSecret, SECRET, Trial } from "./_trial.ts";

const openStore = () => Promise.resolve(new MemoryUserStore());

/** How a call of a hasher or a sender can fail. */
const FAILURES: Readonly<Record<string, (failure: Error) => Promise<never>>> = {
  "throws at once": (failure) => {
    throw failure;
  },
  rejects: (failure) => Promise.reject(failure),
};

for (const [how, fail] of Object.entries(FAILURES)) {
  test(`whatever a hasher ${how} with is what a flow rejects with, and nothing changed (T7)`, async () => {
    let failed = 0;
    for (const [name, flow] of Object.entries(FLOWS)) {
      for (let n = 1;; n++) {
        const trial = await Trial.open(flow, openStore);
        const hasher = new FaultyHasher(trial, { n, fail: () => fail(new Error(SECRET)) });
        const state = await trial.state();
        const ending = await trial.run({ passwordHasher: hasher });
        if (!hasher.hasFailed) break;
        failed++;
        assertNoSecret(ending);
        if (hasher.wasLate) assertFailedLater(ending, n);
        else {
          assert.equal(String(ending.outcome), `Error: ${SECRET}`, `${name}, call ${n}`);
          assert.deepEqual(ending.mails, [], name);
          assert.deepEqual(await trial.state(), state, `${name}, call ${n}`);
        }
      }
    }
    assert.ok(failed >= 15, `only ${failed} calls of a hasher`);
  });

  test(`whatever a sender ${how} with changes no answer, and is told without its secrets (T7, R24, R117)`, async () => {
    let failed = 0;
    for (const [name, flow] of Object.entries(FLOWS)) {
      const once = await afterOneRun(await Trial.open(flow, openStore));
      const trial = await Trial.open(flow, openStore);
      const ending = await trial.run({ emailSender: senderThat(() => fail(new Error(SECRET))) });
      assert.equal(ending.outcome, "done", name);
      assertNoSecret(ending);
      const failures = ending.events.filter(({ outcome }) => outcome === "failed");
      assert.equal(failures.length, once.mails, name);
      assert.ok(
        failures.every((event) => event.name.startsWith("mail.") && event.errorName === "Error"),
        name,
      );
      assert.deepEqual(await trial.effects(), once.effects, name);
      failed += failures.length;
    }
    assert.ok(failed >= 9, `only ${failed} mails`);
  });
}

test("a sender that never ends changes no answer and no effect (T7, R24)", async () => {
  for (const [name, flow] of Object.entries(FLOWS)) {
    const once = await afterOneRun(await Trial.open(flow, openStore));
    const trial = await Trial.open(flow, openStore);
    const stalled = senderThat(() => new Promise(() => {}));
    const { outcome } = await trial.run({ emailSender: stalled }, { settles: false });
    assert.equal(outcome, "done", name);
    // What is left for later has begun by then; one task is what it is later by.
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(await trial.effects(), once.effects, name);
  }
});

test("a hasher with no room is `overloaded` to the caller, with its time, and nothing changed (T7, T14, R15)", async () => {
  for (const [name, flow] of Object.entries(FLOWS)) {
    for (let n = 1;; n++) {
      const trial = await Trial.open(flow, openStore);
      const state = await trial.state();
      const fail = () =>
        Promise.reject(new UserHarborError("overloaded", "Cannot hash: no room", { retryAfterSeconds: 2 }));
      const hasher = new FaultyHasher(trial, { n, fail });
      const { outcome, mails } = await trial.run({ passwordHasher: hasher });
      if (!hasher.hasFailed) break;
      if (hasher.wasLate) {
        assert.equal(outcome, "done", name);
        continue;
      }
      assert.ok(isUserHarborError(outcome), name);
      assert.deepEqual([outcome.code, outcome.retryAfterSeconds], ["overloaded", 2], name);
      assert.deepEqual(mails, [], name);
      assert.deepEqual(await trial.state(), state, name);
    }
  }
});

/** A hasher of which one call fails. */
class FaultyHasher implements PasswordHasher {
  hasFailed = false;
  /** Whether that was after the answer. */
  wasLate = false;
  readonly #trial: Trial;
  readonly #fault: { readonly n: number; readonly fail: () => Promise<never> };
  #calls = 0;

  constructor(trial: Trial, fault: { readonly n: number; readonly fail: () => Promise<never> }) {
    this.#trial = trial;
    this.#fault = fault;
  }

  hash(password: string): Promise<string> {
    return this.#orFail(({ passwordHasher }) => passwordHasher.hash(password));
  }

  verify(password: string, passwordHash: string): Promise<boolean> {
    return this.#orFail(({ passwordHasher }) => passwordHasher.verify(password, passwordHash));
  }

  needsRehash(passwordHash: string): Promise<boolean> {
    return this.#orFail(({ passwordHasher }) => passwordHasher.needsRehash(passwordHash));
  }

  #orFail<T>(call: (before: Trial["before"]) => Promise<T>): Promise<T> {
    if (++this.#calls !== this.#fault.n) return call(this.#trial.before);
    this.hasFailed = true;
    this.wasLate = this.#trial.answered;
    return this.#fault.fail();
  }
}

/** A sender that does this, whatever it is to send. */
function senderThat(send: () => Promise<never>): EmailSender {
  return new Proxy({} as EmailSender, {
    get: (_, name) => String(name).startsWith("send") ? send : undefined,
  });
}
