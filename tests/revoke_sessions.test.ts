import assert from "node:assert/strict";
import test from "node:test";
import { type Life, openHarbor, outcomes, untyped } from "./_harness.ts";
import { isWrite } from "./_intercept_store.ts";
import { idOf, storedSessions } from "./_own_sessions.ts";
import { stores } from "./_stores.ts";

/** Well-formed, and no session's. */
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

test("sessions.revoke() ends that session at once and leaves the others (R65, R66)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open() });
    const [first, second] = [await life.loggedIn("ada"), await life.login("ada")];
    const third = await life.login("ada");
    const sessionId = await idOf(life, second.sessionToken);
    const revoke = () => life.harbor.sessions.revoke({ sessionToken: first.sessionToken, sessionId });
    assert.deepEqual(await life.mailsOf(revoke), []);
    assert.equal(await life.harbor.verifySession(second.sessionToken), false);
    await life.refuses("invalid_session_token", () => life.harbor.getCurrentUser(second.sessionToken));
    for (const { sessionToken } of [first, third]) {
      assert.equal(await life.harbor.verifySession(sessionToken), true);
      assert.equal((await life.harbor.sessions.list(sessionToken)).length, 2);
    }
    await life.rollsBack("unknown_session", revoke);
  }
});

test("sessions.revoke() ends the session that asks, too (R65)", async () => {
  const life = openHarbor();
  const [{ sessionToken }, other] = [await life.loggedIn("ada"), await life.login("ada")];
  const sessionId = await idOf(life, sessionToken);
  await life.harbor.sessions.revoke({ sessionToken, sessionId });
  assert.equal(await life.harbor.verifySession(sessionToken), false);
  assert.equal(await life.harbor.verifySession(other.sessionToken), true);
  await life.refuses("invalid_session_token", () => life.harbor.sessions.revoke({ sessionToken, sessionId }));
});

test("sessions.revoke() refuses every session of everybody else exactly as an unknown one (R68)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const people = ["ada", "bob", "cleo"];
    const tokens = new Map<string, string[]>();
    for (const person of people) {
      await life.verified(person);
      tokens.set(person, [(await life.login(person)).sessionToken, (await life.login(person)).sessionToken]);
    }
    for (const person of people) {
      const foreign = people.filter((each) => each !== person).flatMap((each) => storedSessions(life, each));
      assert.equal(foreign.length, 4);
      for (const sessionToken of tokens.get(person) ?? []) {
        const unknown = await refusalOf(life, { sessionToken, sessionId: UNKNOWN_ID });
        for (const { id = assert.fail() } of foreign) {
          const input = { sessionToken, sessionId: id };
          assert.deepEqual(await refusalOf(life, input), unknown, name);
          await life.rollsBack("unknown_session", () => life.harbor.sessions.revoke(input));
        }
      }
    }
    for (const token of [...tokens.values()].flat()) {
      assert.equal(await life.harbor.verifySession(token), true);
    }
  }
});

test("sessions.revoke() refuses what can be no id before the store is asked (R33)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const id = await idOf(life, sessionToken);
  const noIds = [undefined, null, 7, true, Symbol("id"), {}, [id], { toString: () => id }, () => id];
  const noIdTexts = ["", "x".repeat(256), "x".repeat(1 << 20), `${id}\u0000`, `${id}\n`, "\ud800", "\u0085"];
  for (const sessionId of [...noIds, ...noIdTexts]) {
    const revoke = () => life.harbor.sessions.revoke(untyped({ sessionToken, sessionId }));
    await life.refuses("unknown_session", revoke);
    assert.equal(life.calls.at(-1)?.method, "getSession");
  }
  for (
    const sessionId of ["x".repeat(255), "%", "__proto__", " ", id.toUpperCase(), "' OR 1=1 --", "\u{1f600}"]
  ) {
    await life.rollsBack("unknown_session", () => life.harbor.sessions.revoke({ sessionToken, sessionId }));
  }
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  const [session = assert.fail()] = storedSessions(life, "ada");
  await life.store.addSession({ ...session, tokenHash: "0".repeat(64), id: "x".repeat(255) });
  await life.harbor.sessions.revoke({ sessionToken, sessionId: "x".repeat(255) });
  assert.equal(await life.store.getSession("0".repeat(64)), null);
});

test("sessions.revokeOthers() ends all others of the account, ended ones too, and nobody else's (R65)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open(), sessionTtlSeconds: 100, sessionMaxAgeSeconds: 1_000 });
    const tokens = [(await life.loggedIn("ada")).sessionToken];
    life.advance(100);
    for (let more = 0; more < 3; more++) tokens.push((await life.login("ada")).sessionToken);
    const bob = await life.loggedIn("bob");
    const sessionToken = tokens[2] ?? "";
    const [before] = (await life.harbor.sessions.list(sessionToken)).filter(({ current }) => current);
    assert.deepEqual(await life.mailsOf(() => life.harbor.sessions.revokeOthers(sessionToken)), []);
    for (const token of tokens) {
      assert.equal(await life.harbor.verifySession(token), token === sessionToken);
    }
    assert.equal(await life.harbor.verifySession(bob.sessionToken), true);
    assert.deepEqual(await life.harbor.sessions.list(sessionToken), [before]);
    assert.equal((await life.store.listSessions?.("ada"))?.length, 1);
    const again = await life.callsOf(() => life.harbor.sessions.revokeOthers(sessionToken));
    assert.deepEqual(again.filter(isWrite).map(({ method }) => method), ["transaction"]);
  }
});

test("sessions.revokeOthers() of a session ended meanwhile is refused and ends nothing", async () => {
  const life = openHarbor();
  const [{ sessionToken }, other] = [await life.loggedIn("ada"), await life.login("ada")];
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    life.store.transaction = transaction;
    await life.harbor.logout(sessionToken);
    return await transaction(work);
  };
  await life.rejectsWithoutMail(
    "invalid_session_token",
    () => life.harbor.sessions.revokeOthers(sessionToken),
  );
  assert.equal(await life.harbor.verifySession(other.sessionToken), true);
});

for (const { name, open, rounds } of stores) {
  test(`100 revocations of one session on ${name} have one effect (R49)`, async () => {
    for (let round = 0; round < rounds(20); round++) {
      const life = openHarbor({ store: await open() });
      const [{ sessionToken }, other] = [await life.loggedIn("ada"), await life.login("ada")];
      const sessionId = await idOf(life, other.sessionToken);
      const revoke = () => life.harbor.sessions.revoke({ sessionToken, sessionId });
      assert.deepEqual(await outcomes(Array.from({ length: 100 }, revoke)), { ok: 1, unknown_session: 99 });
      assert.equal(await life.harbor.verifySession(sessionToken), true);
      assert.equal(await life.harbor.verifySession(other.sessionToken), false);
    }
  });
}

/** All that a caller, a listener or the database could tell one refusal from another by. */
async function refusalOf(life: Life, input: { readonly sessionToken: string; readonly sessionId: string }) {
  const [calls, events] = [life.calls.length, life.events.length];
  const error = await life.harbor.sessions.revoke(input).then(
    () => assert.fail(),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  const { stack: _, ...own } = Object.fromEntries(
    Object.getOwnPropertyNames(error).map((name) => [name, Reflect.get(error, name)]),
  );
  return {
    own,
    methods: life.calls.slice(calls).map(({ method }) => method),
    events: life.events.slice(events),
  };
}
