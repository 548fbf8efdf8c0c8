/**
 * Changes the rules one small step at a time, and counts the changes that no test notices (T19).
 *
 * `deno task test:mutation flows/login.ts primitives` looks at these alone, or at some lines, as
 * `flows/login.ts:40-42`. `--sample=0.05 --seed=1` looks at a twentieth of the places, chosen at random. A list of
 * what survived is in the report that it names at the end.
 *
 * `--quick` leaves out the slowest tests: what survives then is worth another look. `--control=0.1` judges a tenth of
 * the changes, and a fifth of those that survive, a second time by `deno test` in a process of their own, and tells how
 * often both agree.
 *
 * @module
 */

import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { portableTests } from "./_portable_tests.ts";
import { readTree, type Tree } from "./_read_tree.ts";

const STRYKER = "@stryker-mutator/core@9.6.1";

/** Where the rules are. */
const RULES = ["flows", "primitives"];

/** They test what is not mutated. */
const ELSEWHERE = /^(?:adapters|tests\/(?:docs|foreign_hashes|kit|senders))\//;

/** They try many orders, histories or requests, which takes them longer than all others together. */
const SLOW =
  /(?:races|backpressure|busy_flows|canaries|faults|audit_trail_crash|stalled_calls)\.test\.ts$|^tests\/properties\//;

/** The same flows once more on a database tell no more about the flows, and a few random rounds tell most. */
const LESS = { TEST_STORES: "memory", SUITE_SHARE: "0.2" };

/** How many are judged twice. */
const CONTROL_SHARE = 0.02;

/** T19: of a hundred changes at least so many are noticed. */
const LEAST_SCORE = 85;

/** One change, and what became of it. */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: { readonly line: number } };
}

/** What Stryker writes, as far as it is read here. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

/** How many changes were noticed. */
export interface MutationScore {
  readonly noticed: number;
  readonly survived: number;
  /** In percent. */
  readonly score: number;
}

/**
 * Counts.
 *
 * @param mutants of one file or of all
 * @returns the score without what Stryker was told to ignore, and what does not even run
 */
export function scoreOf(mutants: readonly Mutant[]): MutationScore {
  const noticed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout").length;
  const survived = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage").length;
  return { noticed, survived, score: 100 * noticed / Math.max(1, noticed + survived) };
}

/**
 * Sums up.
 *
 * @param report of all files
 * @returns a line for each file and one for all, and whether that is enough
 */
export function summarize({ files }: MutationReport): { readonly text: string; readonly enough: boolean } {
  const line = (name: string, { noticed, survived, score }: MutationScore) =>
    `${name.padEnd(40)} ${score.toFixed(1).padStart(6)} % ${String(noticed).padStart(6)} ${
      String(survived).padStart(6)
    }`;
  const all = scoreOf(Object.values(files).flatMap(({ mutants }) => mutants));
  const lines = [
    `${"".padEnd(40)}    score noticed survived`,
    ...Object.entries(files).map(([name, { mutants }]) => line(name, scoreOf(mutants))),
    line("all", all),
  ];
  return { text: lines.join("\n"), enough: all.score >= LEAST_SCORE };
}

function configOf(paths: readonly string[], folder: string) {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  return {
    testRunner: "deno",
    coverageAnalysis: "perTest",
    mutate: paths.map((path) => path.endsWith(".ts") || path.includes(".ts:") ? path : `${path}/**/*.ts`),
    plugins: [here("_ignore_prose.mjs"), here("_deno_runner.mjs")],
    ignorers: ["prose"],
    ignorePatterns: ["docs", "server", "benchmarks", "tests/browser", "tests/services"],
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: `${folder}/report.json` },
    tempDirName: `${folder}/copy`,
    symlinkNodeModules: false,
    allowConsoleColors: false,
    concurrency: Math.max(1, cpus().length),
    // The runner has an eye on every test itself; this only has to be longer.
    timeoutMS: 3_600_000,
    dryRunTimeoutMinutes: 60,
  };
}

/** Long enough for most statements, and short enough that many files are met. */
const WINDOW_LINES = 10;

/** Which places, and how many of them. */
export interface Sample {
  /** Where to look. */
  readonly folders: readonly string[];
  /** From 0 to 1. */
  readonly share: number;
  /** The same places for the same seed. */
  readonly seed: number;
}

/**
 * Chooses places at random.
 *
 * @param tree the project
 * @param sample which, and how many
 * @returns ranges of lines as Stryker takes them
 */
export function sampleOf(tree: Tree, { folders, share, seed }: Sample): string[] {
  const random = randomNumbers(seed);
  const files = [...tree].filter(([path]) => folders.some((folder) => path.startsWith(`${folder}/`))).sort();
  return files.flatMap(([path, text]) => {
    const lines = text.split("\n").length;
    const starts = Array.from(
      { length: Math.ceil(lines / WINDOW_LINES) },
      (_, window) => window * WINDOW_LINES + 1,
    );
    return starts.filter(() => random() < share)
      .map((start) => `${path}:${start}-${Math.min(lines, start + WINDOW_LINES - 1)}`);
  });
}

/** Mulberry32, by Tommy Ettinger: the same numbers for the same seed, from 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function numberOf(option: string): number | undefined {
  const given = Deno.args.find((arg) => arg.startsWith(`--${option}=`))?.slice(option.length + 3);
  return given === undefined ? undefined : Number(given);
}

async function placesOf(folders: readonly string[]): Promise<readonly string[]> {
  const share = numberOf("sample");
  if (share === undefined) return folders;
  return sampleOf(await readTree(), { folders, share, seed: numberOf("seed") ?? 1 });
}

/** A line that the runner notes: what it did to be sure. */
export interface Check {
  readonly kind: string;
  readonly agrees?: boolean;
  readonly failures?: readonly unknown[];
}

/**
 * Says how far the verdicts can be trusted.
 *
 * @param checks what the runner noted
 * @returns a sentence, and whether both ways of judging agreed and nothing was left of a mutant
 */
export function trustIn(checks: readonly Check[]): { readonly text: string; readonly sound: boolean } {
  const of = (kind: string) => checks.filter((check) => check.kind === kind);
  const agreeing = of("twice").filter(({ agrees }) => agrees);
  const passing = of("unmutated").filter(({ failures = [] }) => failures.length === 0);
  return {
    text: `judged twice ${of("twice").length}, alike ${agreeing.length}; ` +
      `all tests without a mutant ${of("unmutated").length} times, passing ${passing.length}; ` +
      `judged anew in a new process ${of("anew").length}`,
    sound: agreeing.length === of("twice").length && passing.length === of("unmutated").length,
  };
}

async function environment(folder: string): Promise<Record<string, string>> {
  const tests = portableTests(await readTree()).filter((path) =>
    !ELSEWHERE.test(path) && !(Deno.args.includes("--quick") && SLOW.test(path))
  );
  await Deno.writeTextFile(`${folder}/tests.json`, JSON.stringify(tests));
  await Deno.writeTextFile(`${folder}/checks.jsonl`, "");
  return {
    ...LESS,
    NO_COLOR: "1",
    MUTATION_DENO: Deno.execPath(),
    MUTATION_TESTS: `${folder}/tests.json`,
    MUTATION_CHECKS: `${folder}/checks.jsonl`,
    MUTATION_CONTROL: String(numberOf("control") ?? CONTROL_SHARE),
  };
}

async function main(): Promise<void> {
  const folder = await Deno.makeTempDir();
  const config = `${folder}/stryker.config.json`;
  const chosen = Deno.args.filter((arg) => !arg.startsWith("--"));
  const paths = await placesOf(chosen.length > 0 ? chosen : RULES);
  await Deno.writeTextFile(config, JSON.stringify(configOf(paths, folder)));
  const args = ["-n", "10", "npx", "--yes", `--package=${STRYKER}`, "stryker", "run", config];
  const { success } = await new Deno.Command("nice", { args, env: await environment(folder) }).spawn().status;
  if (!success) Deno.exit(1);
  const report: MutationReport = JSON.parse(await Deno.readTextFile(`${folder}/report.json`));
  const { text, enough } = summarize(report);
  const checks = (await Deno.readTextFile(`${folder}/checks.jsonl`)).split("\n").filter((line) =>
    line !== ""
  );
  const trust = trustIn(checks.map((line): Check => JSON.parse(line)));
  console.log(`${text}\n\n${trust.text}\n\n${folder}/report.json`);
  if (!enough || !trust.sound) Deno.exitCode = 1;
}

if (import.meta.main) await main();
