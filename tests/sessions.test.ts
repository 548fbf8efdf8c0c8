import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { emailOf, NEW_PASSWORD, openHarbor, PASSWORD, UNKNOWN_TOKEN, untyped } from "./_harness.ts";
import { idOf, storedSessions } from "./_own_sessions.ts";
import { stores } from "./_stores.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

test("sessions.list() gives the account's sessions, oldest first, and tells which one asks (R68)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open() });
    const tokens = [(await life.loggedIn("ada")).sessionToken];
    for (let more = 0; more < 2; more++) {
      life.advance(60);
      tokens.push((await life.login("ada")).sessionToken);
      await life.loggedIn(`other-${more}`);
    }
    const now = life.clock.now().getTime();
    for (const [asking, token] of tokens.entries()) {
      const sessions = await life.harbor.sessions.list(token);
      const expected = storedSessions(life, "ada").map(({ id }, index) => ({
        id,
        createdAt: new Date(now - (2 - index) * 60_000),
        expiresAt: new Date(now - (2 - index) * 60_000 + 2_592_000_000),
        current: index === asking,
      }));
      assert.deepEqual(sessions, expected);
    }
    assert.equal(new Set(storedSessions(life, "ada").map(({ id }) => id)).size, 3);
  }
});

test("sessions.list() reads twice and writes nothing", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const calls = await life.callsOf(() => life.harbor.sessions.list(sessionToken));
  assert.deepEqual(calls.map(({ method }) => method), ["getSession", "listSessions"]);
});

test("sessions.list() shows neither a token nor its hash, nor anything made of them (R68, R117)", async () => {
  for (const tokenSecret of [undefined, "a secret of sixteen bytes"]) {
    const life = openHarbor(tokenSecret === undefined ? {} : { tokenSecret });
    const tokens = [(await life.loggedIn("ada")).sessionToken, (await life.login("ada")).sessionToken];
    const sessions = await life.harbor.sessions.list(tokens[0] ?? "");
    for (const session of sessions) {
      assert.deepEqual(Object.keys(session).toSorted(), ["createdAt", "current", "expiresAt", "id"]);
      assert.match(session.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    const shown = JSON.stringify(sessions).replaceAll("-", "");
    for (const token of tokens) assert.equal(shown.includes(token.replaceAll("-", "").slice(0, 12)), false);
    const hashes = storedSessions(life, "ada").map(({ tokenHash }) => tokenHash);
    assert.equal(hashes.length, 2);
    for (const hash of hashes) {
      for (let at = 0; at + 12 <= hash.length; at++) {
        assert.equal(shown.includes(hash.slice(at, at + 12)), false);
      }
    }
  }
});

test("sessions.list() shows a session until its last millisecond, and none that has ended (R50)", async () => {
  for (const [ms, shown] of [[99_999, 2], [100_000, 1], [100_001, 1]] as const) {
    const life = openHarbor({ sessionTtlSeconds: 100, sessionRefreshThresholdSeconds: null });
    await life.loggedIn("ada");
    life.advance(60);
    const { sessionToken } = await life.login("ada");
    life.advance(ms / 1000 - 60);
    const sessions = await life.harbor.sessions.list(sessionToken);
    assert.equal(sessions.length, shown);
    assert.equal(sessions.at(-1)?.current, true);
  }
});

test("sessions.list() shows no session past its maximum age, whatever expiry is stored (R64)", async () => {
  for (const [ms, shown] of [[199_999, 2], [200_000, 1]] as const) {
    const life = openHarbor({ sessionTtlSeconds: 100, sessionMaxAgeSeconds: 200 });
    await life.loggedIn("ada");
    const [{ tokenHash } = assert.fail()] = storedSessions(life, "ada");
    await life.store.refreshSession(tokenHash, new Date(life.clock.now().getTime() + 1_000_000));
    life.advance(150);
    const { sessionToken } = await life.login("ada");
    life.advance(ms / 1000 - 150);
    assert.equal((await life.harbor.sessions.list(sessionToken)).length, shown);
  }
});

test("sessions.list() is a use of the session that asks: it slides when that is due (R64)", async () => {
  const life = openHarbor({ sessionTtlSeconds: 100, sessionRefreshThresholdSeconds: 25 });
  const { sessionToken } = await life.loggedIn("ada");
  await life.login("ada");
  life.advance(80);
  const now = life.clock.now().getTime();
  const left = (await life.harbor.sessions.list(sessionToken)).map((session) =>
    [session.current, session.expiresAt.getTime() - now] as const
  );
  assert.deepEqual(left, [[true, 100_000], [false, 20_000]]);
});

test("sessions.list() recognises the session that asks under an earlier secret", async () => {
  const [earlier, later] = ["an earlier secret of theirs", "a later secret of theirs"];
  const before = openHarbor({ tokenSecret: earlier });
  const { sessionToken } = await before.loggedIn("ada");
  const { store, clock } = before;
  const life = openHarbor({ store, clock, tokenSecret: [later, earlier] });
  await life.login("ada");
  const current = (await life.harbor.sessions.list(sessionToken)).map((session) => session.current);
  assert.deepEqual(current.toSorted(), [false, true]);
  await life.harbor.sessions.revokeOthers(sessionToken);
  assert.equal((await life.harbor.sessions.list(sessionToken)).length, 1);
});

test("a session without a public id is not listed, and revokeOthers() ends it all the same", async () => {
  const life = openHarbor();
  const [first, second] = [await life.loggedIn("ada"), await life.login("ada")];
  const [{ tokenHash } = assert.fail()] = storedSessions(life, "ada");
  const { user: _, id: __, ...foreign } = await life.store.getSession(tokenHash) ?? assert.fail();
  await life.store.removeSession(tokenHash);
  await life.store.addSession(foreign);
  for (const [token, current] of [[first.sessionToken, [false]], [second.sessionToken, [true]]] as const) {
    const sessions = await life.harbor.sessions.list(token);
    assert.deepEqual(sessions.map((session) => session.current), current);
  }
  await life.harbor.sessions.revokeOthers(second.sessionToken);
  assert.equal(await life.harbor.verifySession(first.sessionToken), false);
});

test("a session without an age, as others may write it, is listed without one, and so is its client", async () => {
  for (const options of [{}, { sessionClientRetentionSeconds: 3_600 }]) {
    const life = openHarbor(options);
    const { sessionToken } = await life.loggedIn("ada");
    const [{ tokenHash } = assert.fail()] = storedSessions(life, "ada");
    const { user: _, createdAt: __, ...foreign } = await life.store.getSession(tokenHash) ?? assert.fail();
    await life.store.removeSession(tokenHash);
    await life.store.addSession({ ...foreign, client: { address: "192.0.2.1" } });
    const { id = "", expiresAt } = foreign;
    assert.deepEqual(await life.harbor.sessions.list(sessionToken), [{ id, expiresAt, current: true }]);
  }
});

test("sessions operations judge the session first and refuse every bad one alike (R33, R50)", async () => {
  const life = openHarbor({ sessionTtlSeconds: 10, sessionMaxAgeSeconds: 10 });
  const expired = (await life.loggedIn("ada")).sessionToken;
  life.advance(10);
  const live = (await life.login("ada")).sessionToken;
  const sessionId = await idOf(life, live);
  const bad = [undefined, null, 7, {}, [live], "", `${live} `, "x".repeat(1 << 20), UNKNOWN_TOKEN, expired];
  for (const value of bad) {
    const sessionToken = untyped<string>(value);
    const { list, revoke, revokeOthers } = life.harbor.sessions;
    const operations = [
      () => list(sessionToken),
      () => revokeOthers(sessionToken),
      () => revoke({ sessionToken, sessionId }),
      () => revoke(untyped({ sessionToken, sessionId: null })),
    ];
    for (const operation of operations) await life.refuses("invalid_session_token", operation);
  }
  for (const input of [undefined, null, 7, "x"]) {
    await life.refuses("invalid_session_token", () => life.harbor.sessions.revoke(untyped(input)));
  }
  assert.equal(await life.harbor.verifySession(live), true);
});

test("sessions.list() and revokeOthers() tell nothing of a newcomer under the name, and end nothing (I4)", async () => {
  for (const operation of ["list", "revokeOthers"] as const) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    const newcomers: string[] = [];
    const find = life.store.getSession.bind(life.store);
    life.store.getSession = async (tokenHash) => {
      const session = await find(tokenHash);
      life.store.getSession = find;
      await life.store.deleteUser("ada");
      newcomers.push((await life.loggedIn("ada")).sessionToken, (await life.login("ada")).sessionToken);
      return session;
    };
    const call = () => life.harbor.sessions[operation](sessionToken);
    await assert.rejects(call, { code: "invalid_session_token" });
    assert.equal(newcomers.length, 2);
    for (const token of newcomers) assert.equal(await life.harbor.verifySession(token), true);
  }
});

test("sessions operations on a store without the optional methods are a TypeError that names the method", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  const [{ sessionToken }, other] = [await life.loggedIn("ada"), await life.login("ada")];
  const [, { id: sessionId = "" } = assert.fail()] = storedSessions(life, "ada");
  const { list, revoke, revokeOthers } = life.harbor.sessions;
  const operations = [
    ["listSessions", () => list(sessionToken)],
    ["listSessions", () => list(UNKNOWN_TOKEN)],
    ["removeSessionById", () => revoke({ sessionToken, sessionId })],
    ["listSessions", () => revokeOthers(sessionToken)],
  ] as const;
  for (const [method, operation] of operations) {
    const calls = await life.callsOf(() =>
      assert.rejects(
        operation,
        (error) => error instanceof TypeError && error.message.includes(`${method}()`),
      )
    );
    assert.deepEqual(calls, []);
    assert.deepEqual([life.events.at(-1)?.outcome, life.events.at(-1)?.errorName], ["failed", "TypeError"]);
  }
  assert.equal(await life.harbor.verifySession(other.sessionToken), true);
});

test("every other operation works on a store without the optional methods", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  const { harbor } = life;
  const [{ sessionToken }, other] = [await life.loggedIn("ada"), await life.login("ada")];
  await harbor.logout(other.sessionToken);
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await harbor.logoutAll((await harbor.changePassword(change)).sessionToken);
  await harbor.resetPassword({ resetToken: await life.resetToken("ada"), newPassword: PASSWORD });
  const last = await life.login(emailOf("ada"));
  await harbor.roles.create("admin");
  await harbor.grantRole("ada", "admin");
  await harbor.requireRole(last.sessionToken, "admin");
  await harbor.deleteAccount({ sessionToken: last.sessionToken, password: PASSWORD });
  assert.deepEqual(life.events.filter(({ outcome }) => outcome !== "succeeded"), []);
});

test("sessions operations reject with what the store throws, and every session lives (T7)", async () => {
  const life = openHarbor();
  const [{ sessionToken }, other] = [await life.loggedIn("ada"), await life.login("ada")];
  const sessionId = await idOf(life, other.sessionToken);
  const failure = new RangeError("down");
  life.store.listSessions = () => Promise.reject(failure);
  life.store.removeSessionById = () => Promise.reject(failure);
  life.store.transaction = () => Promise.reject(failure);
  const { list, revoke, revokeOthers } = life.harbor.sessions;
  const operations = [
    () => list(sessionToken),
    () => revoke({ sessionToken, sessionId }),
    () => revokeOthers(sessionToken),
  ];
  for (const operation of operations) {
    await assert.rejects(operation(), (error) => error === failure);
    assert.equal(life.events.at(-1)?.outcome, "failed");
  }
  for (const token of [sessionToken, other.sessionToken]) {
    assert.equal(await life.harbor.verifySession(token), true);
  }
});

test("sessions operations make one event each, with its context and without an id (R116, R117)", async () => {
  const life = openHarbor();
  const [{ sessionToken, user }, other] = [await life.loggedIn("ada"), await life.login("ada")];
  const sessionId = await idOf(life, other.sessionToken);
  const { list, revoke, revokeOthers } = life.harbor.sessions;
  const context = { address: "192.0.2.1", userAgent: "test" };
  const before = life.events.length;
  await list(sessionToken, context);
  await revoke({ sessionToken, sessionId }, context);
  await assert.rejects(revoke({ sessionToken, sessionId }, context));
  await revokeOthers(sessionToken, context);
  await assert.rejects(revokeOthers(UNKNOWN_TOKEN));
  const at = life.clock.now();
  const about = { at, userId: user.id, username: "ada", context };
  assert.deepEqual(life.events.slice(before), [
    { name: "sessions.list", outcome: "succeeded", ...about },
    { name: "sessions.revoke", outcome: "succeeded", ...about },
    { name: "sessions.revoke", outcome: "refused", code: "unknown_session", ...about },
    { name: "sessions.revoke_others", outcome: "succeeded", reason: "no_change", ...about },
    {
      name: "sessions.revoke_others",
      outcome: "refused",
      code: "invalid_session_token",
      reason: "unknown_token",
      at,
    },
  ]);
});
