import assert from "node:assert/strict";
import test from "node:test";
import { longTests, shareOf } from "../../scripts/test_long.ts";
import { treeOf } from "./_tree_of.ts";

const TREE = treeOf({
  "tests/_effort.ts": 'const share = process.env["LONG_RUN_SHARE"];',
  "tests/_stores.ts": 'import { effort } from "./_effort.ts";',
  "tests/login.test.ts": 'import { open } from "./_harness.ts";',
  "tests/races.test.ts": 'import { stores } from "./_stores.ts";',
  "tests/properties/names.test.ts": 'import { effort } from "../_effort.ts";',
  "adapters/policy/list.test.ts": 'const every = process.env["LONG_RUN_SHARE"] === undefined;',
  "tests/services/races.test.ts": 'import { effort } from "../_effort.ts";',
  "tests/long/timing.test.ts": "",
});

test("longTests() finds who asks for the share, directly or through others, and what is long by nature, but for real servers", () => {
  assert.deepEqual(longTests(TREE), {
    together: ["tests/races.test.ts", "tests/properties/names.test.ts", "adapters/policy/list.test.ts"],
    alone: ["tests/long/timing.test.ts"],
  });
});

test("longTests() leaves out what is not under the paths", () => {
  assert.deepEqual(longTests(TREE, ["tests/properties", "tests/login.test.ts"]), {
    together: ["tests/properties/names.test.ts"],
    alone: [],
  });
  assert.deepEqual(longTests(TREE, ["tests/long"]), { together: [], alone: ["tests/long/timing.test.ts"] });
});

test("shareOf() is all of it unless told otherwise", () => {
  assert.equal(shareOf(["tests/long"]), 1);
  assert.equal(shareOf(["--share=0.02"]), 0.02);
  for (const share of ["0", "-1", "1.1", "x", "NaN"]) {
    assert.throws(() => shareOf([`--share=${share}`]), RangeError);
  }
});
