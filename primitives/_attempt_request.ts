import type { AttemptBackoff, AttemptRequest } from "../interfaces.ts";
import { requireWholeNumber } from "./require_whole_number.ts";

/** What every database keeps in a unique column and compares alike. */
const KEY = /^[\x20-\x7E]{1,255}$/;

/** 1000-01-01T00:00:00.000Z: before it no database keeps every year. */
const FIRST_INSTANT = -30_610_224_000_000;

/** 9999-12-31T23:59:59.999Z: the last instant with a year of four digits. */
export const LAST_INSTANT = 253_402_300_799_999;

/**
 * Refuses a request that no throttle could count rightly.
 *
 * @throws {TypeError} for a member of the wrong type
 * @throws {RangeError} for a key, a number or an instant out of range; both name the member
 */
export function checkAttemptRequest({ key, limit, windowSeconds, at, backoff }: AttemptRequest): void {
  if (typeof key !== "string") throw new TypeError("key must be a string");
  if (!KEY.test(key)) throw new RangeError("key must have 1 to 255 printable ASCII characters");
  requireWholeNumber({ limit }, { to: Number.MAX_SAFE_INTEGER });
  requireWholeNumber({ windowSeconds });
  if (!(at instanceof Date)) throw new TypeError("at must be a Date");
  if (!(at.getTime() >= FIRST_INSTANT && at.getTime() < LAST_INSTANT)) {
    throw new RangeError("at must be an instant in the years 1000 to 9999");
  }
  if (backoff !== undefined) checkBackoff(backoff);
}

function checkBackoff(backoff: AttemptBackoff): void {
  if (typeof backoff !== "object" || backoff === null) throw new TypeError("backoff must be an object");
  const { freeAttempts, firstSeconds, maxSeconds } = backoff;
  requireWholeNumber({ "backoff.freeAttempts": freeAttempts }, { from: 0, to: Number.MAX_SAFE_INTEGER });
  requireWholeNumber({ "backoff.firstSeconds": firstSeconds });
  requireWholeNumber({ "backoff.maxSeconds": maxSeconds }, { from: firstSeconds });
}
