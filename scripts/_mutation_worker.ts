/**
 * Holds the tests in one process and runs those it is asked for, under one mutant after another.
 *
 * It reads its requests without waiting for them, so nothing is pending while a test runs but what the test began:
 * when the event loop runs dry, the test would never have ended.
 *
 * @module
 */

/** What is asked, a line of JSON each. */
interface Request {
  readonly tests: readonly string[];
  /** Absent: the tests run on the code as it is. */
  readonly mutant?: string;
  /** How often the mutant may be come across before that is an endless loop. */
  readonly hitLimit?: number;
  /** Whether to note which test comes across which mutant; then every test is run, whatever fails. */
  readonly notes?: boolean;
}

/** What Stryker's instrumentation reads and keeps. */
interface Instrumentation {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: Coverage;
}

/** How often each mutant was come across. */
type Hits = Record<string, number>;

interface Coverage {
  /** While nothing named a test: a process that loads all anew is the only way to judge these. */
  readonly static: Hits;
  readonly perTest: Record<string, Hits>;
}

interface Failure {
  readonly test: string;
  readonly message: string;
}

type Run = (context: unknown) => void | Promise<void>;

/** What `Deno.test` hands to a test, as far as `node:test` asks for it. */
const CONTEXT = { name: "", origin: "", step: () => Promise.resolve(true) };

/** What still goes on after a test gets so long to end by itself. */
const SETTLE_MS = 2_000;

const stryker: Instrumentation = {};
Object.assign(globalThis, { __stryker__: stryker });

const paths: readonly string[] = JSON.parse(await Deno.readTextFile(Deno.env.get("MUTATION_TESTS") ?? ""));

const cases = new Map<string, Run>();
const idle = new Set<() => void>();
const stray = new Set<(error: unknown) => void>();

/** What the parent reads; all other lines are a test's own. */
function tell(message: unknown): void {
  const line = new TextEncoder().encode(`@mutation ${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < line.length;) sent += Deno.stdout.writeSync(line.subarray(sent));
}

function* requests(): Generator<Request> {
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65_536);
  let text = "";
  for (let read = Deno.stdin.readSync(chunk); read !== null; read = Deno.stdin.readSync(chunk)) {
    text += decoder.decode(chunk.subarray(0, read), { stream: true });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield JSON.parse(text.slice(0, end));
      text = text.slice(end + 1);
    }
  }
}

function urlOf(path: string): string {
  return new URL(`../${path}`, import.meta.url).href;
}

/** Loads a file, and takes its tests: `node:test` hands them to `Deno.test`. */
async function load(url: string, add: (name: string, run: Run) => void): Promise<void> {
  const test = (
    { name, fn, ignore }: { readonly name: string; readonly fn: Run; readonly ignore: boolean },
  ) => {
    if (!ignore) add(name, fn);
  };
  Object.assign(Deno, { test });
  await import(url);
}

/** Names what runs while a file is loaded for the first time. */
const loaded = (path: string) => `${path} loaded`;

/** A test of its own, for files that run rules while they are loaded: they are loaded once more, with all their tests. */
const anew = (path: string) => `${path} loaded anew`;

async function collect(path: string): Promise<void> {
  stryker.currentTestId = loaded(path);
  await load(urlOf(path), (name, run) => {
    let id = `${path} ${name}`;
    while (cases.has(id)) id += " again";
    cases.set(id, run);
  });
  stryker.currentTestId = undefined;
}

function addLoading(path: string): void {
  let times = 0;
  cases.set(anew(path), async () => {
    const runs: Run[] = [];
    await load(`${urlOf(path)}?${++times}`, (_, run) => runs.push(run));
    for (const run of runs) await run(CONTEXT);
  });
}

/** What was come across the first time alone is not met again by loading anew, so that needs a process. */
function noteLoading({ static: always, perTest }: Coverage, path: string): void {
  for (const [mutant, hits] of Object.entries(perTest[loaded(path)] ?? {})) {
    if (perTest[anew(path)]?.[mutant] === undefined) always[mutant] = hits;
  }
  delete perTest[loaded(path)];
}

/** So that what the rules run while they are loaded counts for no test file. */
async function loadRules(): Promise<void> {
  for (const folder of ["flows", "primitives"]) {
    for await (const { name } of Deno.readDir(new URL(`../${folder}`, import.meta.url))) {
      if (name.endsWith(".ts")) await import(urlOf(`${folder}/${name}`));
    }
  }
}

function listen(): void {
  addEventListener("beforeunload", (event) => {
    if (idle.size === 0) return;
    event.preventDefault();
    const told = [...idle];
    idle.clear();
    for (const tellIdle of told) tellIdle();
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    for (const fail of stray) fail(event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    for (const fail of stray) fail(event.error);
  });
}

async function failureOf(test: string): Promise<Failure | undefined> {
  const run = cases.get(test);
  if (run === undefined) return { test, message: "There is no such test" };
  let failure: Failure | undefined;
  const fail = (error: unknown) => {
    failure ??= { test, message: String(error) };
  };
  stray.add(fail);
  const dry = Promise.withResolvers<void>();
  const onIdle = () => dry.reject(new Error("It never ends: the event loop ran dry"));
  idle.add(onIdle);
  try {
    await Promise.race([run(CONTEXT), dry.promise]);
  } catch (error) {
    fail(error);
  }
  idle.delete(onIdle);
  stray.delete(fail);
  return failure;
}

/** @returns whether nothing goes on any more */
async function settled(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onIdle = () => resolve(true);
  idle.add(onIdle);
  const timer = setTimeout(() => resolve(false), SETTLE_MS);
  // Otherwise the loop would never run dry.
  Deno.unrefTimer(timer);
  const quiet = await promise;
  clearTimeout(timer);
  idle.delete(onIdle);
  return quiet;
}

function activate({ mutant, hitLimit }: Request): void {
  stryker.activeMutant = mutant;
  stryker.hitCount = mutant === undefined ? undefined : 0;
  stryker.hitLimit = hitLimit ?? Infinity;
  // For what a test starts as a process of its own.
  if (mutant === undefined) Deno.env.delete("__STRYKER_ACTIVE_MUTANT__");
  else Deno.env.set("__STRYKER_ACTIVE_MUTANT__", mutant);
}

async function answer(request: Request): Promise<unknown> {
  activate(request);
  const failures: Failure[] = [];
  const times: Record<string, number> = {};
  for (const test of request.tests) {
    tell({ starts: test });
    if (request.notes) stryker.currentTestId = test;
    const started = performance.now();
    const failure = await failureOf(test);
    times[test] = performance.now() - started;
    if (failure !== undefined) failures.push(failure);
    if (request.notes) await settled();
    else if (failure !== undefined) break;
  }
  stryker.currentTestId = undefined;
  const quiet = await settled();
  const endless = (stryker.hitCount ?? 0) > (stryker.hitLimit ?? Infinity);
  activate({ tests: [] });
  if (!request.notes) return { failures, quiet, endless };
  const coverage = stryker.mutantCoverage ?? { static: {}, perTest: {} };
  for (const path of paths) noteLoading(coverage, path);
  return { failures, quiet, endless, times, coverage };
}

async function work(): Promise<void> {
  const mutant = Deno.env.get("__STRYKER_ACTIVE_MUTANT__");
  // What runs while the files load sees the mutant, too.
  activate(mutant === undefined ? { tests: [] } : { tests: [], mutant });
  await loadRules();
  for (const path of paths) await collect(path);
  for (const path of paths) if (stryker.mutantCoverage?.perTest[loaded(path)] !== undefined) addLoading(path);
  tell({ tests: [...cases.keys()] });
  for (const request of requests()) tell(await answer(request));
  Deno.exit();
}

listen();
// Not awaited here: the module would be pending, and the event loop would never count as dry.
work().catch((error: unknown) => {
  console.error(error);
  Deno.exit(1);
});
