import assert from "node:assert/strict";
import test from "node:test";
import { packagePaths } from "../../scripts/_package_paths.ts";
import { portableTests } from "../../scripts/_portable_tests.ts";
import { type Counts, countTests, RUNTIMES } from "../../scripts/_runtimes.ts";
import { chooseRuntimes, type RuntimeResult, summarize } from "../../scripts/test_runtimes.ts";
import { treeOf } from "./_tree_of.ts";

function resultOf(runtime: string, counts: Partial<Counts>): RuntimeResult {
  return { runtime, passed: 12, failed: 0, skipped: 0, seconds: 1, ...counts };
}

/** What each runtime closes with after 12 tests that pass, 2 that fail, 1 that is cancelled or not, 3 skipped. */
const CLOSING: Readonly<Record<string, readonly [output: string, counts: Counts]>> = {
  deno: [
    "FAILED | 12 passed (4 steps) | 2 failed (1 step) | 3 ignored (1s)",
    { passed: 12, failed: 2, skipped: 3 },
  ],
  node: [
    "ℹ tests 18\nℹ suites 0\nℹ pass 12\nℹ fail 2\nℹ cancelled 1\nℹ skipped 3\nℹ todo 0\nℹ duration_ms 5",
    { passed: 12, failed: 3, skipped: 3 },
  ],
  bun: [
    " 12 pass\n 3 skip\n 2 fail\n 1 error\nRan 17 tests across 2 files. [1.00s]",
    { passed: 12, failed: 2, skipped: 3 },
  ],
};

for (const runtime of RUNTIMES) {
  const [output, counts] = CLOSING[runtime.name] ?? ["", { passed: 0, failed: 0, skipped: 0 }];

  const name = `${runtime.name} ${runtime.version}`;

  test(`countTests() reads what ${name} closes with`, () => {
    assert.deepEqual(countTests(runtime, { success: false, output: `one ... ok\n${output}\n` }), counts);
  });

  test(`countTests() takes a run on ${name} without a test, or cut off, as one failure`, () => {
    const failure = { passed: 0, failed: 1, skipped: 0 };
    assert.deepEqual(countTests(runtime, { success: true, output: "" }), failure);
    assert.deepEqual(countTests(runtime, { success: false, output: "error: Module not found" }), failure);
    const clean = output.replace(/(\d)( failed| fail$)/m, "0$2").replace(/(fail|cancelled) \d/g, "$1 0");
    assert.equal(countTests(runtime, { success: true, output: clean }).failed, 0);
    assert.equal(countTests(runtime, { success: false, output: clean }).failed, 1);
  });
}

test("summarize() closes with the sum of all runtimes", () => {
  const { text, failed } = summarize([
    resultOf("deno 2.9.6", { passed: 10, failed: 2 }),
    resultOf("node 24.21.0", { passed: 9, failed: 1, skipped: 2 }),
  ]);
  assert.equal(text.split("\n").at(-1), "19 passed, 3 failed");
  assert.equal(failed, 3);
});

test("summarize() refuses runtimes that saw different numbers of tests", () => {
  const same = summarize([resultOf("deno", {}), resultOf("bun", { passed: 9, skipped: 3 })]);
  assert.equal(same.failed, 0);
  const different = summarize([resultOf("deno", {}), resultOf("bun", { passed: 11 })]);
  assert.equal(different.failed, 1);
  assert.equal(different.text.split("\n").at(-1), "23 passed, 1 failed");
});

test("chooseRuntimes() takes names and other versions, and refuses what it does not know", () => {
  assert.deepEqual(chooseRuntimes().map(({ name }) => name), ["deno", "node", "node", "bun"]);
  const chosen = chooseRuntimes("bun,node@22.23.3").map(({ name, version }) => `${name} ${version}`);
  assert.deepEqual(chosen, ["bun 1.4.5", "node 22.23.3"]);
  const lines = chooseRuntimes("node,node@22,node@26.1.0,node@22.1.0,node@26").map(({ version }) => version);
  const [latest, earlier, ...others] = lines;
  assert.match(latest ?? "", /^24\.\d+\.\d+$/);
  assert.match(earlier ?? "", /^22\.\d+\.\d+$/);
  assert.deepEqual(others, ["26.1.0", "22.1.0", "26"]);
  // It alone needs help with the syntax of tests.
  assert.deepEqual(chooseRuntimes("node@22.1.0")[0]?.tools, chooseRuntimes("node@22")[0]?.tools);
  assert.notEqual(chooseRuntimes("node@22")[0]?.tools, chooseRuntimes("node")[0]?.tools);
  assert.throws(() => chooseRuntimes("node,rhino"), RangeError);
});

test("portableTests() are those of the test task that do not need Deno", () => {
  const tree = new Map([
    ["deno.json", JSON.stringify({ tasks: { test: "deno test -A --ignore=tests/services,benchmarks" } })],
    ...[
      "adapters/mail/mod.test.ts",
      "benchmarks/login.test.ts",
      "flows/login.ts",
      "tests/_harness.ts",
      "tests/house/lock.test.ts",
      "tests/login.test.ts",
      "tests/server/stop.test.ts",
      "tests/services/mail.test.ts",
    ].map((path) => [path, ""] as const),
  ]);
  assert.deepEqual(portableTests(tree), ["adapters/mail/mod.test.ts", "tests/login.test.ts"]);
});

test("packagePaths() are what the deno.json files and the tests say", () => {
  const { own, npm } = packagePaths(treeOf({
    "tests/properties/names.test.ts": 'import fc from "npm:fast-check@4.10.2";',
    "tests/house/lock.test.ts": 'import x from "npm:needs-deno@1.0.0";',
  }));
  assert.deepEqual(Object.fromEntries(own), {
    "@userharbor/core": "mod.ts",
    "@userharbor/core/transactions": "transactions.ts",
    "@userharbor/mail": "adapters/mail/mod.ts",
    "@userharbor/hono": "adapters/hono/mod.ts",
  });
  assert.deepEqual(Object.fromEntries(npm), {
    "mail-client": "npm:mail-client@1.0.0",
    "npm:fast-check@4.10.2": "npm:fast-check@4.10.2",
  });
});
