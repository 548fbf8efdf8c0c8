import type { ContractCase } from "../../testing/contract_case.ts";

/**
 * Runs every case of a kit.
 *
 * @param cases what the kit made
 * @returns the names of the cases that failed
 */
export async function failures(cases: readonly ContractCase[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of cases) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}
