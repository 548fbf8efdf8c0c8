import assert from "node:assert/strict";
import type { AttemptRequest } from "../../interfaces.ts";
import { at } from "../store/_fixtures.ts";
import { allows, attempt, refuses, spendAll } from "./_attempts.ts";
import { type ThrottleCase, throttleCase } from "./_throttle_case.ts";

/** Keys that a collation, a pattern, a prefix, a separator or an object's prototype takes for one another. */
const LOOK_ALIKES: readonly string[] = [
  "login:ada",
  "login:Ada",
  "LOGIN:ADA",
  "login:ada ",
  " login:ada",
  "login:ada  ",
  "login:ad",
  "login:adaa",
  "login:ada:",
  "login::ada",
  "login/ada",
  "login:a_a",
  "login:a%",
  "login:*",
  "login:a?a",
  "login:[a]da",
  "login:{ada}",
  "login:'ada'",
  'login:"ada"',
  "login:`ada`",
  "login:\\ada",
  "login:ada;--",
  "login:ada\\0",
  "ada",
  "0",
  "00",
  "-0",
  "1e3",
  "1000",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "toString",
  " ",
  "  ",
  "~".repeat(254),
  "~".repeat(255),
  `${"~".repeat(254)}}`,
];

/** What no throttle can count rightly, and how it is refused. */
const MALFORMED: readonly (readonly [string, { readonly [name in keyof AttemptRequest]?: unknown }])[] = [
  ["RangeError", { key: "" }],
  ["RangeError", { key: "a".repeat(256) }],
  ["RangeError", { key: "login:\u00e4" }],
  ["RangeError", { key: "login:\n" }],
  ["TypeError", { key: 7 }],
  ["RangeError", { limit: 0 }],
  ["RangeError", { limit: 1.5 }],
  ["RangeError", { limit: NaN }],
  ["TypeError", { limit: "3" }],
  ["RangeError", { windowSeconds: 0 }],
  ["RangeError", { windowSeconds: Infinity }],
  ["TypeError", { windowSeconds: undefined }],
  ["RangeError", { at: new Date(NaN) }],
  ["TypeError", { at: Date.now() }],
  ["RangeError", { backoff: { freeAttempts: -1, firstSeconds: 1, maxSeconds: 1 } }],
  ["RangeError", { backoff: { freeAttempts: 0, firstSeconds: 2, maxSeconds: 1 } }],
  ["TypeError", { backoff: null }],
];

/** What a key is. */
export const keyCases: readonly ThrottleCase[] = [
  throttleCase("reserve() counts keys that look alike each for itself", async (throttle) => {
    for (const key of LOOK_ALIKES) {
      assert.equal(await spendAll(throttle, { key, limit: 2 }), 2, JSON.stringify(key));
    }
    for (const key of LOOK_ALIKES) await refuses(throttle, { key, limit: 2, until: at(60) });
  }),

  throttleCase("refund() and clear() concern exactly the key they name", async (throttle) => {
    for (const key of LOOK_ALIKES) await allows(throttle, { key, limit: 1 });
    for (const key of LOOK_ALIKES) {
      await throttle.clear(key);
      await allows(throttle, { key, limit: 1, seconds: 1 });
      await throttle.refund(key);
      await allows(throttle, { key, limit: 1, seconds: 2 });
    }
    // Had one of them touched another key, that one would have a window that began at another time.
    for (const key of LOOK_ALIKES) await refuses(throttle, { key, limit: 1, seconds: 2, until: at(62) });
  }),

  ...MALFORMED.map(([name, members]) =>
    throttleCase(
      `reserve() rejects ${describe(members)} with a ${name}, and counts nothing`,
      async (throttle) => {
        const { key } = attempt();
        const request = { ...attempt(), ...members } as AttemptRequest;
        await assert.rejects(async () => await throttle.reserve(request), { name });
        assert.equal(await spendAll(throttle, { key }), 3);
      },
    )
  ),
];

function describe(members: object): string {
  const shown = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) || value === undefined ? String(value) : value;
  const text = JSON.stringify(members, shown);
  return text.length > 80 ? `${text.slice(0, 60)}…` : text;
}
