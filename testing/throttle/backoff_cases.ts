import assert from "node:assert/strict";
import { at } from "../store/_fixtures.ts";
import { allows, refuses, spendAll } from "./_attempts.ts";
import { type ThrottleCase, throttleCase } from "./_throttle_case.ts";

/** Two attempts without a pause, then pauses of 1, 2, 4 and 5 seconds. */
const GROWING = { limit: 100, backoff: { freeAttempts: 2, firstSeconds: 1, maxSeconds: 5 } };

/** A pause after the first attempt already. */
const AT_ONCE = { limit: 100, backoff: { freeAttempts: 0, firstSeconds: 10, maxSeconds: 40 } };

/** Pauses that grow. */
export const backoffCases: readonly ThrottleCase[] = [
  throttleCase(
    "reserve() pauses after each attempt beyond the free ones, longer and longer",
    async (throttle) => {
      await allows(throttle, GROWING);
      await allows(throttle, GROWING);
      let seconds = 0;
      for (const pause of [1, 2, 4, 5, 5]) {
        await allows(throttle, { ...GROWING, seconds });
        await refuses(throttle, { ...GROWING, seconds, until: at(seconds + pause) });
        await refuses(throttle, { ...GROWING, seconds: seconds + pause - 0.001, until: at(seconds + pause) });
        seconds += pause;
      }
      await allows(throttle, { ...GROWING, seconds });
    },
  ),

  throttleCase("reserve() in a pause counts nothing and does not make it longer", async (throttle) => {
    const request = { ...AT_ONCE, limit: 2 };
    await allows(throttle, request);
    for (let second = 0; second < 10; second++) {
      await refuses(throttle, { ...request, seconds: second, until: at(10) });
    }
    await allows(throttle, { ...request, seconds: 10 });
    await refuses(throttle, { ...request, seconds: 10, until: at(60) });
  }),

  throttleCase(
    "reserve() ends a pause with its window, and begins anew with the free attempts",
    async (throttle) => {
      const request = { limit: 9, backoff: { freeAttempts: 1, firstSeconds: 600, maxSeconds: 600 } };
      await allows(throttle, request);
      await allows(throttle, { ...request, seconds: 1 });
      await refuses(throttle, { ...request, seconds: 59.999, until: at(60) });
      await allows(throttle, { ...request, seconds: 60 });
      await allows(throttle, { ...request, seconds: 61 });
      await refuses(throttle, { ...request, seconds: 62, until: at(120) });
    },
  ),

  throttleCase(
    "reserve() says the end of the window when the budget is spent in a pause",
    async (throttle) => {
      await allows(throttle, { ...AT_ONCE, limit: 1 });
      await refuses(throttle, { ...AT_ONCE, limit: 1, until: at(60) });
    },
  ),

  throttleCase(
    "reserve() with a long history pauses for the longest time, not for ever",
    async (throttle) => {
      // 96 more than the free ones: as a shift of 32 bits, that is none at all.
      assert.equal(await spendAll(throttle, { limit: 96 }), 96);
      await allows(throttle, { ...AT_ONCE, limit: 200, seconds: 1 });
      await refuses(throttle, { ...AT_ONCE, limit: 200, seconds: 1, until: at(41) });
    },
  ),

  throttleCase(
    "reserve() by a clock set back pauses for no longer than the pause would be",
    async (throttle) => {
      await allows(throttle, { ...AT_ONCE, seconds: 30 });
      await refuses(throttle, { ...AT_ONCE, seconds: 0, until: at(10) });
      await refuses(throttle, { ...AT_ONCE, seconds: 9.999, until: at(10) });
      await allows(throttle, { ...AT_ONCE, seconds: 10 });
    },
  ),
];
