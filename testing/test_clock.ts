/**
 * A clock that tests set; pass `clock.now` as the `clock` option.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TestClock } from "@userharbor/core/testing";
 *
 * const clock = new TestClock(new Date("2026-01-01T00:00:00Z"));
 * clock.advanceSeconds(90);
 * assert.equal(clock.now().toISOString(), "2026-01-01T00:01:30.000Z");
 * ```
 */
export class TestClock {
  #nowMs: number;

  /**
   * Makes a clock that stands still.
   *
   * @param start what it shows at first
   */
  constructor(start: Date = new Date("2026-01-01T00:00:00.000Z")) {
    this.#nowMs = start.getTime();
  }

  /** What the clock shows; bound, so that it can be passed as it is. */
  readonly now = (): Date => new Date(this.#nowMs);

  /**
   * Shows another instant.
   *
   * @param instant later or earlier
   */
  set(instant: Date): void {
    this.#nowMs = instant.getTime();
  }

  /**
   * Moves on.
   *
   * @param seconds may be a fraction; negative moves back
   */
  advanceSeconds(seconds: number): void {
    this.#nowMs += Math.round(seconds * 1000);
  }
}
