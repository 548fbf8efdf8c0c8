import type { ContractCase } from "@userharbor/core/testing";
import { test } from "node:test";

/** Runs the cases of a contract as tests, those that do not apply as skipped. */
export function runCases(cases: readonly ContractCase[]): void {
  for (const { name, run } of cases) {
    test(name, async (t) => {
      const reason = await run();
      if (reason) t.skip(reason);
    });
  }
}
