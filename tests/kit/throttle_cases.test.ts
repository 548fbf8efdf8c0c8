import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryThrottle, type Throttle } from "@userharbor/core";
import { throttleCases } from "@userharbor/core/testing";
import { failures } from "./_failures.ts";
import { keptThrottle } from "./_kept_throttle.ts";
import { brokenThrottles } from "./broken_throttles.ts";

const cases = throttleCases(() => new MemoryThrottle(), { another: (throttle) => throttle });

/** A case of one throttle, and one that takes two. */
const ONE = "clear() of an unknown key does nothing";
const TWO = "two throttles: what one counts, refunds or clears holds for the other";

for (const { name, run } of cases) {
  test(`MemoryThrottle: ${name}`, async () => {
    assert.equal(await run(), undefined);
  });
}

test("throttleCases() pass a throttle that is made of right parts", async () => {
  const all = throttleCases(() => keptThrottle(), { another: (throttle) => throttle });
  assert.deepEqual(await failures(all), []);
});

for (const { name, caughtBy, open, another } of brokenThrottles) {
  test(`throttleCases() catch a throttle that ${name}`, async () => {
    const all = throttleCases(open, { another: another ?? ((throttle) => throttle) });
    const meant = all.find((each) => each.name === caughtBy);
    assert(meant, `there is no case "${caughtBy}"`);
    await assert.rejects(meant.run(), isFinding);
  });
}

test("throttleCases() and broken throttles have names of their own", () => {
  for (const named of [cases, brokenThrottles]) {
    assert.equal(new Set(named.map(({ name }) => name)).size, named.length);
  }
});

test("throttleCases() say what does not apply, and why", async () => {
  const withoutOptionalMethods = (): Throttle => {
    const { reserve, refund, clear } = keptThrottle();
    return { reserve, refund, clear };
  };
  const outcomes = await Promise.all(throttleCases(withoutOptionalMethods).map(({ run }) => run()));
  const reasons = outcomes.filter((outcome) => typeof outcome === "string");
  assert.ok(reasons.every((reason) => reason.startsWith("Does not apply: ")));
  const count = (words: string) => reasons.filter((reason) => reason.includes(words)).length;
  assert.equal(count("purgeExpired()"), 4);
  assert.equal(count("diagnose()"), 1);
  assert.equal(count("another throttle"), cases.filter(({ name }) => name.startsWith("two ")).length);
  assert.equal(reasons.length, 5 + count("another throttle"));
});

test("throttleCases() open a throttle for each run, and dispose of the other one first", async () => {
  const disposed: string[] = [];
  const disposable = (name: string): Throttle & AsyncDisposable => ({
    ...keptThrottle(),
    [Symbol.asyncDispose]: () => Promise.resolve(void disposed.push(name)),
  });
  const all = throttleCases(() => disposable("throttle"), { another: () => disposable("another") });
  await all.find(({ name }) => name === ONE)?.run();
  assert.deepEqual(disposed, ["throttle"]);
  // Not on the same counts, so the case must fail.
  await assert.rejects(async () => await all.find(({ name }) => name === TWO)?.run(), assert.AssertionError);
  assert.deepEqual(disposed, ["throttle", "another", "throttle"]);
});

/** What the case asserted, or what the throttle rejected with through it; no slip in the throttle itself. */
function isFinding(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof ReferenceError);
}
