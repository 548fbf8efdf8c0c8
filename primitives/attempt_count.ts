import type { AttemptBackoff, AttemptRequest, AttemptReservation } from "../interfaces.ts";
import { checkAttemptRequest, LAST_INSTANT } from "./_attempt_request.ts";

/** What a throttle keeps of one key. */
export interface AttemptCount {
  /** How many attempts were counted in the window: 1 or more. */
  readonly attempts: number;
  /** From this instant on the budget is whole again. */
  readonly windowEndsAt: Date;
  /** Until then attempts are refused; null: no pause was begun. */
  readonly pauseEndsAt: Date | null;
}

/** What becomes of an attempt. */
export interface CountedAttempt {
  /** The answer. */
  readonly reservation: AttemptReservation;
  /** What is to be kept of the key from now on; null: what was kept stays as it is. */
  readonly count: AttemptCount | null;
}

/**
 * The rule of every {@link Throttle}: whether an attempt may be made, and what is counted then.
 *
 * A budget lasts for a window that begins with its first attempt. Refused attempts are not counted and move
 * nothing, so nobody is kept out for longer by trying. A clock that was set back never makes a budget whole, nor
 * does anybody wait for longer than a window because of it.
 *
 * @param stored what is kept of the key; null: nothing
 * @param request the attempt
 * @returns the answer, and what to keep
 * @throws {TypeError} when a member of the request has the wrong type
 * @throws {RangeError} when one is out of range
 *
 * @example The whole of a throttle is to keep what this returns, one call of a key after the other
 * ```ts
 * import assert from "node:assert/strict";
 * import { countAttempt } from "@userharbor/core";
 *
 * const request = { key: "login:ada", limit: 1, windowSeconds: 60, at: new Date("2026-01-01T00:00:00Z") };
 * const first = countAttempt(null, request);
 * assert.equal(first.reservation.allowed, true);
 *
 * const second = countAttempt(first.count, { ...request, at: new Date("2026-01-01T00:00:59Z") });
 * assert.deepEqual(second.reservation, { allowed: false, retryAt: new Date("2026-01-01T00:01:00Z") });
 * assert.equal(second.count, null);
 * ```
 */
export function countAttempt(stored: AttemptCount | null, request: AttemptRequest): CountedAttempt {
  checkAttemptRequest(request);
  const now = request.at.getTime();
  const newWindowEnd = Math.min(now + request.windowSeconds * 1000, LAST_INSTANT);
  if (stored === null || now >= stored.windowEndsAt.getTime()) {
    return allowed({ attempts: 1, windowEnd: newWindowEnd }, request);
  }
  // Only a clock set back, or a window made shorter, leaves an end that lies further ahead than a new one.
  const windowEnd = Math.min(stored.windowEndsAt.getTime(), newWindowEnd);
  if (stored.attempts >= request.limit) return refused(stored, { windowEnd, pauseEnd: null });
  const pauseEnd = endOfPause(stored, request);
  if (pauseEnd !== null) return refused(stored, { windowEnd, pauseEnd });
  return allowed({ attempts: stored.attempts + 1, windowEnd }, request);
}

/**
 * What is left of a key when one of its attempts proved to be none.
 *
 * @param stored what is kept of the key
 * @returns what to keep instead, without a pause; null: nothing
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countAttempt, refundAttempt } from "@userharbor/core";
 *
 * const request = { key: "login:ada", limit: 1, windowSeconds: 60, at: new Date("2026-01-01T00:00:00Z") };
 * const { count } = countAttempt(null, request);
 * assert(count !== null);
 * assert.equal(refundAttempt(count), null);
 * ```
 */
export function refundAttempt(stored: AttemptCount): AttemptCount | null {
  return stored.attempts > 1 ? { ...stored, attempts: stored.attempts - 1, pauseEndsAt: null } : null;
}

function allowed(
  { attempts, windowEnd }: { readonly attempts: number; readonly windowEnd: number },
  { at, backoff }: AttemptRequest,
): CountedAttempt {
  const pause = pauseAfter(attempts, backoff);
  const pauseEndsAt = pause === 0 ? null : new Date(Math.min(at.getTime() + pause, LAST_INSTANT));
  return {
    reservation: { allowed: true, retryAt: null },
    count: { attempts, windowEndsAt: new Date(windowEnd), pauseEndsAt },
  };
}

function refused(
  stored: AttemptCount,
  { windowEnd, pauseEnd }: { readonly windowEnd: number; readonly pauseEnd: number | null },
): CountedAttempt {
  const reservation = { allowed: false, retryAt: new Date(Math.min(windowEnd, pauseEnd ?? windowEnd)) };
  const isWindowKept = windowEnd === stored.windowEndsAt.getTime();
  const isPauseKept = pauseEnd === null || pauseEnd === stored.pauseEndsAt?.getTime();
  // Refusals leave no trace, so that those who only knock neither wear out a database nor hold others up.
  if (isWindowKept && isPauseKept) return { reservation, count: null };
  const pauseEndsAt = pauseEnd === null ? stored.pauseEndsAt : new Date(pauseEnd);
  return { reservation, count: { ...stored, windowEndsAt: new Date(windowEnd), pauseEndsAt } };
}

/** When the running pause ends, never further ahead than one that would begin now; null: none is running. */
function endOfPause({ attempts, pauseEndsAt }: AttemptCount, { at, backoff }: AttemptRequest): number | null {
  if (pauseEndsAt === null) return null;
  const end = Math.min(pauseEndsAt.getTime(), at.getTime() + pauseAfter(attempts, backoff));
  return at.getTime() < end ? end : null;
}

/** In milliseconds; 0: none. */
function pauseAfter(attempts: number, backoff: AttemptBackoff | undefined): number {
  if (backoff === undefined || attempts <= backoff.freeAttempts) return 0;
  const { freeAttempts, firstSeconds, maxSeconds } = backoff;
  // An exponent of any size ends at infinity, and so at the longest pause.
  return Math.min(firstSeconds * 2 ** (attempts - freeAttempts - 1), maxSeconds) * 1000;
}
