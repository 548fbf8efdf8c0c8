import type { ContractCase } from "@userharbor/core/testing";
import { test } from "node:test";

/** What the tests of a contract are about. */
export interface Subject {
  /** What their names begin with. */
  readonly subject: string;
  /** Why none of them can run. */
  readonly skip: string | false;
}

/** Runs the cases of a contract as tests, those that do not apply as skipped. */
export function runCases(cases: readonly ContractCase[], { subject, skip }: Subject): void {
  for (const { name, run } of cases) {
    test(`${subject}: ${name}`, { skip }, async (t) => {
      const reason = await run();
      if (reason) t.skip(reason);
    });
  }
}
