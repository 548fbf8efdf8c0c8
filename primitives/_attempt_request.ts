import type { AttemptBackoff, AttemptRequest } from "../interfaces.ts";

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
  checkInteger("limit", limit, { from: 1, to: Number.MAX_SAFE_INTEGER });
  checkInteger("windowSeconds", windowSeconds, { from: 1, to: MAX_SECONDS });
  if (!(at instanceof Date)) throw new TypeError("at must be a Date");
  if (!(at.getTime() >= FIRST_INSTANT && at.getTime() < LAST_INSTANT)) {
    throw new RangeError("at must be an instant in the years 1000 to 9999");
  }
  if (backoff !== undefined) checkBackoff(backoff);
}

function checkBackoff(backoff: AttemptBackoff): void {
  if (typeof backoff !== "object" || backoff === null) throw new TypeError("backoff must be an object");
  checkInteger("backoff.freeAttempts", backoff.freeAttempts, { from: 0, to: Number.MAX_SAFE_INTEGER });
  checkInteger("backoff.firstSeconds", backoff.firstSeconds, { from: 1, to: MAX_SECONDS });
  checkInteger("backoff.maxSeconds", backoff.maxSeconds, { from: backoff.firstSeconds, to: MAX_SECONDS });
}

function checkInteger(name: string, value: unknown, { from, to }: { from: number; to: number }): void {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!Number.isInteger(value) || value < from || value > to) {
    throw new RangeError(`${name} must be a whole number from ${from} to ${to}`);
  }
}
