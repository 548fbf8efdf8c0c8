import assert from "node:assert/strict";
import { type ErrorCode, isUserHarborError } from "../../errors.ts";

/** Expects a refusal with this code, and not what a driver threw. */
export async function refused(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  const outcome = await outcomeOf(call);
  assert.equal(outcome, code, `must reject with the UserHarborError "${code}"; got: ${outcome}`);
}

/** What became of a call: `resolved`, the code of its refusal, or the text of an error that is no refusal. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "resolved";
  } catch (error) {
    return isUserHarborError(error) ? error.code : `not a UserHarborError: ${error}`;
  }
}

/** Makes so many calls at once, numbered from 0. */
export function atOnce<T>(count: number, call: (number: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, number) => call(number)));
}

/** How often each value occurs. */
export function tally(values: readonly (string | boolean)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

/** Expects that one of many concurrent callers was told it did it. */
export function exactlyOne(answers: readonly boolean[], what: string): void {
  const winners = answers.filter((answer) => answer).length;
  assert.equal(
    winners,
    1,
    `${what}: ${winners} of ${answers.length} callers were told true; decide by what the one statement changed`,
  );
}
