import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { storedSessions } from "./_own_sessions.ts";
import { stores } from "./_stores.ts";

const HOUR = 3_600;
const CONTEXT = { address: "192.0.2.1", userAgent: "Firefox", locale: "de" };
const CLIENT = { address: "192.0.2.1", userAgent: "Firefox" };

test("a session keeps nothing about its client unless the application chose for how long (R68)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const { sessionToken } = await logIn(life, CONTEXT);
  assert.equal(storedSessions(life, "ada").some((session) => "client" in session), false);
  assert.deepEqual(await clients(life, sessionToken), [undefined]);
  const purge = await life.callsOf(() => life.harbor.purgeExpired());
  assert.equal("clientsBefore" in untyped<object>(purge[0]?.args[0]), false);
});

test("sessions.list() shows where a session was opened, by whichever operation opened it (R68)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open(), sessionClientRetentionSeconds: HOUR });
    await life.verified("ada");
    const first = await logIn(life, CONTEXT);
    assert.deepEqual(await clients(life, first.sessionToken), [CLIENT], name);
    const again = { sessionToken: first.sessionToken, password: PASSWORD };
    const second = await life.harbor.sessions.reauthenticate(again, { address: "192.0.2.2" });
    assert.deepEqual(await clients(life, second.sessionToken), [{ address: "192.0.2.2" }], name);
    const change = { sessionToken: second.sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const third = await life.harbor.changePassword(change, { userAgent: "curl" });
    assert.deepEqual(await clients(life, third.sessionToken), [{ userAgent: "curl" }], name);
  }
});

test("sessions.list() shows a client to nobody but the owner of the session (R68)", async () => {
  const life = openHarbor({ sessionClientRetentionSeconds: HOUR });
  await life.verified("ada");
  await logIn(life, CONTEXT);
  const { sessionToken, user } = await life.loggedIn("bob");
  assert.deepEqual(await clients(life, sessionToken), [undefined]);
  const told = JSON.stringify([user, await life.harbor.getCurrentUser(sessionToken)]);
  assert.equal(told.includes(CONTEXT.address), false);
});

test("a session keeps 64 characters of an address and 512 of a program, without controls (R68, R117)", async () => {
  const life = openHarbor({ sessionClientRetentionSeconds: HOUR });
  await life.verified("ada");
  const hostile = "\r\n\u001b[2J\u009b1m\u202e\u2028\ud800";
  await logIn(life, { address: `${hostile}${"1".repeat(999)}`, userAgent: `${hostile}${"x".repeat(9_999)}` });
  const [session] = storedSessions(life, "ada");
  assert.match(session?.client?.address ?? "", /^\[2J1m1+$/);
  assert.match(session?.client?.userAgent ?? "", /^\[2J1mx+$/);
  assert.ok((session?.client?.address?.length ?? 0) <= 64);
  assert.ok((session?.client?.userAgent?.length ?? 0) <= 512);
  await logIn(life, untyped({ address: 7, userAgent: "\r\n" }));
  assert.equal("client" in (storedSessions(life, "ada").at(-1) ?? {}), false);
});

test("sessions.list() shows a client until the last millisecond of its time, purged or not (R68)", async () => {
  const life = openHarbor({ sessionClientRetentionSeconds: HOUR });
  await life.verified("ada");
  const { sessionToken } = await logIn(life, CONTEXT);
  life.advance(HOUR - 0.001);
  assert.deepEqual(await clients(life, sessionToken), [CLIENT]);
  life.advance(0.001);
  assert.deepEqual(await clients(life, sessionToken), [undefined]);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
});

test("sessions.list() shows no client that was kept before the application chose to keep none (R68)", async () => {
  const life = openHarbor({ sessionClientRetentionSeconds: HOUR });
  await life.verified("ada");
  const { sessionToken } = await logIn(life, CONTEXT);
  const later = openHarbor({ store: life.store });
  assert.deepEqual(await clients(later, sessionToken), [undefined]);
});

test("purgeExpired() forgets clients after their time, and leaves the sessions (R68, T13)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open(), sessionClientRetentionSeconds: HOUR });
    await life.verified("ada");
    const { sessionToken } = await logIn(life, CONTEXT);
    life.advance(HOUR / 2);
    await logIn(life, CONTEXT);
    life.advance(HOUR / 2 + 0.001);
    await life.harbor.purgeExpired();
    const kept = await life.store.listSessions?.("ada");
    assert.deepEqual(kept?.map(({ client }) => client), [undefined, CLIENT], name);
    assert.equal(await life.harbor.verifySession(sessionToken), true);
  }
});

async function logIn(life: Life, context: Parameters<Life["harbor"]["login"]>[1]) {
  return await life.harbor.login({ username: emailOf("ada"), password: PASSWORD }, context);
}

async function clients({ harbor }: Life, sessionToken: string) {
  return (await harbor.sessions.list(sessionToken)).map(({ client }) => client);
}
