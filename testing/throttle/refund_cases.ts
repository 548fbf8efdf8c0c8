import assert from "node:assert/strict";
import { at } from "../store/_fixtures.ts";
import { allows, refuses, spendAll } from "./_attempts.ts";
import { type ThrottleCase, throttleCase } from "./_throttle_case.ts";

const BACKOFF = { limit: 100, backoff: { freeAttempts: 0, firstSeconds: 1, maxSeconds: 16 } };

/** Attempts that are given back, and keys that are forgotten. */
export const refundCases: readonly ThrottleCase[] = [
  throttleCase("refund() gives one attempt back and keeps the window", async (throttle) => {
    assert.equal(await spendAll(throttle), 3);
    await throttle.refund("login:ada");
    await allows(throttle, { seconds: 30 });
    await refuses(throttle, { seconds: 30, until: at(60) });
  }),

  throttleCase(
    "refund() more often than there were attempts gives no more than the budget",
    async (throttle) => {
      await allows(throttle);
      for (let refunds = 0; refunds < 5; refunds++) await throttle.refund("login:ada");
      assert.equal(await spendAll(throttle), 3);
    },
  ),

  throttleCase("refund() of the only attempt lets the next one begin the window", async (throttle) => {
    await allows(throttle);
    await throttle.refund("login:ada");
    assert.equal(await spendAll(throttle, { seconds: 30 }), 3);
    await refuses(throttle, { seconds: 89.999, until: at(90) });
  }),

  throttleCase("refund() ends the pause, and the next one is no longer than that was", async (throttle) => {
    await allows(throttle, BACKOFF);
    await allows(throttle, { ...BACKOFF, seconds: 1 });
    await refuses(throttle, { ...BACKOFF, seconds: 1, until: at(3) });
    await throttle.refund("login:ada");
    await allows(throttle, { ...BACKOFF, seconds: 1 });
    await refuses(throttle, { ...BACKOFF, seconds: 1, until: at(3) });
  }),

  throttleCase("refund() of an unknown key does nothing", async (throttle) => {
    assert.equal(await throttle.refund("login:ada"), undefined);
    assert.equal(await spendAll(throttle), 3);
    await throttle.refund("login:bob");
    await refuses(throttle, { until: at(60) });
  }),

  throttleCase("clear() forgets attempts, window and pause", async (throttle) => {
    assert.equal(await spendAll(throttle), 3);
    await throttle.clear("login:ada");
    assert.equal(await spendAll(throttle, { seconds: 30 }), 3);
    await refuses(throttle, { seconds: 30, until: at(90) });
    await throttle.clear("login:ada");
    await allows(throttle, { ...BACKOFF, seconds: 40 });
    await allows(throttle, { ...BACKOFF, seconds: 41 });
    await throttle.clear("login:ada");
    await allows(throttle, { ...BACKOFF, seconds: 41 });
    await refuses(throttle, { ...BACKOFF, seconds: 41, until: at(42) });
  }),

  throttleCase("clear() of an unknown key does nothing", async (throttle) => {
    assert.equal(await throttle.clear("login:ada"), undefined);
    assert.equal(await spendAll(throttle), 3);
    await throttle.clear("login:bob");
    await refuses(throttle, { until: at(60) });
  }),
];
