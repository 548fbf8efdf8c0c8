/**
 * Tries at length what `deno task test` tries briefly, and measures what only a quiet machine can.
 *
 * `--share=0.1` does a tenth of it, and paths such as `tests/long tests/races.test.ts` leave out the tests elsewhere.
 *
 * @module
 */

import { importsOf } from "./_imports_of.ts";
import { readTree, type Tree } from "./_read_tree.ts";
import { resolveRelative } from "./_resolve_relative.ts";

/** Tests of the long run alone. */
const LONG = "tests/long/";

/** Tests of real servers ask as well, and run by a configuration of their own: `deno task test:services`. */
const SERVICES = "tests/services/";

/** A file that asks has more to try, and so has whoever imports it. */
const ASKS = /\bprocess\.env\["LONG_RUN_SHARE"\]/;

/** The tests of a long run. */
export interface LongTests {
  /** May run side by side. */
  readonly together: readonly string[];
  /** One after the other, for they measure. */
  readonly alone: readonly string[];
}

/**
 * Finds the tests that have more to try than the suite takes the time for.
 *
 * @param tree the project
 * @param paths leaves out what is elsewhere; none leave out nothing
 * @returns paths from the root
 */
export function longTests(tree: Tree, paths: readonly string[] = []): LongTests {
  const chosen = [...tree.keys()].filter((path) =>
    path.endsWith(".test.ts") && !path.startsWith(SERVICES) &&
    (paths.length === 0 || paths.some((start) => path.startsWith(start)))
  );
  return {
    together: chosen.filter((path) => !path.startsWith(LONG) && asks(tree, path)),
    alone: chosen.filter((path) => path.startsWith(LONG)),
  };
}

function asks(tree: Tree, path: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const text = tree.get(path) ?? "";
  return ASKS.test(text) ||
    importsOf(text).filter(({ specifier }) => specifier.startsWith("."))
      .some(({ specifier }) => asks(tree, resolveRelative(path, specifier), seen));
}

/**
 * Reads how much is asked for.
 *
 * @param args of the command line
 * @returns above 0 and at most 1
 * @throws {RangeError} for another share
 */
export function shareOf(args: readonly string[]): number {
  const share = Number(args.find((arg) => arg.startsWith("--share="))?.slice("--share=".length) ?? 1);
  if (!(share > 0 && share <= 1)) throw new RangeError("--share must be above 0 and at most 1");
  return share;
}

async function passes(files: readonly string[], { share, flags }: { share: number; flags: string[] }) {
  if (files.length === 0) return true;
  const args = ["test", "-A", "--lock=tests/deno.lock", "--frozen", ...flags, ...files];
  const env = { LONG_RUN_SHARE: String(share) };
  return (await new Deno.Command(Deno.execPath(), { args, env }).spawn().status).success;
}

async function main(): Promise<void> {
  const share = shareOf(Deno.args);
  const { together, alone } = longTests(await readTree(), Deno.args.filter((arg) => !arg.startsWith("--")));
  if (together.length + alone.length === 0) throw new Error("Cannot run tests: none are there");
  const outcomes = [
    await passes(together, { share, flags: ["--parallel"] }),
    await passes(alone, { share, flags: [] }),
  ];
  if (outcomes.includes(false)) Deno.exitCode = 1;
}

if (import.meta.main) await main();
