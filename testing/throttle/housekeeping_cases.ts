import assert from "node:assert/strict";
import type { Throttle } from "../../interfaces.ts";
import { at } from "../store/_fixtures.ts";
import { atOnce, tally } from "../store/_outcomes.ts";
import { allows, isAllowed, refuses, spendAll } from "./_attempts.ts";
import { needing, type ThrottleCase, throttleCase } from "./_throttle_case.ts";

/** Purges batch by batch until nothing is left that ended before; answers the sum. */
async function purgeAll(
  throttle: Throttle,
  { before, limit }: { before: Date; limit: number },
): Promise<number> {
  let sum = 0;
  for (let batch = 0; batch < 200; batch++) {
    const removed = await throttle.purgeExpired?.({ before, limit }) ?? NaN;
    assert.ok(removed >= 0 && removed <= limit, `removed ${removed} budgets, the limit is ${limit}`);
    if (removed === 0) return sum;
    sum += removed;
  }
  assert.fail("purgeExpired must come to 0 once nothing is left that ended");
}

/** What is over goes, what is live never. */
export const housekeepingCases: readonly ThrottleCase[] = [
  needing(
    "purgeExpired",
    throttleCase("purgeExpired() never removes a live budget (R98, T13)", async (throttle) => {
      assert.equal(await spendAll(throttle, { key: "long", windowSeconds: 3600 }), 3);
      assert.equal(await spendAll(throttle, { key: "over", seconds: -61 }), 3);
      assert.equal(await spendAll(throttle, { key: "just over", seconds: -60.001 }), 3);
      assert.equal(await spendAll(throttle, { key: "ending now", seconds: -60 }), 3);
      assert.equal(await purgeAll(throttle, { before: at(0), limit: 10 }), 2);
      await refuses(throttle, { key: "long", until: at(60) });
      await refuses(throttle, { key: "ending now", seconds: -1, until: at(0) });
      for (const key of ["over", "just over"]) {
        assert.equal(await spendAll(throttle, { key, seconds: -10 }), 3);
      }
    }),
  ),

  needing(
    "purgeExpired",
    throttleCase(
      "purgeExpired() removes at most limit budgets in a call, and all in the end",
      async (throttle) => {
        for (let number = 0; number < 25; number++) {
          await allows(throttle, { key: `login:${number}`, seconds: -3600 - number, limit: 1 });
        }
        const removed = await throttle.purgeExpired?.({ before: at(0), limit: 10 }) ?? NaN;
        assert.ok(removed > 0 && removed <= 10, `removed ${removed} budgets, the limit is 10`);
        assert.equal(await purgeAll(throttle, { before: at(0), limit: 10 }), 25 - removed);
      },
    ),
  ),

  needing(
    "purgeExpired",
    throttleCase("purgeExpired() with nothing over is 0", async (throttle) => {
      assert.equal(await throttle.purgeExpired?.({ before: at(0), limit: 10 }), 0);
      await allows(throttle);
      assert.equal(await throttle.purgeExpired?.({ before: at(60), limit: 10 }), 0);
    }),
  ),

  needing(
    "purgeExpired",
    throttleCase("purgeExpired() leaves a budget that began anew meanwhile (R98)", async (throttle) => {
      const keys = 20;
      await atOnce(keys, (number) => allows(throttle, { key: `login:${number}`, limit: 1, seconds: -3600 }));
      const [, , answers] = await Promise.all([
        throttle.purgeExpired?.({ before: at(0), limit: 5 }),
        throttle.purgeExpired?.({ before: at(0), limit: 100 }),
        atOnce(2 * keys, (number) => isAllowed(throttle, { key: `login:${number % keys}`, limit: 1 })),
      ]);
      assert.deepEqual(tally(answers), { true: keys, false: keys });
      for (let number = 0; number < keys; number++) {
        await refuses(throttle, { key: `login:${number}`, limit: 1, until: at(60) });
      }
    }),
  ),

  needing(
    "diagnose",
    throttleCase("diagnose() names each finding and what to do about it", async (throttle) => {
      for (const { code, level, message } of await throttle.diagnose?.() ?? []) {
        assert.match(code, /^[a-z]+(?:_[a-z]+)*$/);
        assert.ok(level === "unsafe" || level === "advice", level);
        assert.ok(message.length > 10, "a message for an operator");
      }
    }),
  ),
];
