/**
 * Runs the published contracts on what the packages bring, as somebody does who writes a store.
 *
 * @module
 */

import { Argon2PasswordHasher } from "@userharbor/argon2";
import { MemoryThrottle } from "@userharbor/core";
import {
  type ContractCase,
  FastPasswordHasher,
  passwordHasherCases,
  throttleCases,
  userStoreCases,
} from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";

const CASES: readonly ContractCase[] = [
  ...userStoreCases(() => new MemoryUserStore()),
  ...throttleCases(() => new MemoryThrottle()),
  ...passwordHasherCases(() => new FastPasswordHasher()),
  ...passwordHasherCases(() => new Argon2PasswordHasher()),
];

async function main(): Promise<void> {
  for (const { name, run } of CASES) {
    await run().catch((cause: unknown) => {
      throw new Error(name, { cause });
    });
  }
  console.log(`${CASES.length} promises kept`);
}

void main();
