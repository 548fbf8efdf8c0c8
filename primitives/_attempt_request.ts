import type { AttemptBackoff, AttemptRequest } from "../interfaces.ts";
import { requireWholeNumber } from "./require_whole_number.ts";

/** What every database keeps in a unique column and compares alike. */
const KEY = /^[\x20-\x7E]{1,255}$/;

/** A hundred years: far beyond any use, and every instant stays a date. */
const MAX_SECONDS = 3_155_760_000;

/** The years that every database keeps. */
const FIRST_INSTANT = Date.parse("1000-01-01T00:00:00.000Z");

/** The last instant with a year of four digits. */
export const LAST_INSTANT: number = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Refuses a request that no throttle could count rightly.
 *
 * @throws {TypeError} for a member of the wrong type
 * @throws {RangeError} for a key, a number or an instant out of range; both name the member
 */
export function checkAttemptRequest({ key, limit, windowSeconds, at, backoff }: AttemptRequest): void {
  if (typeof key !== "string") throw new TypeError("key must be a string");
  if (!KEY.test(key)) throw new RangeError("key must have 1 to 255 printable ASCII characters");
  requireWholeNumber({ limit }, { from: 1 });
  requireWholeNumber({ windowSeconds }, { from: 1, to: MAX_SECONDS });
  if (!(at instanceof Date)) throw new TypeError("at must be a Date");
  if (!(at.getTime() >= FIRST_INSTANT && at.getTime() < LAST_INSTANT)) {
    throw new RangeError("at must be an instant in the years 1000 to 9999");
  }
  if (backoff !== undefined) checkBackoff(backoff);
}

function checkBackoff(backoff: AttemptBackoff): void {
  if (typeof backoff !== "object" || backoff === null) throw new TypeError("backoff must be an object");
  const { freeAttempts, firstSeconds, maxSeconds } = backoff;
  requireWholeNumber({ "backoff.freeAttempts": freeAttempts }, { from: 0 });
  requireWholeNumber({ "backoff.firstSeconds": firstSeconds }, { from: 1, to: MAX_SECONDS });
  requireWholeNumber({ "backoff.maxSeconds": maxSeconds }, { from: firstSeconds, to: MAX_SECONDS });
}
