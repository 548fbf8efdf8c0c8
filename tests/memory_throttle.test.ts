import assert from "node:assert/strict";
import { test } from "node:test";
import { type AttemptRequest, MemoryThrottle } from "../mod.ts";
import { effort } from "./_effort.ts";
import { untyped } from "./_harness.ts";

const NEW_KEYS = effort({ suite: 1_000_000, long: 1_000_000 });

const START = Date.parse("2026-01-01T00:00:00.000Z");

function request(key: string, changes: Partial<AttemptRequest> & { readonly seconds?: number } = {}) {
  const { seconds = 0, ...rest } = changes;
  return { key, limit: 10, windowSeconds: 900, at: new Date(START + seconds * 1000), ...rest };
}

async function isAllowed(throttle: MemoryThrottle, attempt: AttemptRequest): Promise<boolean> {
  return (await throttle.reserve(attempt)).allowed;
}

/** Makes so many attempts with one key. */
async function spend(throttle: MemoryThrottle, attempts: number, attempt: AttemptRequest): Promise<void> {
  for (let made = 0; made < attempts; made++) assert.equal(await isAllowed(throttle, attempt), true);
}

test("reserve() of 10⁶ new keys keeps a bounded number, and every account that is held back (R98)", async () => {
  const throttle = new MemoryThrottle();
  const locked = Array.from({ length: 100 }, (_, index) => `login:locked-${index}`);
  for (const key of locked) await spend(throttle, 10, request(key));
  let most = 0;
  for (let index = 0; index < NEW_KEYS; index++) {
    await throttle.reserve(request(`login:${index}`));
    if (index % 100 === 0) most = Math.max(most, throttle.size);
  }
  assert.ok(most > 90_000 && most <= 100_000, `${most} keys`);
  for (const key of locked) assert.equal(await isAllowed(throttle, request(key)), false);
});

test("reserve() clears out what is over before it forgets anybody (R98)", async () => {
  const throttle = new MemoryThrottle({ maxKeys: 10 });
  for (let index = 0; index < 9; index++) await spend(throttle, 10, request(`over-${index}`));
  await spend(throttle, 3, request("held", { limit: 3, seconds: 800 }));
  await spend(throttle, 1, request("new", { seconds: 901 }));
  assert.equal(throttle.size, 2);
  assert.equal(await isAllowed(throttle, request("held", { limit: 3, seconds: 901 })), false);
});

test("reserve() goes on clearing out what is over while there is room (R98)", async () => {
  const throttle = new MemoryThrottle();
  for (let index = 0; index < 50_000; index++) {
    await throttle.reserve(request(`login:${index}`, { seconds: index, windowSeconds: 60 }));
  }
  assert.ok(throttle.size < 200, `${throttle.size} keys for 60 of a live window`);
});

test("refund() and clear() of an unknown key do nothing", async () => {
  const throttle = new MemoryThrottle();
  await throttle.refund("login:nobody");
  await throttle.clear("login:nobody");
  assert.equal(throttle.size, 0);
});

test("purgeExpired() removes budgets whose window ended before an instant, and none that ends at it", async () => {
  const throttle = new MemoryThrottle();
  await spend(throttle, 1, request("login:ada", { windowSeconds: 60 }));
  const end = START + 60_000;
  assert.equal(await throttle.purgeExpired({ before: new Date(end), limit: 10 }), 0);
  assert.equal(await throttle.purgeExpired({ before: new Date(end + 1), limit: 10 }), 1);
  assert.equal(throttle.size, 0);
});

test("reserve() forgets no key that was tried lately, whoever fills the rest (R98)", async () => {
  const throttle = new MemoryThrottle({ maxKeys: 800 });
  for (let index = 0; index < 800; index++) await spend(throttle, 5, request(`filler-${index}`));
  for (let guess = 0; guess < 10; guess++) {
    assert.equal(await isAllowed(throttle, request("login:ada")), true);
    for (let other = 0; other < 99; other++) await throttle.reserve(request(`fresh-${guess}-${other}`));
  }
  assert.equal(await isAllowed(throttle, request("login:ada")), false, "ten guesses, each still counted");
  assert.ok(throttle.size <= 800);
});

test("reserve() forgets keys with few attempts before those with many, whenever they came (R98)", async () => {
  const throttle = new MemoryThrottle({ maxKeys: 800 });
  await spend(throttle, 2, request("two"));
  await spend(throttle, 3, request("three"));
  // All with two attempts, so that the oldest of them make room, and none with three.
  for (let index = 0; index < 2000; index++) await spend(throttle, 2, request(`filler-${index}`));
  await spend(throttle, 10, request("two"));
  await spend(throttle, 7, request("three"));
  assert.equal(await isAllowed(throttle, request("three")), false);
});

test("reserve() makes room by forgetting few keys at once, and none with very many attempts (R98)", async () => {
  const throttle = new MemoryThrottle({ maxKeys: 1_280 });
  const held = [14, 15, 16, 17, 30];
  for (const limit of held) await spend(throttle, limit, request(`held-${limit}`, { limit }));
  for (let index = 0; index < 1_280 - held.length; index++) {
    await throttle.reserve(request(`filler-${index}`));
  }
  assert.equal(throttle.size, 1_280);
  await throttle.reserve(request("one more"));
  assert.equal(throttle.size, 1_280 - 10 + 1);
  for (let index = 0; index < 5_000; index++) await throttle.reserve(request(`flood-${index}`));
  for (const limit of held) {
    assert.equal(await isAllowed(throttle, request(`held-${limit}`, { limit })), false);
  }
});

test("a throttle with room for one key counts the latest", async () => {
  const throttle = new MemoryThrottle({ maxKeys: 1 });
  await spend(throttle, 10, request("a"));
  assert.equal(await isAllowed(throttle, request("a")), false);
  await spend(throttle, 10, request("b"));
  assert.equal(await isAllowed(throttle, request("b")), false);
  assert.equal(throttle.size, 1);
});

test("reserve() takes effect before it returns", () => {
  const throttle = new MemoryThrottle();
  throttle.reserve(request("login:ada"));
  assert.equal(throttle.size, 1);
  throttle.refund("login:ada");
  assert.equal(throttle.size, 0);
});

test("reserve() rejects a request that cannot be counted, and counts nothing", async () => {
  const throttle = new MemoryThrottle();
  await assert.rejects(throttle.reserve(request("")), RangeError);
  await assert.rejects(throttle.reserve(request(untyped(7))), TypeError);
  assert.equal(throttle.size, 0);
});

test("new MemoryThrottle() checks its options at once", () => {
  for (const maxKeys of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => new MemoryThrottle({ maxKeys }), RangeError);
  }
  assert.throws(() => new MemoryThrottle(untyped({ maxKeys: "10" })), TypeError);
  assert.throws(() => new MemoryThrottle(untyped({ maxkeys: 10 })), TypeError);
});

test("diagnose() tells that other processes count for themselves", async () => {
  const findings = await new MemoryThrottle().diagnose();
  assert.deepEqual(findings.map(({ code, level }) => ({ code, level })), [
    { code: "throttle_in_memory", level: "advice" },
  ]);
});
