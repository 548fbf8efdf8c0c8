import assert from "node:assert/strict";
import test from "node:test";
import { findUnfit } from "../../scripts/_fix_proofs.ts";
import type { FixProofs, RemovedFix } from "../../scripts/_removed_fixes.ts";
import { patternOf, readTap } from "../../scripts/test_fixes.ts";
import { treeOf } from "./_tree_of.ts";

const TREE = treeOf({
  "flows/login.ts": "if (isWrong) refuse();\nif (isLate) refuse();\n",
  "tests/login.test.ts": 'test("login() refuses (R1, V1)", () => {});\ntest("login() opens", () => {});\n',
  "tests/long/timing.test.ts": 'test("logins take equally long (V1)", () => {});\n',
});

const LESSON = { number: "V1", title: "Nobody was refused", source: "ours", status: "kept" } as const;

const CLAIMS = {
  requirements: [{ title: "Login", rows: [{ ...LESSON, number: "R1" }, { ...LESSON, number: "R2" }] }],
  lessons: [LESSON],
};

const FIX: RemovedFix = {
  rows: ["V1", "R1"],
  file: "flows/login.ts",
  find: "if (isWrong) refuse();",
  replace: "",
  tests: { "tests/login.test.ts": ["login() refuses"] },
};

const PROOFS: FixProofs = {
  fixes: [FIX],
  required: ["R1"],
  lessons: 2,
  notHere: { V2: "There are none." },
  unseen: { "logins take equally": "It measures." },
};

function messagesOf(proofs: Partial<FixProofs>): string[] {
  return findUnfit(TREE, { ...PROOFS, ...proofs }, CLAIMS).map(({ message }) => message);
}

test("findUnfit() passes fixes that stand in the code once, with tests that prove their rows", () => {
  assert.deepEqual(messagesOf({}), []);
});

const UNFIT: readonly (readonly [proofs: Partial<FixProofs>, messages: readonly string[]])[] = [
  [{ fixes: [{ ...FIX, find: "refuse();" }] }, ["V1,R1: is 2 times in flows/login.ts, not once: refuse();"]],
  [
    { fixes: [{ ...FIX, also: [{ file: "flows/gone.ts", find: "x", replace: "" }] }] },
    ["V1,R1: is 0 times in flows/gone.ts, not once: x"],
  ],
  [
    { fixes: [{ ...FIX, replace: FIX.find }] },
    ["V1,R1: takes nothing out of flows/login.ts: if (isWrong) refuse();"],
  ],
  [
    { fixes: [FIX, { ...FIX, tests: { "tests/login.test.ts": ["login()", "login() refuses"] } }] },
    ["V1,R1: names no test, or several: login()"],
  ],
  [{ fixes: [FIX, { ...FIX, rows: ["R9"] }] }, ["R9 is no row"]],
  [
    { fixes: [FIX, { ...FIX, rows: ["R1"], tests: { "tests/login.test.ts": ["login() opens"] } }] },
    ["R1: none of the tests named proves it: login() opens"],
  ],
  [
    { fixes: [{ ...FIX, rows: ["R1"] }] },
    [
      "V1: no test was seen to fail without its fix",
      "V1: was not seen to fail: tests/login.test.ts: login() refuses (R1, V1)",
    ],
  ],
  [{ unseen: {} }, ["V1: was not seen to fail: tests/long/timing.test.ts: logins take equally long (V1)"]],
  [{ required: ["R1", "R2"] }, ["R2: no test was seen to fail without its fix"]],
  [{ notHere: {} }, ["V2: has neither a row nor a reason for having none"]],
  [
    { notHere: { V1: "There are none.", V2: "There are none." } },
    ["V1: has a row, and a reason for having none"],
  ],
];

for (const [proofs, messages] of UNFIT) {
  test(`findUnfit() finds: ${messages[0]}`, () => {
    assert.deepEqual(messagesOf(proofs), messages);
  });
}

test("readTap() has every test that was run, without steps and what was skipped", () => {
  const tap = [
    "TAP version 14",
    "# ./tests/login.test.ts",
    "ok 1 - login() refuses \\# 7 (R1)",
    "    not ok 1 - a step",
    "not ok 2 - login() opens",
    "ok 3 - login() waits # SKIP",
    "1..3",
  ].join("\n");
  assert.deepEqual(readTap(tap), [
    { ok: true, name: "login() refuses # 7 (R1)" },
    { ok: false, name: "login() opens" },
  ]);
});

test("patternOf() takes a template for whatever it may become, and nothing else", () => {
  const pattern = patternOf("100 uses (of ${kind}) on ${name} (R49, V3)");
  assert.match("100 uses (of a token) on SQLite (R49, V3)", pattern);
  assert.match("two stores: 100 uses (of a token) on SQLite (R49, V3)", pattern);
  assert.doesNotMatch("100 uses (of a token) on SQLite (R49)", pattern);
  assert.doesNotMatch("100 uses of a token on SQLite (R49, V3)", pattern);
});
