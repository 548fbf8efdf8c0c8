import assert from "node:assert/strict";
import test from "node:test";
import { findStrayFiles } from "../../scripts/publish_dry_run.ts";

const FOLDER = "file:///project/";

function listing(paths: readonly string[]): string {
  const files = paths.map((path) => `   ${FOLDER}${path} (1.2KB)`).join("\n");
  return `Simulating publish of @userharbor/core@0.1.0 with files:\n${files}\nSuccess Dry run complete\n`;
}

test("findStrayFiles() refuses tests, scripts, servers and other packages", () => {
  for (
    const path of [
      "tests/login.test.ts",
      "flows/login.test.ts",
      "_test_store.ts",
      "scripts/ok.ts",
      "server/main.ts",
      "adapters/memory/mod.ts",
      "benchmarks/login.ts",
      ".ci/run",
      "deno.lock",
    ]
  ) {
    const violations = findStrayFiles(listing(["mod.ts", path]), FOLDER);
    assert.deepEqual(violations.map((violation) => violation.path), [path]);
  }
});

test("findStrayFiles() passes sources and refuses an empty list", () => {
  assert.deepEqual(
    findStrayFiles(listing(["LICENSE", "deno.json", "mod.ts", "testing/test_clock.ts"]), FOLDER),
    [],
  );
  assert.equal(findStrayFiles("Success Dry run complete\n", FOLDER).length, 1);
});
