import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { MemoryUserStore } from "@userharbor/memory";
import { FaultyStore } from "./_faulty_store.ts";
import { FLOWS } from "./_flows.ts";
import { codeOf, NEW_PASSWORD, openHarbor } from "./_harness.ts";
import { interceptStore, type StoreMethod } from "./_intercept_store.ts";
import { entitle, WITH_SESSION, YES_OR_NO } from "./_operations.ts";
import { assertFailedLater, assertNoSecret, Trial } from "./_trial.ts";

const openStore = () => Promise.resolve(new MemoryUserStore());

/** Turns of the event loop in which anything that does not wait for the store would have happened. */
const TURNS = 20;

test("while a store call does not end, nobody is answered and nothing is sent; given up, it rejects (T7)", async () => {
  let stalled = 0;
  for (const [name, flow] of Object.entries(FLOWS)) {
    for (let n = 1;; n++) {
      const trial = await Trial.open(flow, openStore);
      let giveUp: (failure: Error) => void = () => {};
      const faulty = new FaultyStore(trial, { n, fault: () => new Promise((_, reject) => giveUp = reject) });
      const { sent } = trial.before.emailSender;
      const mails = sent.length;
      let answered = false;
      const running = trial.run({ store: faulty.store }).finally(() => answered = true);
      while (faulty.failed === undefined && !answered) await setImmediate();
      if (faulty.failed === undefined) break;
      for (let turn = 0; turn < TURNS; turn++) await setImmediate();
      assert.equal(answered, false, `${name}, call ${n}`);
      // Hours later the driver gives up.
      trial.before.advance(7_200);
      giveUp(faulty.failure);
      const ending = await running;
      stalled++;
      assertNoSecret(ending);
      if (faulty.wasLate) assertFailedLater(ending, n);
      else {
        assert.equal(ending.outcome, faulty.failure, `${name}, call ${n}`);
        assert.equal(sent.length, mails, `${name}, call ${n}`);
      }
    }
  }
  assert.ok(stalled > 100, `only ${stalled} calls`);
});

test("a session that ends while the store looks for it opens nothing (T7, T10, R50)", async () => {
  for (const [name, call] of Object.entries(WITH_SESSION)) {
    const { life, slowed } = openSlowed("getSession", 91 * 86_400);
    const { sessionToken } = await life.loggedIn("ada");
    await entitle(life.harbor);
    slowed.from = life.calls.length;
    const answer: unknown = await call({ harbor: life.harbor, sessionToken }).catch(codeOf);
    assert.equal(answer, YES_OR_NO.has(name) ? false : "invalid_session_token", name);
    assert.equal(slowed.calls, 1, name);
  }
});

test("a mailed token that expires while the store looks for it works no more (T7, T10, R50)", async () => {
  for (const read of ["getPasswordReset", "getEmailVerification"] as const) {
    const { life, slowed } = openSlowed(read, 86_401);
    await life.registered("ada");
    const resetToken = await life.resetToken("ada");
    slowed.from = life.calls.length;
    const use = read === "getPasswordReset"
      ? life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD })
      : life.harbor.verifyEmail(life.verificationToken("ada"));
    const refusal = read === "getPasswordReset"
      ? "invalid_password_reset_token"
      : "invalid_verification_token";
    assert.equal(await use.catch(codeOf), refusal);
    assert.equal(slowed.calls, 1);
    assert.equal((await life.store.getUserByUsername("ada"))?.verified, false);
  }
});

/** A life in which one read, from a certain call on, takes so long. */
function openSlowed(read: StoreMethod, seconds: number) {
  const slowed = { from: Infinity, calls: 0 };
  const store = interceptStore(new MemoryUserStore(), async ({ method }, proceed) => {
    const answer = await proceed();
    if (method === read && life.calls.length > slowed.from) {
      slowed.calls++;
      life.advance(seconds);
    }
    return answer;
  });
  const life = openHarbor({ store });
  return { life, slowed };
}
