import assert from "node:assert/strict";
import test from "node:test";
import { findViolations } from "../../scripts/check_imports.ts";
import { treeOf } from "./_tree_of.ts";

/** An import that is refused: in which file, of what. */
const FORBIDDEN: readonly (readonly [path: string, statement: string])[] = [
  ["errors.ts", 'import type { User } from "./interfaces.ts";'],
  ["interfaces.ts", 'import type { ErrorCode } from "./errors.ts";'],
  ["transactions.ts", 'import { UserHarborError } from "./errors.ts";'],
  ["primitives/tokens.ts", 'import type { User } from "../interfaces.ts";'],
  ["primitives/tokens.ts", 'import { createHash } from "node:crypto";'],
  ["primitives/memory_throttle.ts", 'import { Throttle } from "../interfaces.ts";'],
  ["flows/login.ts", 'import { register } from "./register.ts";'],
  ["flows/login.ts", 'import { hash } from "npm:hash@1.0.0";'],
  ["flows/login.ts", 'const { x } = await import("node:fs");'],
  ["flows/login.ts", 'import "node:fs";'],
  ["flows/login.ts", 'export { UserHarbor } from "../harbor.ts";'],
  ["flows/login.ts", 'import {\n  type A,\n  b,\n} from "../mod.ts";'],
  ["options.ts", 'import { login } from "./flows/login.ts";'],
  ["options.ts", 'import type { LoginInput } from "./flows/login.ts";'],
  ["harbor.ts", 'import { FastPasswordHasher } from "./testing/fast_password_hasher.ts";'],
  ["mod.ts", 'export { TransactionGate } from "./transactions.ts";'],
  ["testing.ts", 'export { UserHarbor } from "./harbor.ts";'],
  ["testing/test_clock.ts", 'import test from "node:test";'],
  ["testing/test_clock.ts", 'import { login } from "../flows/login.ts";'],
  ["adapters/mail/mod.ts", 'import { UserHarborError } from "../../errors.ts";'],
  ["adapters/mail/mod.ts", 'import { TestClock } from "@userharbor/core/testing";'],
  ["adapters/mail/mod.ts", 'import { other } from "other-client";'],
  ["adapters/mail/mod.ts", 'import type { Socket } from "node:net";'],
  ["adapters/mail/mod.ts", 'import { createHandler } from "@userharbor/http";'],
  ["adapters/mail/drivers/net.ts", 'import { Socket } from "node:net";'],
  ["adapters/hono/mod.ts", 'import { MailSender } from "../mail/mod.ts";'],
  ["adapters/mail/mod.test.ts", 'import { login } from "../../flows/login.ts";'],
  ["server/main.ts", 'import { UserHarbor } from "../mod.ts";'],
  ["server/main.ts", 'import { serve } from "jsr:@std/http@1.0.0";'],
  ["scripts/lock.ts", 'import { walk } from "jsr:@std/fs@1.0.0";'],
  ["tests/login.test.ts", 'import { assert } from "jsr:@std/assert@1.0.0";'],
  ["tests/login.test.ts", 'import fc from "npm:fast-check@4.10.2";'],
  ["tests/properties/tokens.test.ts", 'import fc from "npm:fast-check@^4.10.2";'],
  ["tests/properties/tokens.test.ts", 'import fc from "npm:fast-check";'],
];

/** An import that passes. */
const ALLOWED: readonly (readonly [path: string, statement: string])[] = [
  ["primitives/tokens.ts", 'import { caseMap } from "./case_map.ts";'],
  ["primitives/memory_throttle.ts", 'import type { Throttle } from "../interfaces.ts";'],
  ["flows/login.ts", 'import { openSession } from "./_sessions.ts";'],
  ["flows/login.ts", '// import { readFile } from "node:fs";'],
  ["flows/login.ts", '/** import fs from "node:fs"; */'],
  ["flows/login.ts", 'const text = `import fs from "node:fs"; ${\'import("node:fs")\'}`;'],
  ["options.ts", 'import type { Harbor } from "./flows/_harbor.ts";'],
  ["harbor.ts", 'import { login } from "./flows/login.ts";'],
  ["mod.ts", 'export type { LoginInput } from "./flows/login.ts";'],
  ["testing/test_clock.ts", 'import assert from "node:assert/strict";'],
  ["adapters/mail/mod.ts", 'import { send } from "mail-client";'],
  ["adapters/mail/mod.ts", 'import { send } from "mail-client/smtp";'],
  ["adapters/mail/mod.ts", 'import { retry } from "./_retry.ts";'],
  ["adapters/mail/drivers/net.ts", 'import type { Socket } from "node:net";'],
  ["adapters/mail/mod.test.ts", 'import { TestClock } from "@userharbor/core/testing";'],
  ["adapters/mail/_test_server.ts", 'import { createServer } from "node:net";'],
  ["adapters/mail/mod.test.ts", 'import { MemoryUserStore } from "@userharbor/memory";'],
  ["adapters/hono/mod.ts", 'import { createHandler } from "@userharbor/http";'],
  ["server/main.ts", 'import { nodeSqlite } from "@userharbor/sql/node-sqlite";'],
  ["server/main.ts", "const port = Deno.env.get('PORT');"],
  ["tests/properties/tokens.test.ts", 'import fc from "npm:fast-check@4.10.2";'],
];

test("findViolations() refuses every import that the house does not allow", () => {
  for (const [path, statement] of FORBIDDEN) {
    const violations = findViolations(treeOf({ [path]: statement }));
    assert.equal(violations.length, 1, `${path}: ${statement}`);
    assert.equal(violations[0]?.path, path);
    assert.match(violations[0]?.message ?? "", /^may not import /);
  }
});

test("findViolations() passes what the house allows", () => {
  for (const [path, statement] of ALLOWED) {
    assert.deepEqual(findViolations(treeOf({ [path]: statement })), [], `${path}: ${statement}`);
  }
});

test("findViolations() names the line of an import", () => {
  const text = '/* one\n two */\nimport { a } from "../errors.ts";\n\nimport { b } from "../mod.ts";\n';
  const [violation] = findViolations(treeOf({ "flows/login.ts": text }));
  assert.equal(violation?.line, 5);
});

test("findViolations() refuses a source file that no rule covers", () => {
  assert.equal(findViolations(treeOf({ "plugins/sso.ts": "" })).length, 1);
});

test("findViolations() refuses circles, types included", () => {
  const circle = {
    "flows/_a.ts": 'import { b } from "./_b.ts";',
    "flows/_b.ts": 'import type { C } from "./_c.ts";',
    "flows/_c.ts": 'export type { A } from "./_a.ts";',
  };
  const violations = findViolations(treeOf(circle));
  assert.equal(violations.length, 1);
  assert.match(
    violations[0]?.message ?? "",
    /flows\/_a\.ts → flows\/_b\.ts → flows\/_c\.ts → flows\/_a\.ts$/,
  );
});

test("findViolations() refuses export * anywhere", () => {
  for (
    const statement of [
      'export * from "./a.ts";',
      'export * as a from "./a.ts";',
      'export type * from "./a.ts";',
    ]
  ) {
    assert.equal(findViolations(treeOf({ "adapters/mail/mod.ts": statement })).length, 1, statement);
  }
});

test("findViolations() holds mod.ts to named re-exports", () => {
  assert.equal(findViolations(treeOf({ "mod.ts": "export const a: number = 1;" })).length, 1);
  assert.equal(findViolations(treeOf({ "mod.ts": 'import "./errors.ts";' })).length, 1);
});

test("findViolations() holds mod.ts to sorted names and files", () => {
  const sorted = 'export { isA, UserB } from "./errors.ts";\nexport type { C } from "./interfaces.ts";\n';
  const names = 'export { UserB, isA } from "./errors.ts";\n';
  const files = 'export type { C } from "./interfaces.ts";\nexport { a } from "./errors.ts";\n';
  assert.deepEqual(findViolations(treeOf({ "mod.ts": sorted })), []);
  assert.equal(findViolations(treeOf({ "mod.ts": names })).length, 1);
  assert.equal(findViolations(treeOf({ "mod.ts": files })).length, 1);
});

test("findViolations() refuses the Deno global in the core, not in its comments", () => {
  for (const path of ["harbor.ts", "flows/login.ts", "primitives/tokens.ts", "testing/test_clock.ts"]) {
    assert.equal(findViolations(treeOf({ [path]: "const a = Deno.env;" })).length, 1, path);
    assert.deepEqual(findViolations(treeOf({ [path]: '// Deno\nconst a = "Deno";' })), [], path);
  }
});
