import assert from "node:assert/strict";
import test from "node:test";
import { openHarbor, outcomes, PASSWORD, UNKNOWN_TOKEN, untyped } from "./_harness.ts";
import { stores } from "./_stores.ts";

test("sessions.requireFresh() answers the user until the last millisecond of ten minutes (R50, R69)", async () => {
  for (const [ms, fresh] of [[0, true], [599_999, true], [600_000, false], [600_001, false]] as const) {
    const life = openHarbor();
    const { sessionToken, user } = await life.loggedIn("ada");
    life.advance(ms / 1000);
    const check = () => life.harbor.sessions.requireFresh({ sessionToken });
    if (fresh) assert.deepEqual(await check(), user);
    else await life.refuses("reauthentication_required", check);
  }
});

test("sessions.requireFresh() takes the age that the application asks for", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  life.advance(60);
  await life.refuses(
    "reauthentication_required",
    () => life.harbor.sessions.requireFresh({ sessionToken, maxAgeSeconds: 60 }),
  );
  await life.harbor.sessions.requireFresh({ sessionToken, maxAgeSeconds: 61 });
});

test("sessions.requireFresh() judges the session first, and use does not make one fresh (R69)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  for (const token of [UNKNOWN_TOKEN, "garbage", untyped<string>(undefined)]) {
    await life.refuses(
      "invalid_session_token",
      () => life.harbor.sessions.requireFresh({ sessionToken: token, maxAgeSeconds: 1 }),
    );
  }
  // Slides the session, whose beginning stays what it was.
  life.advance(24 * 86_400);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  await life.refuses(
    "reauthentication_required",
    () => life.harbor.sessions.requireFresh({ sessionToken }),
  );
});

test("sessions.requireFresh() takes a session without a beginning for stale: it fails closed (R69)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const { getSession } = life.store;
  life.store.getSession = async (tokenHash) => {
    const session = await getSession.call(life.store, tokenHash);
    if (session === null) return null;
    const { createdAt: _, ...without } = session;
    return without;
  };
  await assert.rejects(life.harbor.sessions.requireFresh({ sessionToken }), {
    code: "reauthentication_required",
  });
});

test("sessions.requireFresh() tells a mistaken age from a refusal", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  for (const maxAgeSeconds of ["600", null, {}]) {
    const input = { sessionToken, maxAgeSeconds: untyped<number>(maxAgeSeconds) };
    await assert.rejects(life.harbor.sessions.requireFresh(input), TypeError);
  }
  for (const maxAgeSeconds of [0, -1, NaN]) {
    await assert.rejects(life.harbor.sessions.requireFresh({ sessionToken, maxAgeSeconds }), RangeError);
  }
});

test("sessions.reauthenticate() replaces the session by a fresh one, and leaves the others (R63, R69)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open() });
    const stale = await life.loggedIn("ada");
    const other = await life.login("ada");
    life.advance(3_600);
    const fresh = await life.harbor.sessions.reauthenticate({
      sessionToken: stale.sessionToken,
      password: PASSWORD,
    });
    assert.deepEqual(fresh.user, stale.user);
    await life.harbor.sessions.requireFresh({ sessionToken: fresh.sessionToken });
    assert.equal(await life.harbor.verifySession(stale.sessionToken), false);
    assert.equal(await life.harbor.verifySession(other.sessionToken), true);
  }
});

test("sessions.reauthenticate() judges the session, then the password, and hashes nothing for a bad one (R17, R20)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const { hashed, verified } = life.passwordHasher;
  await life.refuses(
    "invalid_session_token",
    () => life.harbor.sessions.reauthenticate({ sessionToken: UNKNOWN_TOKEN, password: PASSWORD }),
  );
  await life.refuses(
    "invalid_credentials",
    () => life.harbor.sessions.reauthenticate({ sessionToken, password: "x".repeat(257) }),
  );
  assert.deepEqual([life.passwordHasher.hashed, life.passwordHasher.verified], [hashed, verified]);
  await life.refuses(
    "invalid_credentials",
    () => life.harbor.sessions.reauthenticate({ sessionToken, password: `${PASSWORD}!` }),
  );
  assert.equal(life.passwordHasher.verified, verified + 1);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
});

test("sessions.reauthenticate() by 100 at once with one session opens one (R49, R63)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    const opened = Array.from(
      { length: 100 },
      () => life.harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }),
    );
    assert.deepEqual(await outcomes(opened), { ok: 1, invalid_session_token: 99 });
  }
});
