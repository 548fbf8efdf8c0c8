import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { UserHarborError } from "../mod.ts";
import { emailOf, hasCode, NEW_PASSWORD, PASSWORD, untyped } from "./_harness.ts";
import { interceptStore } from "./_intercept_store.ts";
import { openForAccounts, openThrottled, RecordingThrottle, type ThrottledLife } from "./_throttled_life.ts";
import { throttles } from "./_throttles.ts";

const WRONG = "a guess that is wrong";

/** One wrong guess, then a pause of an hour: whatever is counted by mistake shows. */
const ONE_GUESS = {
  passwordAttempts: { freeAttempts: 0, firstSeconds: 3_600, maxSeconds: 3_600, maxConsecutive: 100 },
  loginsPerClient: { limit: 2, windowSeconds: 60 },
  failedLoginsPerClient: { limit: 1, windowSeconds: 60 },
};

test("what a database or a hasher fails for is nobody's failure (R97)", async () => {
  const down = new Error("down");
  const busy = new UserHarborError("overloaded", "Cannot hash: too much to do", { retryAfterSeconds: 1 });
  const breaks: readonly ((life: ThrottledLife) => readonly [object, string, unknown])[] = [
    ({ store }) => [store, "getUserByUsername", down],
    ({ store }) => [store, "getPasswordHash", down],
    ({ passwordHasher }) => [passwordHasher, "verify", down],
    ({ passwordHasher }) => [passwordHasher, "verify", busy],
    ({ store }) => [store, "addSession", down],
  ];
  for (const breaking of breaks) {
    const life = openThrottled({ throttleLimits: ONE_GUESS });
    await life.verified("ada");
    const [port, method, error] = breaking(life);
    Reflect.set(port, method, () => Promise.reject(error));
    for (let time = 0; time < 5; time++) {
      await assert.rejects(life.login("ada"), (thrown) => thrown === error);
    }
    Reflect.deleteProperty(port, method);
    await life.login("ada");
  }
});

test("a hasher that is too busy for a stand-in counts nothing either (R97)", async () => {
  const life = openThrottled({ throttleLimits: ONE_GUESS });
  const busy = new UserHarborError("overloaded", "Cannot hash: too much to do", { retryAfterSeconds: 1 });
  life.passwordHasher.hash = () => Promise.reject(busy);
  for (let time = 0; time < 5; time++) await assert.rejects(life.login("nobody"), hasCode("overloaded"));
  Reflect.deleteProperty(life.passwordHasher, "hash");
  assert.equal(await life.tries("nobody", WRONG), "invalid_credentials");
});

test("an attempt that was never taken is not given back (R89, R97)", async () => {
  const life = openForAccounts({
    passwordAttempts: { freeAttempts: 100, firstSeconds: 1, maxSeconds: 1, maxConsecutive: 5 },
  });
  await life.verified("ada");
  await life.guesses(5, "ada");
  const { verified } = life.passwordHasher;
  const busy = new UserHarborError("overloaded", "Cannot hash: too much to do", { retryAfterSeconds: 1 });
  life.passwordHasher.hash = () => Promise.reject(busy);
  for (let time = 0; time < 5; time++) await assert.rejects(life.login("ada"), hasCode("overloaded"));
  Reflect.deleteProperty(life.passwordHasher, "hash");
  assert.equal(await life.tries("ada", PASSWORD), "invalid_credentials");
  assert.equal(life.passwordHasher.verified, verified);
});

test("a live session loses no attempt to a database that fails (R97)", async () => {
  const life = openForAccounts({ passwordAttempts: ONE_GUESS.passwordAttempts });
  const { sessionToken } = await life.loggedIn("ada");
  const down = new Error("down");
  life.store.transaction = () => Promise.reject(down);
  const change = () =>
    life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  for (let time = 0; time < 5; time++) await assert.rejects(change(), (error) => error === down);
  Reflect.deleteProperty(life.store, "transaction");
  await change();
});

for (const { name, open } of throttles) {
  test(`what is counted stays counted when the login is rolled back each time, on ${name} (R90, V43)`, async () => {
    const { store, throttle } = await open();
    const life = openForAccounts({
      passwordAttempts: { freeAttempts: 100, firstSeconds: 1, maxSeconds: 1, maxConsecutive: 10 },
    }, { maxSessionsPerUser: 3, store, throttle: new RecordingThrottle(throttle) });
    await life.verified("ada");
    let rollbacks = 0;
    const transaction = store.transaction.bind(store);
    store.transaction = (work) =>
      transaction(async (tx) => {
        await work(tx);
        rollbacks++;
        throw new UserHarborError("invalid_credentials", "Cannot log in: rolled back");
      });
    for (let guess = 0; guess < 10; guess++) {
      assert.equal(await life.tries("ada", PASSWORD), "invalid_credentials");
    }
    assert.equal(rollbacks, 10);
    Reflect.deleteProperty(store, "transaction");
    assert.equal(await life.tries("ada", PASSWORD), "invalid_credentials");
    assert.equal(life.events.at(-1)?.reason, "attempts_exhausted");
  });
}

test("no throttle is asked while a transaction of the store is open (R90, V43)", async () => {
  let open = 0;
  const store = interceptStore(new MemoryUserStore(), async ({ method }, proceed) => {
    if (method === "transaction") open++;
    return await proceed().finally(() => method === "transaction" ? open-- : 0);
  });
  const life = openThrottled({ store, maxSessionsPerUser: 2 });
  const openAtCalls: number[] = [];
  life.throttle.beforeCall = () => void openAtCalls.push(open);
  const { sessionToken } = await life.loggedIn("ada");
  await life.guesses(2, "ada");
  await life.harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD });
  const { sessionToken: next } = await life.login(emailOf("ada"));
  const change = { sessionToken: next, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await life.harbor.changePassword(change);
  await life.harbor.resetPassword({ resetToken: await life.resetToken("ada"), newPassword: PASSWORD });
  assert.ok(openAtCalls.length > 20);
  assert.ok(openAtCalls.every((count) => count === 0));
});

test("a throttle that is down lets nobody guess on: this process counts instead (R96)", async () => {
  const life = openThrottled();
  await life.verified("ada");
  const { verified } = life.passwordHasher;
  life.throttleIs("down");
  const answers = await life.guesses(20, "ada");
  assert.deepEqual(answers, [...Array(5).fill("invalid_credentials"), ...Array(15).fill("rate_limited")]);
  assert.equal(life.passwordHasher.verified - verified, 5);
  assert.deepEqual(await life.guesses(3, emailOf("ada")), Array(3).fill("invalid_credentials"));
  assert.equal(life.passwordHasher.verified - verified, 5, "the account was verified beyond its budget");
  const failures = life.events.filter(({ name }) => name === "throttle");
  assert.ok(failures.length > 0);
  for (const event of failures) {
    assert.deepEqual([event.outcome, event.errorName, event.at], ["failed", "RangeError", life.clock.now()]);
  }
});

test("a throttle that is down keeps nobody out (R96)", async () => {
  const life = openThrottled();
  await life.verified("ada");
  life.throttleIs("down");
  await life.guesses(4, "ada");
  const { sessionToken } = await life.login("ada");
  assert.deepEqual(await life.guesses(1, "ada"), ["invalid_credentials"]);
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await life.harbor.changePassword(change);
  await life.harbor.resetPassword({ resetToken: await life.resetToken("ada"), newPassword: PASSWORD });
  await life.login("ada");
});

test("a throttle that is up again counts on from where it was (R96)", async () => {
  const life = openForAccounts();
  await life.verified("ada");
  await life.guesses(4, "ada");
  life.throttleIs("down");
  await life.guesses(3, "ada");
  life.throttleIs("up");
  assert.deepEqual(await life.guesses(2, "ada"), ["invalid_credentials", "rate_limited"]);
});

test("harbors that share a throttle share what stands in for it (R96)", async () => {
  const throttle = new RecordingThrottle();
  const first = openThrottled({ throttle });
  first.throttleIs("down");
  const answers = await first.guesses(10, "nobody");
  const second = openThrottled({ throttle, clock: first.clock });
  assert.equal(await second.tries("nobody", WRONG), answers.at(-1));
  assert.equal(answers.at(-1), "rate_limited");
  const apart = openThrottled();
  assert.equal(await apart.tries("nobody", WRONG), "invalid_credentials");
});

test("a throttle that fails in one method alone changes no answer, and opens nothing (R96)", async () => {
  for (const method of ["reserve", "refund", "clear"] as const) {
    const life = openThrottled();
    await life.verified("ada");
    life.throttle.beforeCall = (call) => {
      if (call.method === method) throw new RangeError(`${method} is down`);
    };
    const { sessionToken } = await life.login("ada");
    assert.equal(await life.harbor.verifySession(sessionToken), true);
    const answers = await life.guesses(20, "ada");
    assert.ok(answers.filter((code) => code === "invalid_credentials").length <= 5, method);
    assert.equal(answers.at(-1), "rate_limited");
    assert.ok(
      life.events.some(({ name, errorName }) => name === "throttle" && errorName === "RangeError"),
      method,
    );
  }
});

test("only a true answer of a throttle lets an attempt through (R96, V43)", async () => {
  const answers: readonly unknown[] = [
    { allowed: "false", retryAt: null },
    { allowed: 1, retryAt: null },
    { allowed: undefined, retryAt: "2026-01-01" },
    { allowed: false, retryAt: new Date(NaN) },
    {},
  ];
  for (const answer of answers) {
    const life = openThrottled();
    await life.verified("ada");
    life.throttle.reserve = () => Promise.resolve(untyped(answer));
    const seconds = await life.isLimited(() => life.login("ada"));
    assert.ok(Number.isInteger(seconds) && seconds >= 1, String(seconds));
  }
  for (const answer of [undefined, null]) {
    const life = openThrottled();
    life.throttle.reserve = () => Promise.resolve(untyped(answer));
    assert.deepEqual((await life.guesses(6, "nobody")).at(-1), "rate_limited", "nobody counted");
  }
});
