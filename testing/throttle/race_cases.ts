import assert from "node:assert/strict";
import type { Throttle } from "../../interfaces.ts";
import { at } from "../store/_fixtures.ts";
import { atOnce, tally } from "../store/_outcomes.ts";
import { allows, type AttemptChanges, isAllowed, refuses, spendAll } from "./_attempts.ts";
import { type ThrottleCase, throttleCase, twoThrottleCase } from "./_throttle_case.ts";

const AT_ONCE = { limit: 100, backoff: { freeAttempts: 0, firstSeconds: 10, maxSeconds: 10 } };

/** So many attempts at once, half of them on either throttle. */
async function allowedAtOnce(
  [throttle, another]: readonly [Throttle, Throttle],
  { attempts, ...changes }: AttemptChanges & { readonly attempts: number },
): Promise<Record<string, number>> {
  return tally(
    await atOnce(attempts, (number) => isAllowed(number % 2 === 0 ? throttle : another, changes)),
  );
}

/** Promises that hold for two throttles on the same data, too. */
const SHARED_RACES: readonly ThrottleCase[] = [
  throttleCase(
    "reserve() by 1,000 at once allows exactly the limit (R89, T3, V19, V34)",
    async (throttle, another) => {
      const answers = await allowedAtOnce([throttle, another], { attempts: 1000, limit: 10 });
      assert.deepEqual(answers, { true: 10, false: 990 }, "check and count in one atomic step");
      await throttle.refund("login:ada");
      assert.equal(await spendAll(another, { limit: 10 }), 1, "neither more nor fewer were counted");
    },
  ),

  throttleCase(
    "reserve() by 100 at once when a window has ended allows exactly the limit (R89)",
    async (throttle, another) => {
      assert.equal(await spendAll(throttle, { limit: 10 }), 10);
      const again = { attempts: 100, limit: 10, seconds: 60 };
      assert.deepEqual(await allowedAtOnce([throttle, another], again), { true: 10, false: 90 });
      await refuses(throttle, { limit: 10, seconds: 119.999, until: at(120) });
    },
  ),

  throttleCase(
    "reserve() by 100 at once allows one when a pause follows (R89)",
    async (throttle, another) => {
      const answers = await allowedAtOnce([throttle, another], { attempts: 100, ...AT_ONCE });
      assert.deepEqual(answers, { true: 1, false: 99 });
      await allows(throttle, { ...AT_ONCE, seconds: 10 });
    },
  ),

  throttleCase("refund() by 20 at once gives back twenty (R89)", async (throttle, another) => {
    assert.equal(await spendAll(throttle, { limit: 50 }), 50);
    await atOnce(20, (number) => (number % 2 === 0 ? throttle : another).refund("login:ada"));
    assert.equal(await spendAll(throttle, { limit: 50 }), 20);
  }),

  throttleCase("reserve() racing refund() loses neither count (R89)", async (throttle, another) => {
    assert.equal(await spendAll(throttle, { limit: 10 }), 10);
    const [answers] = await Promise.all([
      allowedAtOnce([throttle, another], { attempts: 100, limit: 20 }),
      atOnce(5, (number) => (number % 2 === 0 ? throttle : another).refund("login:ada")),
    ]);
    const allowed = answers["true"] ?? 0;
    assert.ok(allowed >= 10 && allowed <= 15, `${allowed} were allowed, and 10 to 15 may be`);
    assert.equal(await spendAll(throttle, { limit: 20 }), 15 - allowed, "none is counted twice or lost");
  }),

  throttleCase(
    "reserve() racing clear() starts a budget anew, whole or not at all",
    async (throttle, another) => {
      const [answers] = await Promise.all([
        allowedAtOnce([throttle, another], { attempts: 100, limit: 10 }),
        another.clear("login:ada"),
      ]);
      const allowed = answers["true"] ?? 0;
      assert.ok(allowed >= 10 && allowed <= 20, `${allowed} were allowed, and 10 to 20 may be`);
      await throttle.clear("login:ada");
      assert.equal(await spendAll(throttle, { limit: 10 }), 10);
    },
  ),
];

/** Promises that only hold when one atomic step both judges and counts. */
export const raceCases: readonly ThrottleCase[] = [
  ...SHARED_RACES,

  throttleCase("reserve() of many keys at once counts each of them (R89)", async (throttle) => {
    const answers = await atOnce(
      300,
      async (number) => await isAllowed(throttle, { key: `login:${number % 100}`, limit: 2 }),
    );
    assert.deepEqual(tally(answers), { true: 200, false: 100 });
  }),

  ...SHARED_RACES.map(({ name, run }) => twoThrottleCase(`two throttles: ${name}`, run)),

  twoThrottleCase(
    "two throttles: what one counts, refunds or clears holds for the other",
    async (one, other) => {
      await allows(one);
      assert.equal(await spendAll(other), 2);
      await refuses(one, { until: at(60) });
      await other.refund("login:ada");
      assert.equal(await spendAll(one), 1);
      await one.clear("login:ada");
      await allows(other, { ...AT_ONCE, seconds: 5 });
      await refuses(one, { ...AT_ONCE, seconds: 5, until: at(15) });
    },
  ),
];
