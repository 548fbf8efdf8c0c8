import type { AttemptRequest, AttemptReservation, Finding, Throttle } from "../interfaces.ts";
import { BoundedCounts } from "./_bounded_counts.ts";
import { countAttempt, refundAttempt } from "./attempt_count.ts";
import { requireWholeNumber } from "./require_whole_number.ts";

/** How a {@link MemoryThrottle} differs from the default. */
export interface MemoryThrottleOptions {
  /** How many keys it remembers at most; a key takes about 400 bytes. Default: 100 000. */
  readonly maxKeys?: number;
}

/**
 * Counts attempts in this process: for an application that runs as one process, and for tests.
 *
 * Every call is one synchronous step, so no other call comes between its check and its count. What it holds is
 * lost when the process ends. Its memory is bounded: keys whose window is over go first, then those with the
 * fewest attempts, so that a flood of new keys frees no account that is held back. An eighth of the room belongs to
 * the keys that were tried last.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MemoryThrottle } from "@userharbor/core";
 *
 * const throttle = new MemoryThrottle();
 * const request = { key: "login:ada", limit: 10, windowSeconds: 900, at: new Date() };
 * const guesses = await Promise.all(Array.from({ length: 1000 }, () => throttle.reserve(request)));
 * assert.equal(guesses.filter(({ allowed }) => allowed).length, 10);
 * ```
 */
export class MemoryThrottle implements Throttle {
  readonly #counts: BoundedCounts;

  /**
   * Makes a throttle that remembers nothing yet.
   *
   * @param options how much it may remember
   * @throws {TypeError} when `maxKeys` is not a number, or for an option that does not exist
   * @throws {RangeError} when it is not a whole number from 1
   */
  constructor(options: MemoryThrottleOptions = {}) {
    for (const name of Object.keys(options)) {
      if (name !== "maxKeys") throw new TypeError(`"${name}" is not an option of MemoryThrottle`);
    }
    const { maxKeys = 100_000 } = options;
    this.#counts = new BoundedCounts(requireWholeNumber({ maxKeys }));
  }

  /** How many keys it remembers right now. */
  get size(): number {
    return this.#counts.size;
  }

  /** Takes one attempt from the budget, if there is one and no pause is running. */
  reserve(request: AttemptRequest): Promise<AttemptReservation> {
    return inOneStep(() => {
      const stored = this.#counts.get(request.key);
      const { reservation, count } = countAttempt(stored, request);
      if (stored === null) this.#counts.makeRoom(request.at);
      if (count !== null) this.#counts.set(request.key, count);
      return reservation;
    });
  }

  /** Gives back one attempt that proved to be none, and ends the pause it began; nothing for an unknown key. */
  refund(key: string): Promise<void> {
    return inOneStep(() => {
      const stored = this.#counts.get(key);
      if (stored === null) return;
      const count = refundAttempt(stored);
      if (count === null) this.#counts.delete(key);
      else this.#counts.set(key, count);
    });
  }

  /** Forgets every attempt of the key. */
  clear(key: string): Promise<void> {
    return inOneStep(() => this.#counts.delete(key));
  }

  /** Removes budgets whose window ended before this instant, at most `limit`, and answers how many. */
  purgeExpired({ before, limit }: { readonly before: Date; readonly limit: number }): Promise<number> {
    return inOneStep(() => this.#counts.deleteEnded(before, limit));
  }

  /** Tells that other processes count for themselves. */
  diagnose(): Promise<readonly Finding[]> {
    return Promise.resolve([{
      code: "throttle_in_memory",
      level: "advice",
      message: "Attempts are counted in this process only and forgotten when it ends: " +
        "give a throttle that all processes share",
    }]);
  }
}

/** Runs at once, as the body of an `async` function would, and makes a promise of whatever comes of it. */
function inOneStep<T>(step: () => T): Promise<T> {
  return new Promise((resolve) => resolve(step()));
}
