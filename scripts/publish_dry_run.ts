/**
 * Rehearses the publication of each package and looks at what would be in it.
 *
 * @module
 */

import { readTree } from "./_read_tree.ts";
import { runDeno } from "./_run_deno.ts";
import { report, type Violation } from "./_violation.ts";
import { workspacePackages } from "./_workspace.ts";

/** What belongs to the project and to no package. */
const NOT_PUBLISHED =
  /^(?:adapters|benchmarks|docs|examples|scripts|server|tests)\/|(?:^|\/)tests?\/|\.test\.\w+$|(?:^|\/)_test_|(?:^|\/)\.|\.lock$/;

/**
 * Finds files that a package must not carry.
 *
 * @param output what `deno publish --dry-run` wrote
 * @param folder address of the package's folder, with a trailing slash
 * @returns one violation for each such file, and one if no file is listed at all
 */
export function findStrayFiles(output: string, folder: string): Violation[] {
  const files = [...output.matchAll(/^\s+(file:\/\/.*) \([\d.]+\w+\)$/gm)].map(([, address = ""]) => address);
  if (files.length === 0) return [{ path: folder, message: "lists no file at all" }];
  return files.map((address) => address.replace(folder, "")).filter((path) => NOT_PUBLISHED.test(path))
    .map((path) => ({ path, message: "must not be published" }));
}

async function rehearse(folder: string): Promise<Violation[]> {
  // Types are checked for the whole workspace at once, by `deno check`; slow types still are, here.
  const { success, output } = await runDeno(
    ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    `./${folder}`,
  );
  console.log(output.trim());
  if (!success) return [{ path: folder || ".", message: "cannot be published, see above" }];
  return findStrayFiles(output, new URL(folder, `file://${Deno.cwd()}/`).href);
}

async function main(): Promise<void> {
  const violations: Violation[] = [];
  for (const { folder } of workspacePackages(await readTree())) violations.push(...await rehearse(folder));
  report("publish", violations);
}

if (import.meta.main) await main();
