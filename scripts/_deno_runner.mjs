/**
 * Runs tests for Stryker in Deno processes that stay: a mutant costs the tests that come across it, and no more.
 *
 * A mutant counts as noticed once the test that failed passes again without it, in the same process; if it does not,
 * what was left behind is thrown away with the process, and the mutant is judged anew in a new one. A share of the
 * mutants, chosen at random, is judged a second time by `deno test` in a process of its own.
 *
 * @module
 */

import { execFile, spawn } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const DENO = process.env.MUTATION_DENO;
const FLAGS = ["-A", "--no-check", "--lock=tests/deno.lock", "--frozen"];

/** In the copy of the project that Stryker works on: how long each test takes, and what it comes across. */
const NOTES = "mutation_notes.json";

/** A mutant may loop for ever; a busy machine may take its time. */
const PATIENCE = 15;
const LEAST_MS = 10_000;

/** A test that takes longer waits its turn, whatever it noticed before. */
const QUICK_MS = 500;

/** Longer than all tests take. */
const TEST_PROCESS_MS = 600_000;

/** Of what a test process wrote, so much is noted: characters. */
const TAIL = 2_000;

/** Every so many mutants all tests have to pass without any. */
const MUTANTS_BETWEEN_CHECKS = 250;

/** Mutants are numbered by place, so what noticed a neighbour is the best guess. */
const NEIGHBOURS = 15;

/** A process that holds the tests. */
class Worker {
  #child;
  #lines;
  /** How long each test may take: milliseconds. */
  #patienceOf;

  constructor({ mutant, patienceOf }) {
    const env = { ...process.env, ...(mutant === undefined ? {} : { __STRYKER_ACTIVE_MUTANT__: mutant }) };
    const args = ["run", ...FLAGS, "scripts/_mutation_worker.ts"];
    this.#child = spawn(DENO, args, { env, stdio: ["pipe", "pipe", "ignore"] });
    this.#child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#patienceOf = patienceOf;
  }

  /** @returns the names of all tests; undefined when the files could not be loaded */
  async tests() {
    return (await this.#answer(PATIENCE * LEAST_MS)).tests;
  }

  /** @returns what became of it; `ended` when the process did, `late` when it had to be ended */
  run(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#answer(LEAST_MS);
  }

  end() {
    this.#child.kill("SIGKILL");
  }

  async #answer(patienceMs) {
    let late = false;
    let test;
    const stop = () => {
      late = true;
      this.end();
    };
    let timer = setTimeout(stop, patienceMs);
    try {
      for (;;) {
        const { done, value } = await this.#lines.next();
        if (done) return { failures: [{ test, message: "the process ended" }], ended: true, late };
        if (!value.startsWith("@mutation ")) continue;
        const told = JSON.parse(value.slice("@mutation ".length));
        if (told.starts === undefined) return told;
        test = told.starts;
        clearTimeout(timer);
        timer = setTimeout(stop, this.#patienceOf(test));
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** As `declareClassPlugin` of `@stryker-mutator/api` would take it. */
class DenoRunner {
  #worker;
  #notes;
  /** What noticed a mutant, by its number. */
  #killers = new Map();
  #judged = 0;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const worker = this.#open();
    const tests = await worker.tests();
    const { failures, times, coverage } = await worker.run({ tests, notes: true });
    worker.end();
    if (times === undefined) return { status: "error", errorMessage: JSON.stringify(failures) };
    this.#notes = { times, coverage: coverage.perTest };
    writeFileSync(NOTES, JSON.stringify(this.#notes));
    const failed = new Map(failures.map(({ test, message }) => [test, message]));
    return {
      status: "complete",
      mutantCoverage: coverage,
      tests: tests.map((id) => ({
        id,
        name: id,
        timeSpentMs: times[id],
        status: failed.has(id) ? 1 : 0,
        failureMessage: failed.get(id),
      })),
    };
  }

  async mutantRun(options) {
    // Another process of Stryker's may have made them, after this one began.
    this.#notes ??= JSON.parse(readFileSync(NOTES, "utf8"));
    const verdict = await this.#judge(options);
    if (verdict.killedBy?.length > 0) this.#killers.set(Number(options.activeMutant.id), verdict.killedBy[0]);
    note({ kind: "verdict", ...verdict, mutant: options.activeMutant });
    await this.#judgeTwice(options, verdict);
    if (++this.#judged % MUTANTS_BETWEEN_CHECKS === 0) await this.#checkAll();
    return verdict;
  }

  async dispose() {
    if (this.#judged > 0) await this.#checkAll();
    this.#worker?.end();
  }

  #open(mutant) {
    return new Worker({
      mutant,
      patienceOf: (test) => LEAST_MS + PATIENCE * (this.#notes?.times[test] ?? LEAST_MS),
    });
  }

  /** @returns a process that has seen no mutant, or one that shows nothing of those it saw */
  async #clean() {
    if (this.#worker !== undefined) return this.#worker;
    this.#worker = this.#open();
    if (await this.#worker.tests() === undefined) {
      throw new Error("Cannot judge mutants: no test can be loaded");
    }
    return this.#worker;
  }

  #throwAway() {
    this.#worker?.end();
    this.#worker = undefined;
  }

  async #judge(options) {
    const { activeMutant: { id: mutant }, reloadEnvironment, hitLimit } = options;
    const request = { tests: this.#ordered(options), mutant, hitLimit };
    if (request.tests.length === 0) throw new Error(`Cannot judge mutants: no test for ${mutant}`);
    if (!reloadEnvironment) {
      const worker = await this.#clean();
      const outcome = await worker.run(request);
      if (await isSound(outcome, worker)) return verdictOf(outcome, request);
      note({ kind: "anew", mutant, ...outcome });
      this.#throwAway();
    }
    const outcome = await this.#judgeAlone(request, { loaded: reloadEnvironment });
    const test = outcome.failures[0]?.test;
    if (test !== undefined && !await this.#passes(test)) {
      throw new Error(`Cannot judge mutants: ${test} fails without any`);
    }
    return verdictOf(outcome, request);
  }

  /** In a process of its own; `loaded` if the mutant is there while the files are loaded. */
  async #judgeAlone(request, { loaded }) {
    const worker = this.#open(loaded ? request.mutant : undefined);
    try {
      const tests = await worker.tests();
      return tests === undefined
        ? { failures: [{ message: "no test can be loaded" }] }
        : await worker.run(request);
    } finally {
      worker.end();
    }
  }

  async #passes(test) {
    for (const attempt of [1, 2]) {
      const { failures: [failure] } = await (await this.#clean()).run({ tests: [test] });
      if (failure === undefined) return true;
      note({ kind: "left", attempt, ...failure });
      this.#throwAway();
    }
    return false;
  }

  async #checkAll() {
    const tests = Object.keys(this.#notes.times);
    const { failures } = await (await this.#clean()).run({ tests });
    note({ kind: "unmutated", judged: this.#judged, failures });
    if (failures.length > 0) this.#throwAway();
  }

  /** What noticed a neighbour, what comes across its neighbours, what is quick. */
  #ordered({ activeMutant: { id }, testFilter }) {
    const { times, coverage } = this.#notes;
    const near = (by) =>
      Array.from({ length: NEIGHBOURS }, (_, distance) => String(Number(id) + by * (distance + 1)));
    const neighbours = [...near(-1), ...near(1)];
    const likely = new Set(neighbours.map((neighbour) => this.#killers.get(Number(neighbour))));
    const rank = (test) =>
      likely.has(test) && times[test] < QUICK_MS
        ? 0
        : neighbours.some((neighbour) => coverage[test]?.[neighbour] !== undefined)
        ? 1
        : 2;
    const ranked = (testFilter ?? Object.keys(times)).map((test) => ({
      test,
      rank: rank(test),
      ms: times[test],
    }));
    ranked.sort((one, other) => one.rank - other.rank || one.ms - other.ms);
    return ranked.map(({ test }) => test);
  }

  async #judgeTwice({ activeMutant: { id }, testFilter }, { status, killedBy = [] }) {
    // Spread evenly, by the golden ratio; survivors are few, and the more interesting.
    const share = Number(process.env.MUTATION_CONTROL) * (status === "survived" ? 2 : 1);
    if ((Number(id) * 0.6180339887) % 1 >= share) return;
    const files = new Set((testFilter ?? Object.keys(this.#notes.times)).map(fileOf));
    const first = killedBy.length > 0 ? await testProcess(id, killedBy.map(fileOf)) : { passes: true };
    const { passes, output } = first.passes ? await testProcess(id, files) : first;
    const agrees = passes === (status === "survived");
    // A test that needs an idle computer, or a process of its own, says nothing about the mutant.
    const usable = agrees || status !== "survived" || (await testProcess(undefined, files)).passes;
    note({
      kind: usable ? "twice" : "unusable",
      mutant: id,
      status,
      agrees,
      output: agrees ? undefined : output,
    });
  }
}

/** Whether it says something about the mutant, and nothing of it is left. */
async function isSound({ ended, quiet, failures: [failure] }, worker) {
  if (ended || !quiet) return false;
  return failure === undefined || (await worker.run({ tests: [failure.test] })).failures.length === 0;
}

/** As Stryker takes it. */
function verdictOf({ failures: [failure], late, endless }, { tests }) {
  if (failure === undefined) return { status: "survived", nrOfTests: tests.length };
  if (late || endless) return { status: "timeout", reason: failure.test };
  const killedBy = failure.test === undefined ? [] : [failure.test];
  return {
    status: "killed",
    killedBy,
    failureMessage: failure.message,
    nrOfTests: tests.indexOf(failure.test) + 1,
  };
}

function fileOf(test) {
  return test.slice(0, test.indexOf(" "));
}

/** As everybody runs tests, one process for the files. */
function testProcess(mutant, files) {
  const env = { ...process.env, ...(mutant === undefined ? {} : { __STRYKER_ACTIVE_MUTANT__: mutant }) };
  const options = { env, timeout: TEST_PROCESS_MS, killSignal: "SIGKILL", maxBuffer: Infinity };
  return new Promise((resolve) => {
    execFile(DENO, ["test", "--fail-fast", ...FLAGS, ...files], options, (error, stdout) => {
      resolve({ passes: error === null, output: stdout.slice(-TAIL) });
    });
  });
}

function note(line) {
  appendFileSync(process.env.MUTATION_CHECKS, `${JSON.stringify(line)}\n`);
}

/** The runner. */
export const strykerPlugins = [{ kind: "TestRunner", name: "deno", injectableClass: DenoRunner }];
