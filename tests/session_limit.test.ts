import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { openHarbor, PASSWORD } from "./_harness.ts";
import { stores } from "./_stores.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

test("maxSessionsPerUser lets the oldest session make room, and nobody else's (R70)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open(), maxSessionsPerUser: 2 });
    const bob = await life.loggedIn("bob");
    const tokens = [(await life.loggedIn("ada")).sessionToken];
    for (let more = 0; more < 3; more++) {
      life.advance(60);
      tokens.push((await life.login("ada")).sessionToken);
    }
    const alive = await Promise.all(tokens.map((token) => life.harbor.verifySession(token)));
    assert.deepEqual(alive, [false, false, true, true]);
    assert.equal(await life.harbor.verifySession(bob.sessionToken), true);
  }
});

test("maxSessionsPerUser does not count sessions that have ended (R70)", async () => {
  const life = openHarbor({
    maxSessionsPerUser: 2,
    sessionTtlSeconds: 100,
    sessionRefreshThresholdSeconds: null,
  });
  await life.loggedIn("ada");
  life.advance(60);
  const kept = await life.login("ada");
  life.advance(40);
  const newest = await life.login("ada");
  assert.equal(await life.harbor.verifySession(kept.sessionToken), true);
  assert.equal((await life.harbor.sessions.list(newest.sessionToken)).length, 2);
});

test("maxSessionsPerUser holds for 100 logins at once (R70)", async () => {
  for (const { open } of stores) {
    for (const maxSessionsPerUser of [1, 3]) {
      const life = openHarbor({ store: await open(), maxSessionsPerUser });
      await life.verified("ada");
      const opened = await Promise.all(
        Array.from({ length: 100 }, () => life.harbor.login({ username: "ada", password: PASSWORD })),
      );
      const alive = await Promise.all(
        opened.map(({ sessionToken }) => life.harbor.verifySession(sessionToken)),
      );
      assert.equal(alive.filter(Boolean).length, maxSessionsPerUser);
    }
  }
});

test("maxSessionsPerUser ends nothing for a login that is refused (R70)", async () => {
  const life = openHarbor({ maxSessionsPerUser: 1 });
  const { sessionToken } = await life.loggedIn("ada");
  await life.refuses(
    "invalid_credentials",
    () => life.harbor.login({ username: "ada", password: `${PASSWORD}!` }),
  );
  assert.equal(await life.harbor.verifySession(sessionToken), true);
});

test("maxSessionsPerUser with a store that cannot list is a TypeError that names the method, and opens nothing", async () => {
  const life = openHarbor({
    store: withoutOptionalMethods(new MemoryUserStore()),
    maxSessionsPerUser: 1,
  });
  await life.verified("ada");
  await assert.rejects(
    life.harbor.login({ username: "ada", password: PASSWORD }),
    (error) => error instanceof TypeError && /listSessions/.test(error.message),
  );
});
