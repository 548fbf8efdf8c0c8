import assert from "node:assert/strict";
import test from "node:test";
import { MemoryThrottle, type Throttle } from "../mod.ts";
import { openHarbor } from "./_harness.ts";
import { openForAccounts, openThrottled } from "./_throttled_life.ts";

const WRONG = "a guess that is wrong";

test("purgeExpired() removes attempts that no limit counts any more, a day after (R98, T13)", async () => {
  const throttle = new MemoryThrottle();
  const life = openHarbor({ throttle });
  await life.verified("ada");
  for (const name of ["ada", "nobody"]) await assert.rejects(life.login(name, WRONG));
  await life.resetToken("ada");
  const before = throttle.size;
  life.advance(3_600);
  assert.equal(await life.harbor.purgeExpired({ graceSeconds: 3_601 }), 0);
  assert.equal(throttle.size, before);
  life.advance(30 * 86_400);
  while (await life.harbor.purgeExpired() > 0);
  assert.equal(throttle.size, 1, "the failures of an account are counted until a success ends them");
  await life.login("ada");
  life.advance(3 * 86_400);
  while (await life.harbor.purgeExpired() > 0);
  assert.equal(throttle.size, 0);
});

test("purgeExpired() removes no more rows than it is told, of both kinds together (T13)", async () => {
  const life = openThrottled({
    sessionTtlSeconds: 100,
    throttleLimits: { verificationMailsPerAccount: null },
  });
  await life.verified("ada");
  for (let session = 0; session < 3; session++) await life.login("ada");
  for (let guess = 0; guess < 4; guess++) await life.tries(`nobody${guess}`, WRONG);
  life.advance(2 * 86_400);
  const rows = [await life.harbor.purgeExpired({ limit: 2, graceSeconds: 0 })];
  assert.equal(
    life.throttle.calls.some(({ method }) => method === "purgeExpired"),
    false,
    "asked for no row at all",
  );
  do rows.push(await life.harbor.purgeExpired({ limit: 2, graceSeconds: 0 })); while (rows.at(-1) !== 0);
  // Three sessions; of each guess what was typed, and what stands in for an account; the client's logins, failures and
  // registrations; the mail to an address.
  assert.deepEqual(rows.slice(0, 2), [2, 2]);
  assert.ok(rows.every((count) => count <= 2));
  assert.equal(rows.reduce((sum, count) => sum + count), 3 + 4 * 2 + 3 + 1);
});

test("purgeExpired() does without a throttle that cannot purge, and fails with one that is down (T7)", async () => {
  const memory = new MemoryThrottle();
  const throttle: Throttle = {
    reserve: (request) => memory.reserve(request),
    refund: (key) => memory.refund(key),
    clear: (key) => memory.clear(key),
  };
  const bare = openHarbor({ throttle });
  await bare.loggedIn("ada");
  bare.advance(365 * 86_400);
  assert.equal(await bare.harbor.purgeExpired(), 1);
  assert.equal(await bare.harbor.purgeExpired(), 0);
  const life = openForAccounts();
  await life.loggedIn("ada");
  life.advance(365 * 86_400);
  life.throttleIs("down");
  await assert.rejects(life.harbor.purgeExpired(), RangeError);
  life.throttleIs("up");
  assert.ok(await life.harbor.purgeExpired() > 0);
});
