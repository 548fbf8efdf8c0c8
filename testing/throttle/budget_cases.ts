import assert from "node:assert/strict";
import { at } from "../store/_fixtures.ts";
import { allows, attempt, refuses, spendAll } from "./_attempts.ts";
import { type ThrottleCase, throttleCase } from "./_throttle_case.ts";

/** A hundred years. */
const CENTURY_SECONDS = 3_155_760_000;

/** Instants that a column in seconds, a float, a local time zone or a 32-bit number gets wrong. */
const INSTANTS: readonly (readonly [string, Date])[] = [
  ["one millisecond after a second", at(0.001)],
  ["one millisecond before a second", at(0.999)],
  ["the first instant of a year", new Date("2038-01-01T00:00:00.000Z")],
  ["an instant past the 32-bit second", new Date("2038-01-19T03:14:08.001Z")],
  ["an hour that daylight saving skips", new Date("2040-03-25T02:30:00.123Z")],
  ["a leap day", new Date("2096-02-29T12:34:56.789Z")],
];

/** How many attempts, until when. */
export const budgetCases: readonly ThrottleCase[] = [
  throttleCase("reserve() allows as many as the limit, then says when the window ends", async (throttle) => {
    for (const seconds of [0, 10, 59]) await allows(throttle, { seconds });
    await refuses(throttle, { seconds: 59, until: at(60) });
  }),

  throttleCase("reserve() with a limit of one allows one", async (throttle) => {
    await allows(throttle, { limit: 1 });
    await refuses(throttle, { limit: 1, until: at(60) });
    await allows(throttle, { limit: 1, seconds: 60 });
    await refuses(throttle, { limit: 1, seconds: 60, until: at(120) });
  }),

  throttleCase("reserve() counts beyond what a byte holds", async (throttle) => {
    assert.equal(await spendAll(throttle, { limit: 300 }), 300);
  }),

  throttleCase("reserve() makes the budget whole at the millisecond the window ends", async (throttle) => {
    assert.equal(await spendAll(throttle), 3);
    await refuses(throttle, { seconds: 59.999, until: at(60) });
    await allows(throttle, { seconds: 60 });
    assert.equal(await spendAll(throttle, { seconds: 60 }), 2);
    await refuses(throttle, { seconds: 119.999, until: at(120) });
  }),

  throttleCase(
    "reserve() begins a window with its first attempt, and no later one moves it",
    async (throttle) => {
      await allows(throttle, { seconds: 0.001 });
      await allows(throttle, { seconds: 59.999 });
      await allows(throttle, { seconds: 60 });
      await refuses(throttle, { seconds: 60, until: at(60.001) });
      assert.equal(
        await spendAll(throttle, { seconds: 60.001 }),
        3,
        "the next window has a budget of its own",
      );
    },
  ),

  throttleCase("reserve() of a refused attempt counts nothing and moves nothing", async (throttle) => {
    assert.equal(await spendAll(throttle), 3);
    for (let second = 1; second < 60; second++) await refuses(throttle, { seconds: second, until: at(60) });
    assert.equal(await spendAll(throttle, { seconds: 60 }), 3);
  }),

  throttleCase("reserve() goes by the limit and the window of each request", async (throttle) => {
    assert.equal(await spendAll(throttle), 3);
    await allows(throttle, { limit: 4 });
    await refuses(throttle, { limit: 2, until: at(60) });
    await refuses(throttle, { windowSeconds: 3600, until: at(60) });
  }),

  throttleCase("reserve() by a clock set back makes no budget whole", async (throttle) => {
    assert.equal(await spendAll(throttle, { seconds: 3600 }), 3);
    for (const seconds of [3599.999, 3000, 0, -3600]) {
      const { allowed } = await throttle.reserve(attempt({ seconds }));
      assert.equal(allowed, false, `${3600 - seconds} seconds back`);
    }
  }),

  throttleCase(
    "reserve() by a clock set back keeps nobody waiting for longer than a window",
    async (throttle) => {
      assert.equal(await spendAll(throttle, { seconds: 86_400 }), 3);
      await refuses(throttle, { seconds: 0, until: at(60) });
      await refuses(throttle, { seconds: 59.999, until: at(60) });
      assert.equal(await spendAll(throttle, { seconds: 60 }), 3);
    },
  ),

  ...INSTANTS.map(([what, instant]) =>
    throttleCase(`reserve() keeps ${what} (T10)`, async (throttle) => {
      const windowEndsAt = new Date(instant.getTime() + 60_000);
      await allows(throttle, { limit: 1, at: instant });
      await refuses(throttle, { limit: 1, at: new Date(windowEndsAt.getTime() - 1), until: windowEndsAt });
      await allows(throttle, { limit: 1, at: windowEndsAt });
    })
  ),

  throttleCase("reserve() keeps a window of a hundred years", async (throttle) => {
    const limits = { limit: 1, windowSeconds: CENTURY_SECONDS };
    await allows(throttle, limits);
    await refuses(throttle, { ...limits, seconds: CENTURY_SECONDS - 0.001, until: at(CENTURY_SECONDS) });
    await allows(throttle, { ...limits, seconds: CENTURY_SECONDS });
  }),

  throttleCase("reserve() takes the largest limit there is", async (throttle) => {
    const limit = Number.MAX_SAFE_INTEGER;
    for (let made = 0; made < 3; made++) await allows(throttle, { limit });
    await refuses(throttle, { until: at(60) });
  }),

  throttleCase("instants given out and taken in are copies", async (throttle) => {
    const request = attempt({ limit: 1, at: at(0) });
    await throttle.reserve(request);
    request.at.setTime(0);
    const { retryAt } = await throttle.reserve(attempt({ limit: 1 }));
    assert.deepEqual(retryAt, at(60));
    retryAt?.setTime(0);
    await refuses(throttle, { limit: 1, until: at(60) });
  }),
];
