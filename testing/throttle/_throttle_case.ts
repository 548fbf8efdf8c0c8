import type { Throttle } from "../../interfaces.ts";

/** One promise of the throttle port and what it takes to try it. */
export interface ThrottleCase {
  /** What is promised, as `symbol() promise`. */
  readonly name: string;
  /** How many throttles on the same data the case takes. */
  readonly throttles: 1 | 2;
  /** The optional method that the promise is about. */
  readonly needs?: "purgeExpired" | "diagnose";
  /** Rejects when the promise is broken. */
  readonly run: ThrottleCaseRun;
}

/** What a case does; in a case of one throttle both are the same. */
export type ThrottleCaseRun = (throttle: Throttle, another: Throttle) => Promise<void>;

/** A promise about one throttle. */
export function throttleCase(name: string, run: ThrottleCaseRun): ThrottleCase {
  return { name, run, throttles: 1 };
}

/** A promise about two throttles that count the same. */
export function twoThrottleCase(name: string, run: ThrottleCaseRun): ThrottleCase {
  return { name, run, throttles: 2 };
}

/** The same promise, about a method that a throttle may lack. */
export function needing(
  needs: NonNullable<ThrottleCase["needs"]>,
  throttleCase: ThrottleCase,
): ThrottleCase {
  return { ...throttleCase, needs };
}
