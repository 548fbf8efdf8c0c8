import assert from "node:assert/strict";
import type { AttemptRequest, Throttle } from "../../interfaces.ts";
import { at } from "../store/_fixtures.ts";

/** How an attempt differs from the usual one: by `seconds` after the start of the run, or in its members. */
export interface AttemptChanges extends Partial<AttemptRequest> {
  /** Negative is before the start. */
  readonly seconds?: number;
}

/** One of three attempts a minute on `login:ada`, at the start of the run. */
export function attempt({ seconds = 0, ...members }: AttemptChanges = {}): AttemptRequest {
  return { key: "login:ada", limit: 3, windowSeconds: 60, at: at(seconds), ...members };
}

/** Makes an attempt, and answers whether it was allowed; an answer that contradicts itself is none. */
export async function isAllowed(throttle: Throttle, changes?: AttemptChanges): Promise<boolean> {
  const { allowed, retryAt } = await throttle.reserve(attempt(changes));
  if (allowed) assert.equal(retryAt, null, "retryAt is null when the attempt was allowed");
  else assert.ok(retryAt instanceof Date, "a refused attempt is told when the next may be made");
  return allowed;
}

/** Expects that an attempt is allowed. */
export async function allows(throttle: Throttle, changes?: AttemptChanges): Promise<void> {
  const { allowed, retryAt } = await throttle.reserve(attempt(changes));
  assert.deepEqual({ allowed, retryAt }, { allowed: true, retryAt: null });
}

/** Expects that an attempt is refused until exactly this instant. */
export async function refuses(
  throttle: Throttle,
  { until, ...changes }: AttemptChanges & { readonly until: Date },
): Promise<void> {
  const { allowed, retryAt } = await throttle.reserve(attempt(changes));
  assert.deepEqual({ allowed, retryAt }, { allowed: false, retryAt: until });
}

/** How many attempts the budget has left, which are spent by asking. */
export async function spendAll(throttle: Throttle, changes: AttemptChanges = {}): Promise<number> {
  const { limit } = attempt(changes);
  for (let spent = 0; spent <= limit; spent++) {
    if (!await isAllowed(throttle, changes)) return spent;
  }
  assert.fail(`more attempts were allowed than the limit of ${limit}`);
}
