import assert from "node:assert/strict";
import test from "node:test";
import { openHarbor, outcomes, UNKNOWN_TOKEN } from "./_harness.ts";

test("logout() ends one session and leaves the others (R65)", async () => {
  const life = openHarbor();
  const first = await life.loggedIn("ada");
  const second = await life.login("ada");
  const mails = await life.mailsOf(() => life.harbor.logout(first.sessionToken));
  assert.deepEqual(mails, []);
  assert.equal(await life.harbor.verifySession(first.sessionToken), false);
  assert.equal(await life.harbor.verifySession(second.sessionToken), true);
  await life.refuses("invalid_session_token", () => life.harbor.logout(first.sessionToken));
});

test("logoutAll() ends every session of the account and nobody else's (R65)", async () => {
  const life = openHarbor();
  const first = await life.loggedIn("ada");
  const second = await life.login("ada");
  const bob = await life.loggedIn("bob");
  await life.harbor.logoutAll(first.sessionToken);
  for (const { sessionToken } of [first, second]) {
    assert.equal(await life.harbor.verifySession(sessionToken), false);
    await life.refuses("invalid_session_token", () => life.harbor.logoutAll(sessionToken));
  }
  assert.equal(await life.harbor.verifySession(bob.sessionToken), true);
});

test("logout() and logoutAll() refuse unknown, expired and over-aged sessions alike (R50)", async () => {
  const life = openHarbor({ sessionTtlSeconds: 10, sessionMaxAgeSeconds: 10 });
  const { sessionToken } = await life.loggedIn("ada");
  life.advance(10);
  for (const token of [UNKNOWN_TOKEN, sessionToken]) {
    await life.refuses("invalid_session_token", () => life.harbor.logout(token));
    await life.refuses("invalid_session_token", () => life.harbor.logoutAll(token));
  }
});

test("logout() and logoutAll() refuse the later of two at once (R49)", async () => {
  const life = openHarbor();
  const first = (await life.loggedIn("ada")).sessionToken;
  const { harbor } = life;
  assert.deepEqual(await outcomes([harbor.logout(first), harbor.logout(first)]), {
    ok: 1,
    invalid_session_token: 1,
  });
  const second = (await life.login("ada")).sessionToken;
  const third = (await life.login("ada")).sessionToken;
  const both = [
    harbor.logoutAll(second),
    harbor.logoutAll(second),
    harbor.logout(third),
    harbor.logoutAll(third),
  ];
  assert.deepEqual(await outcomes(both), { ok: 1, invalid_session_token: 3 });
});

test("logoutAll() beaten by a logout of its own session changes nothing", async () => {
  const life = openHarbor();
  const first = await life.loggedIn("ada");
  const second = await life.login("ada");
  const find = life.store.getSession.bind(life.store);
  life.store.getSession = async (tokenHash) => {
    const session = await find(tokenHash);
    life.store.getSession = find;
    await life.store.removeSession(tokenHash);
    return session;
  };
  await life.rejectsWithoutMail("invalid_session_token", () => life.harbor.logoutAll(first.sessionToken));
  assert.equal(await life.harbor.verifySession(second.sessionToken), true);
});

test("logout() and logoutAll() reject with what the store throws, and the session lives (T7)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const failure = new Error("down");
  life.store.removeSession = () => Promise.reject(failure);
  life.store.transaction = () => Promise.reject(failure);
  await assert.rejects(life.harbor.logout(sessionToken), (error) => error === failure);
  await assert.rejects(life.harbor.logoutAll(sessionToken), (error) => error === failure);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
});
