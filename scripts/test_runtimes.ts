/**
 * Runs the same unbuilt tests on Deno, Node.js and Bun; ends with the line `N passed, N failed`.
 *
 * `--only=node,bun` leaves out the others, `--only=node@22` takes the version of that line, `--only=node@26.1.0`
 * any other, and paths such as `tests/login.test.ts adapters/sql` leave out the tests elsewhere.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import { writePackagePaths } from "./_package_paths.ts";
import { portableTests } from "./_portable_tests.ts";
import { readTree } from "./_read_tree.ts";
import { type Counts, countTests, type Runtime, RUNTIMES, type TestRun } from "./_runtimes.ts";

/** A run that takes longer hangs. */
const LIMIT_MS = 20 * 60_000;

/** Rounds are tried in full on Deno; elsewhere they have to run. A tenth of them does. */
const SUITE_SHARE = "0.1";

/** How the tests went on one runtime. */
export interface RuntimeResult extends Counts {
  /** Which, and of which version. */
  readonly runtime: string;
  /** From start to end. */
  readonly seconds: number;
}

interface Ended {
  readonly success: boolean;
  readonly output: string;
}

/**
 * Picks runtimes.
 *
 * @param only such as `node@22,bun@1.4.5`; absent: all
 * @returns the runtimes in their own order
 * @throws {RangeError} for a name that is none of them
 */
export function chooseRuntimes(only?: string): Runtime[] {
  if (only === undefined) return [...RUNTIMES];
  return only.split(",").map((choice) => {
    const [name, version = ""] = choice.split("@");
    const named = RUNTIMES.filter((each) => each.name === name);
    const [line] = version.split(".");
    const runtime = named.find((each) => each.version.startsWith(`${line}.`)) ?? named[0];
    if (runtime === undefined) throw new RangeError(`Cannot run tests on ${name}: it is not known here`);
    return version === "" || version === line && runtime.version.startsWith(`${line}.`)
      ? runtime
      : { ...runtime, version };
  });
}

/**
 * Sums up.
 *
 * @param results one for each runtime
 * @returns the table and, as the last line, the sum; runtimes that saw different numbers of tests are one failure
 */
export function summarize(results: readonly RuntimeResult[]): { text: string; failed: number } {
  const totals = new Set(results.map(({ passed, failed, skipped }) => passed + failed + skipped));
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  // A file that registers no test looks like success wherever it happens.
  const differ = failed === 0 && totals.size > 1;
  const lines = [
    ["runtime".padEnd(16), "passed", " failed", "skipped", "seconds"].join("  "),
    ...results.map((result) =>
      [
        result.runtime.padEnd(16),
        String(result.passed).padStart(6),
        String(result.failed).padStart(7),
        String(result.skipped).padStart(7),
        result.seconds.toFixed(1).padStart(7),
      ].join("  ")
    ),
    ...(differ ? ["", "The runtimes saw different numbers of tests"] : []),
    "",
    `${passed} passed, ${failed + Number(differ)} failed`,
  ];
  return { text: lines.join("\n"), failed: failed + Number(differ) };
}

async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    env: { NO_COLOR: "1", SUITE_SHARE, ...env },
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { success, output: stripVTControlCharacters(output) };
}

/** On Windows it is a script, which is not found without its extension. */
const NPX = Deno.build.os === "windows" ? "npx.cmd" : "npx";

/** Finds the executable, which npm downloads on first use. */
async function executableOf({ name, version }: Runtime, cache: string): Promise<string> {
  if (name === "deno") return Deno.execPath();
  const ask = ["--yes", `${name}@${version}`, "--print", "process.execPath"];
  const first = await run(NPX, ask);
  // Once more, with nothing that a broken download may have left.
  const found = first.success ? first : await run(NPX, [`--cache=${cache}`, ...ask]);
  const path = found.output.split("\n").find((line) => line.startsWith("/") || /^[A-Z]:\\/.test(line));
  if (!found.success || path === undefined) {
    throw new Error(`Cannot get ${name} ${version}: ${found.output.trim()}`);
  }
  return path;
}

async function runTests(runtime: Runtime, { folder, ...what }: TestRun & { folder: string }) {
  const executable = await executableOf(runtime, `${folder}/npm`);
  const started = performance.now();
  // Node.js has a process for each file, and all of them load the same modules.
  const ended = await run(executable, runtime.args(what), { NODE_COMPILE_CACHE: `${folder}/compiled` });
  const seconds = (performance.now() - started) / 1000;
  const counts = countTests(runtime, ended);
  if (counts.failed > 0) {
    console.log(`\n=== ${runtime.name} ${runtime.version}\n${withoutPassed(ended.output)}`);
  }
  return { runtime: `${runtime.name} ${runtime.version}`, ...counts, seconds };
}

/** What a reader looks for is not the two thousand tests that pass, nor the files that hold only such. */
function withoutPassed(output: string): string {
  return output.replace(/^(?:(?:✔|﹣|\(pass\)|\(skip\)) .*|[.,])\n/gm, "").replace(
    /^\S+\.test\.ts:\n\n/gm,
    "",
  );
}

async function main(): Promise<void> {
  const only = Deno.args.find((arg) => arg.startsWith("--only="))?.slice("--only=".length);
  const paths = Deno.args.filter((arg) => !arg.startsWith("--"));
  const runtimes = chooseRuntimes(only);
  const tree = await readTree();
  const files = portableTests(tree).filter((file) =>
    paths.length === 0 || paths.some((path) => file.startsWith(path))
  );
  if (files.length === 0) throw new Error("Cannot run tests: none are there");
  console.log(
    `${files.length} files on ${runtimes.map(({ name, version }) => `${name} ${version}`).join(", ")}`,
  );
  const folder = await Deno.makeTempDir();
  try {
    const tools = runtimes.flatMap((each) => each.tools ?? []);
    const tsconfig = await writePackagePaths(tree, { folder, tools });
    const results = await Promise.all(runtimes.map((each) => runTests(each, { files, tsconfig, folder })));
    const { text, failed } = summarize(results);
    console.log(`\n${text}`);
    if (failed > 0) Deno.exitCode = 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
