import assert from "node:assert/strict";
import test from "node:test";
import { type Life, openHarbor, UNKNOWN_TOKEN, untyped } from "./_harness.ts";
import type { NewSession } from "../mod.ts";
import { pseudoRandom } from "./_pseudo_random.ts";
import { isWrite } from "./_intercept_store.ts";

const DAY = 86_400;

test("verifySession() is true for a live session and false for an unknown token, after one read (T16)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  for (const [token, live] of [[sessionToken, true], [UNKNOWN_TOKEN, false]] as const) {
    const calls = await life.callsOf(async () => assert.equal(await life.harbor.verifySession(token), live));
    assert.deepEqual(calls.map(({ method }) => method), ["getSession"]);
  }
});

test("getCurrentUser() is the store's user, its own fields included, and refuses an unknown token", async () => {
  const life = openHarbor();
  const { sessionToken, user } = await life.loggedIn("ada");
  assert.deepEqual(await life.harbor.getCurrentUser(sessionToken), user);
  const find = life.store.getSession.bind(life.store);
  life.store.getSession = async (tokenHash) => {
    const session = await find(tokenHash);
    return session && { ...session, user: Object.assign(session.user, { plan: "gold" }) };
  };
  assert.deepEqual(await life.harbor.getCurrentUser(sessionToken), { ...user, plan: "gold" });
  await life.refuses("invalid_session_token", () => life.harbor.getCurrentUser(UNKNOWN_TOKEN));
});

test("verifySession() ends with the session's last millisecond (R50)", async () => {
  const short = { sessionTtlSeconds: 100, sessionRefreshThresholdSeconds: null };
  for (const [ms, live] of [[99_999, true], [100_000, false], [100_001, false]] as const) {
    const life = openHarbor(short);
    const { sessionToken } = await life.loggedIn("ada");
    life.advance(ms / 1000);
    assert.equal(await life.harbor.verifySession(sessionToken), live);
    const current = () => life.harbor.getCurrentUser(sessionToken);
    if (live) await current();
    else await life.refuses("invalid_session_token", current);
  }
});

test("verifySession() ends with the maximum age, whatever expiry is stored (R50, R64)", async () => {
  for (const [ms, live] of [[199_999, true], [200_000, false], [200_001, false]] as const) {
    const life = openHarbor({ sessionTtlSeconds: 100, sessionMaxAgeSeconds: 200 });
    const { sessionToken } = await life.loggedIn("ada");
    const tokenHash = storedHash(life);
    await life.store.refreshSession(tokenHash, new Date(life.clock.now().getTime() + 1_000_000));
    life.advance(ms / 1000);
    assert.equal(await life.harbor.verifySession(sessionToken), live);
  }
});

test("verifySession() slides the expiry once less than the threshold is left, to the millisecond (R64)", async () => {
  for (const [ms, slides] of [[75_000, false], [75_001, true]] as const) {
    const life = openHarbor({ sessionTtlSeconds: 100, sessionRefreshThresholdSeconds: 25 });
    const { sessionToken } = await life.loggedIn("ada");
    life.advance(ms / 1000);
    const calls = await life.callsOf(() => life.harbor.verifySession(sessionToken));
    assert.equal(calls.some(({ method }) => method === "refreshSession"), slides);
    const expiresAt = (await life.store.getSession(storedHash(life)))?.expiresAt.getTime() ?? 0;
    assert.equal(expiresAt - life.clock.now().getTime(), slides ? 100_000 : 25_000);
  }
});

test("verifySession() with the defaults slides in the last 7 of 30 days, and ends after 90 (R64)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const start = life.clock.now().getTime();
  const at = async (days: number) => {
    life.clock.set(new Date(start + days * DAY * 1000));
    const live = await life.harbor.verifySession(sessionToken);
    const session = await life.store.getSession(storedHash(life));
    return [live, ((session?.expiresAt.getTime() ?? 0) - start) / (DAY * 1000)];
  };
  assert.deepEqual(await at(23), [true, 30]);
  assert.deepEqual(await at(24), [true, 54]);
  assert.deepEqual(await at(50), [true, 80]);
  assert.deepEqual(await at(79), [true, 90]);
  assert.deepEqual(await at(89.9), [true, 90]);
  assert.deepEqual(await at(90), [false, 90]);
});

test("verifySession() never slides with a threshold of null, nor a session without createdAt", async () => {
  const fixed = openHarbor({ sessionTtlSeconds: 100, sessionRefreshThresholdSeconds: null });
  const { sessionToken } = await fixed.loggedIn("ada");
  fixed.advance(99.999);
  assert.equal(await fixed.harbor.verifySession(sessionToken), true);

  const undated = openHarbor({ sessionTtlSeconds: 100 });
  const opened = await undated.loggedIn("ada");
  const find = undated.store.getSession.bind(undated.store);
  undated.store.getSession = async (tokenHash) => {
    const session = await find(tokenHash);
    if (session === null) return null;
    const { createdAt, ...rest } = session;
    assert.ok(createdAt);
    return rest;
  };
  undated.advance(99.999);
  assert.equal(await undated.harbor.verifySession(opened.sessionToken), true);
  for (const life of [fixed, undated]) {
    assert.equal(life.calls.some(({ method }) => method === "refreshSession"), false);
  }
});

test("verifySession() writes at most once per interval, however often it is asked (R71, T16)", async () => {
  const life = openHarbor({ sessionTtlSeconds: 1_000, sessionRefreshThresholdSeconds: 500 });
  const { sessionToken } = await life.loggedIn("ada");
  for (let second = 0; second < 1_600; second++) {
    life.advance(1);
    assert.equal(await life.harbor.verifySession(sessionToken), true);
  }
  const refreshes = life.calls.filter(({ method }) => method === "refreshSession").length;
  // Due after 501 seconds, and then each time 501 seconds after the last.
  assert.equal(refreshes, 3);
});

test("verifySession() writes nothing once the expiry is at the maximum age (R71, T16)", async () => {
  const life = openHarbor({
    sessionTtlSeconds: 100,
    sessionMaxAgeSeconds: 150,
    sessionRefreshThresholdSeconds: 90,
  });
  const { sessionToken } = await life.loggedIn("ada");
  life.advance(60);
  for (const refreshes of [1, 0, 0]) {
    const calls = await life.callsOf(() => life.harbor.verifySession(sessionToken));
    assert.equal(calls.filter(({ method }) => method === "refreshSession").length, refreshes);
    life.advance(20);
  }
});

test("verifySession() by 1 000 at once moves the expiry once, and all of them pass (R71)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  life.advance(24 * DAY);
  const refresh = life.store.refreshSession.bind(life.store);
  let moved = 0;
  life.store.refreshSession = async (...args) => {
    assert.ok(args[2], "the refresh is not conditional");
    const did = await refresh(...args);
    if (did) moved++;
    return did;
  };
  const checks = Array.from({ length: 1_000 }, () => life.harbor.verifySession(sessionToken));
  assert.deepEqual(new Set(await Promise.all(checks)), new Set([true]));
  assert.equal(moved, 1);
});

test("verifySession() is true although the refresh fails, which an event tells", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  life.advance(24 * DAY);
  life.store.refreshSession = () => Promise.reject(new RangeError("disk full"));
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "ada");
  const failures = life.events.filter(({ name }) => name === "session_refresh");
  assert.deepEqual(failures.map(({ errorName }) => errorName), ["RangeError", "RangeError"]);
});

test("verifySession() is false for the session of an account that lapsed (I6, R41)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const now = life.clock.now();
  const sessionToken = "B".repeat(43);
  await life.harbor.verifySession(sessionToken);
  const tokenHash = untyped<string>(life.calls.at(-1)?.args[0]);
  const expiresAt = new Date(now.getTime() + 8 * DAY * 1000);
  await life.store.addSession({ username: "ada", tokenHash, createdAt: now, expiresAt });
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  life.advance(7 * DAY);
  assert.equal(await life.harbor.verifySession(sessionToken), false);
});

test("no operation takes a failing getSession for a missing session (T7, R84)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const failure = new Error("connection lost");
  life.store.getSession = () => Promise.reject(failure);
  const { harbor } = life;
  const operations = [
    () => harbor.verifySession(sessionToken),
    () => harbor.getCurrentUser(sessionToken),
    () => harbor.logout(sessionToken),
    () => harbor.logoutAll(sessionToken),
    () => harbor.changePassword({ sessionToken, oldPassword: "x", newPassword: "y" }),
    () => harbor.deleteAccount({ sessionToken, password: "x" }),
    () => harbor.hasRole(sessionToken, "admin"),
    () => harbor.hasPermission(sessionToken, "posts.edit"),
    () => harbor.requireRole(sessionToken, "admin"),
    () => harbor.requirePermission(sessionToken, "posts.edit"),
    () => harbor.sessions.list(sessionToken),
    () => harbor.sessions.revoke({ sessionToken, sessionId: "x" }),
    () => harbor.sessions.revokeOthers(sessionToken),
    () => harbor.sessions.reauthenticate({ sessionToken, password: "x" }),
    () => harbor.sessions.requireFresh({ sessionToken }),
  ];
  for (const operation of operations) await assert.rejects(operation(), (error) => error === failure);
});

test("a session never outlives ttl after its last use nor its maximum age, for any schedule (R64)", async () => {
  const random = pseudoRandom(64);
  for (let schedule = 0; schedule < 200; schedule++) {
    const ttl = 2 + Math.floor(random() * 100);
    const maxAge = ttl + Math.floor(random() * 300);
    const threshold = 1 + Math.floor(random() * (ttl - 1));
    const life = openHarbor({
      sessionTtlSeconds: ttl,
      sessionRefreshThresholdSeconds: threshold,
      sessionMaxAgeSeconds: maxAge,
    });
    const { sessionToken } = await life.loggedIn("ada");
    let age = 0;
    let expiry = Math.min(ttl, maxAge);
    for (let step = 0; step < 30; step++) {
      const pause = Math.round(random() * ttl * 1_100) / 1_000;
      age = Math.round((age + pause) * 1_000) / 1_000;
      life.advance(pause);
      const live = await life.harbor.verifySession(sessionToken);
      assert.equal(live, age < expiry, `after ${age} s of ${expiry} s`);
      if (!live) break;
      if (expiry - age < threshold) expiry = Math.min(age + ttl, maxAge);
      assert.ok(age < maxAge);
    }
  }
});

test("verifySession() with a clock that shows no time is false: it fails closed", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  life.clock.set(new Date(NaN));
  assert.equal(await life.harbor.verifySession(sessionToken), false);
  assert.equal(life.calls.slice(-1).some(isWrite), false);
});

function storedHash(life: Life): string {
  const session = life.calls.findLast(({ method }) => method === "addSession")?.args[0];
  return untyped<NewSession>(session).tokenHash;
}
