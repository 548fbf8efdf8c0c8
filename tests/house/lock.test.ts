import assert from "node:assert/strict";
import test from "node:test";
import { readTree } from "../../scripts/_read_tree.ts";
import { findStrayLocks, testsWithNpm } from "../../scripts/lock.ts";
import { treeOf } from "./_tree_of.ts";

function lockOf(...specifiers: readonly string[]): string {
  return JSON.stringify({
    specifiers: Object.fromEntries(specifiers.map((specifier) => [specifier, "1.0.0"])),
  });
}

test("findStrayLocks() refuses what no package imports", () => {
  const lock = lockOf("npm:mail-client@1.0.0", "npm:fast-check@4.10.2");
  const violations = findStrayLocks(treeOf({ "deno.lock": lock }));
  assert.equal(violations.length, 1);
  assert.match(violations[0]?.message ?? "", /^npm:fast-check@4\.10\.2 /);
  assert.deepEqual(findStrayLocks(treeOf({ "deno.lock": lockOf("npm:mail-client@1.0.0") })), []);
});

test("deno.lock holds nothing that only tests import (R120)", async () => {
  assert.deepEqual(findStrayLocks(await readTree()), []);
});

test("testsWithNpm() finds the tests with npm packages of their own", () => {
  const fromNpm = 'import fc from "npm:fast-check@4.10.2";';
  const tree = treeOf({
    "tests/properties/tokens.test.ts": fromNpm,
    "tests/login.test.ts": `// ${fromNpm}`,
    "tests/consumers/node/main.ts": fromNpm,
    "benchmarks/login.ts": fromNpm,
  });
  assert.deepEqual(testsWithNpm(tree), ["tests/properties/tokens.test.ts"]);
});
