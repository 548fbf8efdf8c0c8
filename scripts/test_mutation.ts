/**
 * Changes the rules one small step at a time, and counts the changes that no test notices (T19).
 *
 * `deno task test:mutation flows/login.ts primitives` looks at these alone. All of them take hours. With `--quick` the
 * slowest tests are left out: what survives then is worth another look, as `flows/login.ts:40-42`. A list of what
 * survived is in the report that it names at the end.
 *
 * `--sample=0.05 --seed=1` looks at a twentieth of the places, chosen at random.
 *
 * @module
 */

import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { readTree, type Tree } from "./_read_tree.ts";

const STRYKER = "@stryker-mutator/core@9.6.1";

/** Where the rules are. */
const RULES = ["flows", "primitives"];

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
    testRunner: "command",
    commandRunner: { command: `"${Deno.execPath()}" run -A --no-check scripts/_run_mutant.ts` },
    mutate: paths.map((path) => path.endsWith(".ts") || path.includes(".ts:") ? path : `${path}/**/*.ts`),
    plugins: [here("_ignore_prose.mjs")],
    ignorers: ["prose"],
    ignorePatterns: ["docs", "server", "benchmarks", "tests/browser", "tests/services"],
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: `${folder}/report.json` },
    tempDirName: `${folder}/copy`,
    symlinkNodeModules: false,
    allowConsoleColors: false,
    concurrency: Math.max(1, cpus().length),
    // The command ends by itself; this is for its first run, which is every test.
    timeoutMS: 600_000,
    dryRunTimeoutMinutes: 30,
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

async function main(): Promise<void> {
  const folder = await Deno.makeTempDir();
  const config = `${folder}/stryker.config.json`;
  const chosen = Deno.args.filter((arg) => !arg.startsWith("--"));
  const paths = await placesOf(chosen.length > 0 ? chosen : RULES);
  await Deno.writeTextFile(config, JSON.stringify(configOf(paths, folder)));
  const args = ["-n", "15", "npx", "--yes", `--package=${STRYKER}`, "stryker", "run", config];
  const env = { MUTATION_QUICK: String(Deno.args.includes("--quick")) };
  const { success } = await new Deno.Command("nice", { args, env }).spawn().status;
  if (!success) Deno.exit(1);
  const report: MutationReport = JSON.parse(await Deno.readTextFile(`${folder}/report.json`));
  const { text, enough } = summarize(report);
  console.log(`${text}\n\n${folder}/report.json`);
  if (!enough) Deno.exitCode = 1;
}

if (import.meta.main) await main();
