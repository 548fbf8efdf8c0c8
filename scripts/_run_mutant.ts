/**
 * The command that Stryker runs for each mutant: only the tests that come across it, the quickest first.
 *
 * Without a mutant it runs every test file once and notes which mutants it comes across, and how long it takes.
 *
 * @module
 */

import { portableTests } from "./_portable_tests.ts";
import { readTree } from "./_read_tree.ts";

/** Kept in the copy of the project that Stryker works on. */
const NOTES = "mutation_notes.json";

/** They test what is not mutated. */
const ELSEWHERE = /^(?:adapters|tests\/(?:docs|foreign_hashes|kit))\//;

/** They try many orders, histories or requests, which takes them longer than all others together. */
const SLOW = /(?:races|backpressure|busy_flows|faults|audit_trail_crash)\.test\.ts$|^tests\/properties\//;

/** With `--quick`. */
const LEAVES_OUT_SLOW = Deno.env.get("MUTATION_QUICK") === "true";

/** The same flows once more on a database tell no more about the flows. */
const ON_MEMORY = { TEST_STORES: "memory" };

/** A mutant may loop for ever; a busy machine may take its time. */
const PATIENCE = 8;
const LEAST_MS = 10_000;

/** Most mutants die in the first few files; starting a process takes as long as running one of them. */
const FIRST_FILES = 4;

/** Where mutants before this one were noticed: they are numbered by place, so a neighbour's test is the best guess. */
const KILLS = "mutation_kills";
const NEIGHBOURS = 12;

/** What is known of a test file. */
interface Note {
  readonly path: string;
  readonly ms: number;
  readonly mutants: readonly string[];
}

interface Outcome {
  readonly success: boolean;
  /** The file that was being run when it ended. */
  readonly last: string | undefined;
}

async function run(notes: readonly Note[], env: Record<string, string> = {}): Promise<Outcome> {
  const expected = notes.reduce((sum, { ms }) => sum + ms, 0);
  const signal = AbortSignal.timeout(expected * PATIENCE + LEAST_MS);
  const options = ["--no-check", "--fail-fast", "--lock=tests/deno.lock", "--frozen"];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...options, "--preload=scripts/_note_coverage.ts", ...notes.map(({ path }) => path)],
    env: { ...ON_MEMORY, NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "null",
    signal,
  }).output();
  const last = [...new TextDecoder().decode(stdout).matchAll(/^running \d+ tests? from \.\/(\S+)$/gm)].at(-1);
  return { success, last: last?.[1] };
}

async function note(path: string): Promise<Note> {
  const file = await Deno.makeTempFile();
  const started = performance.now();
  const { success } = await run([{ path, ms: 60_000, mutants: [] }], { MUTATION_COVERAGE: file });
  const ms = performance.now() - started;
  if (!success) throw new Error(`Cannot judge mutants: ${path} fails without any`);
  const text = await Deno.readTextFile(file);
  await Deno.remove(file);
  return { path, ms, mutants: text === "" ? [] : JSON.parse(text) };
}

async function noteAll(): Promise<void> {
  const notes: Note[] = [];
  for (const path of portableTests(await readTree())) {
    if (ELSEWHERE.test(path) || LEAVES_OUT_SLOW && SLOW.test(path)) continue;
    notes.push(await note(path));
  }
  notes.sort((one, other) => one.ms - other.ms);
  await Deno.mkdir(KILLS, { recursive: true });
  await Deno.writeTextFile(NOTES, JSON.stringify(notes));
}

async function survives(mutant: string): Promise<boolean> {
  const notes: readonly Note[] = JSON.parse(await Deno.readTextFile(NOTES));
  const likely = await killersNear(Number(mutant));
  const covering = notes.filter(({ mutants }) => mutants.includes(mutant));
  const ordered = [
    ...likely.flatMap((killer) => covering.filter(({ path }) => path === killer)),
    ...covering.filter(({ path }) => !likely.includes(path)),
  ];
  const first = likely.length > 0 ? Math.min(likely.length, FIRST_FILES) : FIRST_FILES;
  for (const some of [ordered.slice(0, first), ordered.slice(first)]) {
    if (some.length === 0) continue;
    const { success, last } = await run(some);
    if (success) continue;
    if (last !== undefined) await Deno.writeTextFile(`${KILLS}/${mutant}`, last);
    return false;
  }
  return true;
}

/** The nearest one's first. */
async function killersNear(mutant: number): Promise<readonly string[]> {
  const killers = new Set<string>();
  for (let near = 1; near <= NEIGHBOURS; near++) {
    const killer = await Deno.readTextFile(`${KILLS}/${mutant - near}`).catch(() => "");
    if (killer !== "") killers.add(killer);
  }
  return [...killers];
}

const mutant = Deno.env.get("__STRYKER_ACTIVE_MUTANT__");
if (mutant === undefined) await noteAll();
else if (!await survives(mutant)) Deno.exitCode = 1;
