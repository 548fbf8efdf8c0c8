import assert from "node:assert/strict";
import test from "node:test";
import { findViolations } from "../../scripts/check_names.ts";
import { treeOf } from "./_tree_of.ts";

const FORBIDDEN_PATHS = [
  "flows/utils.ts",
  "flows/_helpers.ts",
  "adapters/mail/common.ts",
  "types/user.ts",
  "adapters/mail/types.ts",
  "flows/session_manager.ts",
  "adapters/mail/service/send.ts",
  "adapters/mail/index.ts",
  "flows/resetPassword.ts",
  "flows/reset-password.ts",
  "tests/Login.test.ts",
];

const ALLOWED_PATHS = [
  "flows/reset_password.ts",
  "flows/_sessions.ts",
  "tests/services/postgres.test.ts",
  "adapters/sql/migrations/0001_accounts.ts",
  "adapters/deno-kv/mod.ts",
  "docs/custom-integrations.md",
  ".ci/run",
];

/** Text that is refused in a file. */
const FORBIDDEN: readonly (readonly [path: string, text: string])[] = [
  ["flows/login.ts", "const a: any = 1;"],
  ["flows/login.ts", "type A = Map<string, any>;"],
  ["flows/login.ts", "const a = b as any;"],
  ["flows/login.ts", "type A = any[];"],
  ["flows/login.ts", "// @ts-ignore wrong"],
  ["flows/login.ts", "// @ts-expect-error wrong"],
  ["flows/login.ts", "// @ts-nocheck"],
  ["flows/login.ts", "// deno-lint-ignore no-empty"],
  ["flows/login.ts", "// TODO later"],
  ["deno.json", '{ "FIXME": 1 }'],
  ["README.md", "cd /home/ada/userharbor"],
  ["flows/login.ts", 'const path = "/tmp/store";'],
  ["deno.lock", '{ "tarball": "" }'],
  ["deno.lock", "https://registry.example.org/a.tgz"],
  ["README.md", "https://npm.jsr.io"],
  ["primitives/tokens.ts", "const a = Math.random();"],
  ["adapters/sql/retry.ts", "const a = Math.random();"],
  ["adapters/sql/mod.test.ts", "const a = Promise.try(run);"],
  ["tests/login.test.ts", "const a = bytes.toHex();"],
  ["tests/login.test.ts", 'test.only("a", () => {});'],
  ["tests/login.test.ts", 'test("a", { only: true }, () => {});'],
  ["tests/login.test.ts", 'test.skip("a", () => {});'],
  ["adapters/mail/mod.test.ts", 'describe.skip("a", () => {});'],
];

const ALLOWED: readonly (readonly [path: string, text: string])[] = [
  ["flows/login.ts", '// any\nconst any1 = { any: "any" }; Promise.any([]);'],
  ["flows/login.ts", '// Math.random\nconst a = "Math.random";'],
  ["adapters/sql/_jitter.ts", "const a = Math.random();"],
  ["tests/server/stop.test.ts", "const a = Promise.try(run);"],
  ["tests/login.test.ts", "const a = toHex(bytes);"],
  ["README.md", "https://example.org/home/ada and ../tmp/x and /users/me"],
  ["README.md", "https://jsr.io/@userharbor/core and https://www.npmjs.com/package/@userharbor/core"],
  ["tests/services/postgres.test.ts", 'test("a", (t) => t.skip("apt-get install postgresql"));'],
];

test("findViolations() refuses names that say nothing, and all but snake_case", () => {
  for (const path of FORBIDDEN_PATHS) assert.equal(findViolations(treeOf({ [path]: "" })).length, 1, path);
  for (const path of ALLOWED_PATHS) assert.deepEqual(findViolations(treeOf({ [path]: "" })), [], path);
});

test("findViolations() refuses what is written nowhere (R46)", () => {
  for (const [path, text] of FORBIDDEN) {
    const violations = findViolations(treeOf({ [path]: `\n${text}\n` }));
    assert.equal(violations.length, 1, `${path}: ${text}`);
    assert.equal(violations[0]?.path, path);
    assert.equal(violations[0]?.line, 2);
  }
});

test("findViolations() passes what only resembles it", () => {
  for (const [path, text] of ALLOWED) assert.deepEqual(findViolations(treeOf({ [path]: text })), [], text);
});
