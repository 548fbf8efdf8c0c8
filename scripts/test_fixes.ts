/**
 * Takes one fix after the other out of a copy of the project, and demands that the tests which prove it fail.
 *
 * `deno task test:fixes V3 R49` looks at these rows alone; with `--services` at what tests on real servers prove, and at
 * nothing else. What is taken out, and which tests are to notice, is in `scripts/_removed_fixes.ts`.
 *
 * @module
 */

import { dirname } from "node:path";
import { editsOf, findUnfit, testsOfFix } from "./_fix_proofs.ts";
import { readTree, type Tree } from "./_read_tree.ts";
import { OWN_FIX_PROOFS, type RemovedFix } from "./_removed_fixes.ts";
import { type TestName, testNames } from "./_test_names.ts";

/** Each has a copy of the project to itself. */
const LANES = 2;

/** Longer than any of these tests takes on a busy machine. One that hangs has not noticed anything. */
const PATIENCE_MS = 180_000;

/** Tests that start servers have a configuration of their own. */
const SERVICES = "tests/services/";
const SERVICES_PATIENCE_MS = 900_000;

/** What else is in their files has to run along, so less of it. */
const SERVICES_SHARE = "0.02";

/** Where the cases of a contract are run. */
const CONTRACTS: Readonly<Record<string, Readonly<Record<"memory" | "SQLite", string>>>> = {
  "testing/store/": { memory: "adapters/memory/mod.test.ts", SQLite: "adapters/sql/mod.test.ts" },
  "testing/throttle/": {
    memory: "tests/kit/throttle_cases.test.ts",
    SQLite: "adapters/sql/sql_throttle.test.ts",
  },
};

/** Some tests, and on what. */
interface Selection {
  readonly tests: readonly TestName[];
  /** What races are run on. */
  readonly on: "memory" | "SQLite";
  /** For many files. */
  readonly isParallel?: boolean;
}

/** What became of a fix that was taken out. */
interface Outcome {
  readonly fix: RemovedFix;
  /** Tests that did not fail, and why. */
  readonly unmoved: readonly string[];
  readonly seconds: number;
}

/** What a run of tests said of each of them. */
export interface TapResult {
  readonly name: string;
  readonly ok: boolean;
}

/**
 * Reads what `deno test --reporter=tap` writes.
 *
 * @param tap the standard output
 * @param pattern which lines; steps and the tests of a suite are indented
 * @returns each test that was run, without its steps; a test that was skipped was not run
 */
export function readTap(tap: string, pattern: RegExp = /^(ok|not ok) \d+ - (.*)$/gm): TapResult[] {
  return [...tap.matchAll(pattern)]
    .filter(([, , name = ""]) => !/(?<!\\)# SKIP/.test(name))
    .map(([, verdict, name = ""]) => ({ ok: verdict === "ok", name: name.replace(/\\(.)/g, "$1") }));
}

/**
 * Recognises a test by its name as it is written.
 *
 * @param name a template keeps its substitutions
 * @returns what matches the name with whatever they stand for, and whatever a contract's adapter writes before it
 */
export function patternOf(name: string): RegExp {
  const parts = name.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(`${parts.join(".*")}$`);
}

function pathOf({ path }: TestName, on: Selection["on"]): readonly string[] {
  const contract = Object.entries(CONTRACTS).find(([folder]) => path.startsWith(folder))?.[1];
  return contract === undefined ? [path] : [contract[on]];
}

/** In their folder, whole files at a time: their tests stand in suites, by whose names alone Deno chooses. */
async function runOnServers(root: string, tests: readonly TestName[]): Promise<TapResult[]> {
  const files = new Set(tests.map(({ path }) => path.slice(SERVICES.length)));
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--reporter=tap", "--frozen", ...files],
    cwd: `${root}/${SERVICES}`,
    env: { NO_COLOR: "1", SUITE_SHARE: SERVICES_SHARE },
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(SERVICES_PATIENCE_MS),
  }).output();
  return readTap(new TextDecoder().decode(stdout), /^ *(ok|not ok) \d+ - (.*)$/gm);
}

function needsServers({ tests }: Pick<RemovedFix, "tests">): boolean {
  return Object.keys(tests).some((path) => path.startsWith(SERVICES));
}

async function runTests(root: string, { tests, on, isParallel = false }: Selection): Promise<TapResult[]> {
  if (tests.some(({ path }) => path.startsWith(SERVICES))) return await runOnServers(root, tests);
  const paths = new Set(tests.flatMap((test) => pathOf(test, on)));
  const filter = `/${tests.map(({ name }) => patternOf(name).source).join("|")}/`;
  const options = [
    "--no-check",
    "--reporter=tap",
    "--lock=tests/deno.lock",
    "--frozen",
    `--filter=${filter}`,
  ];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...(isParallel ? ["--parallel"] : []), ...options, ...paths],
    cwd: root,
    env: { NO_COLOR: "1", TEST_STORES: on },
    stdout: "piped",
    stderr: "null",
    ...(isParallel ? {} : { signal: AbortSignal.timeout(PATIENCE_MS) }),
  }).output();
  return readTap(new TextDecoder().decode(stdout));
}

/** What was written of the project so far, whether or not it was committed. */
async function listFiles(): Promise<string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { success, stdout } = await new Deno.Command("git", { args }).output();
  if (!success) throw new Error("Cannot copy the project: git does not list its files");
  return new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
}

async function copyProject(root: string): Promise<void> {
  for (const path of new Set(await listFiles())) {
    await Deno.mkdir(`${root}/${dirname(path)}`, { recursive: true });
    await Deno.copyFile(path, `${root}/${path}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // deleted, and not yet committed
    });
  }
}

/** Names of tests that fail although nothing was taken out, or are not run. */
async function failingAnyway(root: string, selection: Selection): Promise<string[]> {
  const { tests } = selection;
  if (tests.length === 0) return [];
  const results = await runTests(root, { ...selection, isParallel: true });
  return tests.filter(({ name }) => {
    const own = results.filter((result) => patternOf(name).test(result.name));
    return own.length === 0 || own.some(({ ok }) => !ok);
  }).map(({ path, name }) => `${path}: ${name}`);
}

async function takeOut(
  root: string,
  { fix, tests, tree }: {
    readonly fix: RemovedFix;
    readonly tests: readonly TestName[];
    readonly tree: Tree;
  },
): Promise<Outcome> {
  const started = performance.now();
  const texts = new Map<string, string>();
  for (const { file, find, replace } of editsOf(fix)) {
    texts.set(file, (texts.get(file) ?? tree.get(file) ?? "").replace(find, () => replace));
  }
  for (const [file, text] of texts) await Deno.writeTextFile(`${root}/${file}`, text);
  const results = await runTests(root, { tests, on: fix.on ?? "memory" });
  for (const file of texts.keys()) await Deno.writeTextFile(`${root}/${file}`, tree.get(file) ?? "");
  const unmoved = tests.flatMap(({ path, name }) => {
    const own = results.filter((result) => patternOf(name).test(result.name));
    if (own.some(({ ok }) => !ok)) return [];
    return [`${own.length === 0 ? "was not run" : "passes all the same"}: ${path}: ${name}`];
  });
  return { fix, unmoved, seconds: (performance.now() - started) / 1000 };
}

function tell({ fix: { rows, file }, unmoved, seconds }: Outcome): void {
  const verdict = unmoved.length === 0 ? "noticed" : "NOT NOTICED";
  console.log(
    `${rows.join(", ").padEnd(16)} ${verdict}: without what is in ${file} (${seconds.toFixed(1)} s)`,
  );
  for (const line of unmoved) console.log(`    ${line}`);
}

/** Takes the fixes out, in several copies at a time. */
async function takeOutAll(
  roots: readonly string[],
  { fixes, tree }: { readonly fixes: readonly RemovedFix[]; readonly tree: Tree },
): Promise<Outcome[]> {
  const all = testNames(tree);
  const outcomes: Outcome[] = [];
  const left = [...fixes];
  await Promise.all(roots.map(async (root) => {
    for (let fix = left.shift(); fix !== undefined; fix = left.shift()) {
      const tests = testsOfFix(fix, all).filter((test) => test !== undefined);
      const outcome = await takeOut(root, { fix, tests, tree });
      tell(outcome);
      outcomes.push(outcome);
    }
  }));
  return outcomes;
}

async function main(): Promise<void> {
  const tree = await readTree();
  const misfits = findUnfit(tree);
  for (const { message } of misfits) console.error(message);
  const rows = Deno.args.filter((arg) => !arg.startsWith("--"));
  const fixes = OWN_FIX_PROOFS.fixes.filter((fix) =>
    needsServers(fix) === Deno.args.includes("--services") &&
    (rows.length === 0 || fix.rows.some((row) => rows.includes(row)))
  );
  const folder = await Deno.makeTempDir();
  try {
    const roots = Array.from({ length: LANES }, (_, lane) => `${folder}/${lane}`);
    for (const root of roots) await copyProject(root);
    const failing: string[] = [];
    for (const on of ["memory", "SQLite"] as const) {
      const named = fixes.filter((fix) => (fix.on ?? "memory") === on)
        .flatMap((fix) => testsOfFix(fix, testNames(tree)));
      const tests = [...new Set(named)].filter((test) => test !== undefined);
      failing.push(...await failingAnyway(roots[0] ?? "", { tests, on }));
    }
    for (const name of failing) console.error(`fails with every fix in place, or is not run: ${name}`);
    const outcomes = await takeOutAll(roots, { fixes, tree });
    const unnoticed = outcomes.filter(({ unmoved }) => unmoved.length > 0).length;
    const failed = misfits.length + failing.length + unnoticed;
    // The closing line is worded as that of `deno test`.
    console.log(
      `\n${failed === 0 ? "ok" : "FAILED"} | ${outcomes.length - unnoticed} passed | ${failed} failed`,
    );
    if (failed > 0) Deno.exitCode = 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
