import type { Throttle } from "../interfaces.ts";
import { useOpened } from "./_use_opened.ts";
import type { ContractCase } from "./contract_case.ts";
import type { ThrottleCase } from "./throttle/_throttle_case.ts";
import { backoffCases } from "./throttle/backoff_cases.ts";
import { budgetCases } from "./throttle/budget_cases.ts";
import { housekeepingCases } from "./throttle/housekeeping_cases.ts";
import { keyCases } from "./throttle/key_cases.ts";
import { raceCases } from "./throttle/race_cases.ts";
import { refundCases } from "./throttle/refund_cases.ts";

/** What {@link throttleCases} may be told about a throttle. */
export interface ThrottleCasesOptions<T extends Throttle = Throttle> {
  /**
   * Opens a second throttle on the counts of the first: another connection, or another node. Without it the
   * cases that take two throttles do not apply.
   */
  readonly another?: (throttle: T) => Throttle | Promise<Throttle>;
}

const THROTTLE_CASES: readonly ThrottleCase[] = [
  ...budgetCases,
  ...backoffCases,
  ...refundCases,
  ...keyCases,
  ...raceCases,
  ...housekeepingCases,
];

/**
 * The contract of the throttle port: what everything that counts attempts has to uphold, alone and under
 * concurrent calls.
 *
 * The cases are independent of each other and of any test runner. Each opens a throttle of its own and disposes
 * of it, through `Symbol.asyncDispose` if it has that, whether it passes or fails. Attempts are made at instants
 * within the hours around now, but for those of some cases that lie decades ahead.
 *
 * @param open gives a throttle that has counted nothing, each time
 * @param options how to open a second throttle on the same counts
 * @returns the cases; `run` resolves to a sentence for a case that does not apply to the throttle
 *
 * @example With `node:test` this is `for (const { name, run } of cases) test(name, run)`
 * ```ts
 * import assert from "node:assert/strict";
 * import { MemoryThrottle } from "@userharbor/core";
 * import { throttleCases } from "@userharbor/core/testing";
 *
 * const cases = throttleCases(() => new MemoryThrottle(), { another: (throttle) => throttle });
 * const outcomes = await Promise.all(cases.map(({ run }) => run()));
 * assert(outcomes.every((outcome) => outcome === undefined));
 * ```
 */
export function throttleCases<T extends Throttle>(
  open: () => T | Promise<T>,
  options: ThrottleCasesOptions<T> = {},
): ContractCase[] {
  return THROTTLE_CASES.map((throttleCase) => ({
    name: throttleCase.name,
    run: () => useOpened(open, (throttle) => runOn(throttle, { throttleCase, ...options })),
  }));
}

interface Running<T extends Throttle> extends ThrottleCasesOptions<T> {
  readonly throttleCase: ThrottleCase;
}

async function runOn<T extends Throttle>(
  throttle: T,
  { throttleCase: { run, throttles, needs }, another }: Running<T>,
): Promise<string | void> {
  if (needs !== undefined && throttle[needs] === undefined) {
    return `Does not apply: this throttle has no ${needs}(), which is optional`;
  }
  if (throttles === 1) return await run(throttle, throttle);
  if (another === undefined) {
    return "Does not apply: no way to open another throttle on the same counts was given";
  }
  const second = await another(throttle);
  // Opening may hand out the same object again, which must not be disposed of twice.
  if (Object.is(second, throttle)) return await run(throttle, second);
  return await useOpened(() => second, () => run(throttle, second));
}
