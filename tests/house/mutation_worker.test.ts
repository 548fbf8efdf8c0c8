import assert from "node:assert/strict";
import test from "node:test";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPTS = fileURLToPath(new URL("../../scripts", import.meta.url));

/** As Stryker writes a mutant: this one is number 7. */
const TESTS = `
  import test from "node:test";
  const mutant = () => globalThis.__stryker__.activeMutant === "7";
  const cover = (id) => {
    const { currentTestId, mutantCoverage } = globalThis.__stryker__;
    const { static: always, perTest } = mutantCoverage ??
      (globalThis.__stryker__.mutantCoverage = { static: {}, perTest: {} });
    (currentTestId ? perTest[currentTestId] ??= {} : always)[id] = 1;
  };
  const atLoad = mutant();
  cover("8");
  if (!globalThis.isLoaded) cover("9");
  globalThis.isLoaded = true;
  let loops = 0;
  test("sound", () => {});
  test("mutated", () => { cover("7"); if (mutant()) throw new Error("noticed"); });
  test("mutated at load", () => { if (atLoad) throw new Error("noticed"); });
  test("hangs", async () => { if (mutant()) await new Promise(() => {}); });
  test("rejects aside", async () => {
    if (mutant()) Promise.reject(new Error("aside"));
    await new Promise((resolve) => setTimeout(resolve));
  });
  test("goes on", () => { if (mutant()) setInterval(() => { loops++; }, 1); });
`;

interface Answer {
  readonly tests?: readonly string[];
  readonly failures?: readonly { readonly test: string }[];
  readonly quiet?: boolean;
  readonly coverage?: {
    readonly static: Readonly<Record<string, number>>;
    readonly perTest: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
}

interface Question {
  readonly tests: readonly string[];
  readonly mutant?: string;
  readonly notes?: boolean;
}

/** Starts a worker, asks it all, and waits for its end. */
async function ask(env: Record<string, string>, questions: readonly Question[]): Promise<readonly Answer[]> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/case.test.ts`, TESTS);
  const path = relative(`${SCRIPTS}/..`, `${folder}/case.test.ts`);
  await Deno.writeTextFile(`${folder}/tests.json`, JSON.stringify([path]));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-lock", `${SCRIPTS}/_mutation_worker.ts`],
    env: { ...env, MUTATION_TESTS: `${folder}/tests.json` },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  for (const { tests, ...rest } of questions) {
    const named = { tests: tests.map((name) => `${path} ${name}`), ...rest };
    await writer.write(new TextEncoder().encode(`${JSON.stringify(named)}\n`));
  }
  await writer.close();
  const { stdout } = await child.output();
  await Deno.remove(folder, { recursive: true });
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.startsWith("@mutation ") && !line.includes('"starts"'))
    .map((line): Answer => JSON.parse(line.slice("@mutation ".length)));
}

const failed = ({ failures = [] }: Answer) => failures.map(({ test }) => test.slice(test.indexOf(" ") + 1));

test("a mutation worker notices what fails, hangs or rejects under a mutant, and nothing without one (T19)", async () => {
  const all = ["sound", "mutated", "mutated at load", "hangs", "rejects aside", "goes on"];
  const [loaded, ...answers] = await ask({}, [
    { tests: all },
    { tests: all, mutant: "7" },
    { tests: ["mutated at load", "hangs", "sound"], mutant: "7" },
    { tests: ["rejects aside"], mutant: "7" },
    { tests: all },
  ]);
  assert.deepEqual(failed({ failures: loaded?.tests?.map((test) => ({ test })) ?? [] }), [
    ...all,
    "loaded anew",
  ]);
  assert.deepEqual(answers.map(failed), [[], ["mutated"], ["hangs"], ["rejects aside"], []]);
  assert.deepEqual(answers.map(({ quiet }) => quiet), Array(5).fill(true));
});

test("a mutation worker that is started under a mutant loads the files under it (T19)", async () => {
  const [, answer] = await ask({ __STRYKER_ACTIVE_MUTANT__: "7" }, [{
    tests: ["mutated at load"],
    mutant: "7",
  }]);
  assert.deepEqual(failed(answer ?? {}), ["mutated at load"]);
});

test("a mutation worker tells when something goes on after a test (T19)", async () => {
  const [, answer] = await ask({}, [{ tests: ["goes on"], mutant: "7" }]);
  assert.deepEqual([failed(answer ?? {}), answer?.quiet], [[], false]);
});

test("a mutation worker notes which test comes across a mutant; a file that does is loaded anew as one (T19)", async () => {
  const tests = ["mutated", "loaded anew"];
  const [, noted, answer] = await ask({}, [{ tests, notes: true }, { tests: ["loaded anew"], mutant: "7" }]);
  const { static: always = {}, perTest = {} } = noted?.coverage ?? {};
  assert.deepEqual(failed(noted ?? {}), []);
  assert.deepEqual(Object.keys(always), ["9"]);
  const named = Object.entries(perTest).map((
    [test, hits],
  ) => [test.slice(test.indexOf(" ") + 1), Object.keys(hits)]);
  assert.deepEqual(named, [["loaded anew", ["7", "8"]], ["mutated", ["7"]]].toReversed());
  assert.deepEqual(failed(answer ?? {}), ["loaded anew"]);
});
