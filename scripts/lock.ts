/**
 * Writes the lock files anew.
 *
 * Deno downloads everything that the lock in use names, whatever a command needs. So `deno.lock` holds only
 * what the packages import, and starting the server downloads nothing else; `tests/deno.lock` adds what tests
 * import by an exact `npm:` specifier of their own.
 *
 * @module
 */

import { importsOf } from "./_imports_of.ts";
import { readTree, SOURCE, type Tree } from "./_read_tree.ts";
import { runDeno } from "./_run_deno.ts";
import { ESBUILD, TYPESCRIPT } from "./_tool_specifiers.ts";
import { report, type Violation } from "./_violation.ts";
import { workspacePackages } from "./_workspace.ts";

/** What packages need. */
export const LOCK = "deno.lock";

/** What packages and tests need. */
export const TESTS_LOCK = "tests/deno.lock";

/** What scripts load by a specifier in a variable. */
const TOOLS_LOCK = "scripts/tools.lock";

/** Folders that bring a deno.json and a lock of their own; a lock names every package of the workspace. */
const LOCKED_ALONE = ["scripts/npm_engines/tsc", "tests/browser", "tests/consumers", "tests/services"];
const ON_THEIR_OWN = /^tests\/(?:browser|consumers|jsr|services)\//;

/**
 * Finds the tests that import npm packages nobody else needs.
 *
 * @param tree the project
 * @returns paths of files under `tests/` with an `npm:` specifier
 */
export function testsWithNpm(tree: Tree): string[] {
  return importingNpm(tree, "tests/").filter((path) => !ON_THEIR_OWN.test(path));
}

function importingNpm(tree: Tree, folder: string): string[] {
  return [...tree].filter(([path]) => path.startsWith(folder) && SOURCE.test(path))
    .filter(([, text]) => importsOf(text).some(({ specifier }) => specifier.startsWith("npm:")))
    .map(([path]) => path);
}

/**
 * Finds what a lock has caught although no package imports it.
 *
 * @param tree the project with its `deno.lock`
 * @returns one violation for each specifier that no deno.json names
 */
export function findStrayLocks(tree: Tree): Violation[] {
  const named = new Set(workspacePackages(tree).flatMap(({ dependencies }) => dependencies));
  const { specifiers = {} }: { readonly specifiers?: Readonly<Record<string, string>> } = JSON.parse(
    tree.get(LOCK) ?? "{}",
  );
  return Object.keys(specifiers).filter((specifier) => !named.has(specifier))
    .map((specifier) => ({
      path: LOCK,
      message: `${specifier} is imported by no package: run deno task lock`,
    }));
}

async function main(): Promise<void> {
  const tree = await readTree();
  const tests = testsWithNpm(tree);
  await Deno.remove(LOCK).catch(ignoreMissing);
  await install([]);
  await Deno.copyFile(LOCK, TESTS_LOCK);
  if (tests.length > 0) await install(["--lock", TESTS_LOCK, "--entrypoint", ...tests]);
  for (const folder of LOCKED_ALONE) {
    await install(["--frozen=false"], folder);
    const own = importingNpm(tree, `${folder}/`).map((path) => path.slice(folder.length + 1));
    if (own.length > 0) await install(["--frozen=false", "--entrypoint", ...own], folder);
  }
  await Deno.remove(TOOLS_LOCK).catch(ignoreMissing);
  await deno(["cache", "--no-config", `--lock=${TOOLS_LOCK}`, ESBUILD, TYPESCRIPT]);
  report("lock", findStrayLocks(await readTree()));
}

async function install(args: readonly string[], folder?: string): Promise<void> {
  await deno(["install", ...args], folder);
}

async function deno(args: readonly string[], folder?: string): Promise<void> {
  const { success, output } = await runDeno(args, folder);
  console.log(output.trim());
  if (!success) Deno.exit(1);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

if (import.meta.main) await main();
