import assert from "node:assert/strict";
import test from "node:test";
import { readTree } from "../../scripts/_read_tree.ts";
import { findViolations } from "../../scripts/check_versions.ts";
import { versionedTree } from "./_versioned_tree.ts";

const released = { "CHANGELOG.md": "# Changelog\n\n## 0.2.0 (2026-11-30)\n\n- Something new.\n" };

function pathsOf(files: Readonly<Record<string, string>>, tag?: string): string[] {
  return findViolations(versionedTree("0.2.0", files), tag).map(({ path }) => path);
}

test("findViolations() passes packages of one version", () => {
  assert.deepEqual(pathsOf({}), []);
});

test("findViolations() refuses every place with another version", () => {
  const other = '{\n  "name": "@userharbor/cli",\n  "version": "0.1.0",\n  "exports": "./mod.ts"\n}\n';
  assert.deepEqual(pathsOf({ "adapters/cli/deno.json": other }), ["adapters/cli/deno.json"]);
  assert.deepEqual(pathsOf({ "adapters/cli/deno.json": other.replace(/.*version.*\n/, "") }), [
    "adapters/cli/deno.json",
  ]);
  assert.deepEqual(pathsOf({ "adapters/cli/version.ts": 'export const VERSION = "0.1.9";\n' }), [
    "adapters/cli/version.ts",
  ]);
  assert.deepEqual(pathsOf({ "README.md": "npm:@userharbor/core@0.2.0 and jsr:@userharbor/argon2@^0.1.9" }), [
    "README.md",
  ]);
});

test("findViolations() refuses a version that is not three numbers", () => {
  for (const version of ["", "1", "0.2", "0.2.0-rc.1", "v0.2.0", "0.02.0"]) {
    assert.ok(findViolations(versionedTree(version)).length > 0, version);
  }
});

test("findViolations() passes the tag of a released version and refuses any other", () => {
  assert.deepEqual(pathsOf(released, "v0.2.0"), []);
  assert.deepEqual(pathsOf(released, "v0.2.1"), ["deno.json"]);
  assert.deepEqual(pathsOf(released, "0.2.0"), ["deno.json"]);
  assert.deepEqual(pathsOf({}, "v0.2.0"), ["CHANGELOG.md"]);
});

test("the packages have one version", async () => {
  assert.deepEqual(findViolations(await readTree()), []);
});
