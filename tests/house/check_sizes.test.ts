import assert from "node:assert/strict";
import test from "node:test";
import { functionsOf } from "../../scripts/_functions_of.ts";
import { findViolations } from "../../scripts/check_sizes.ts";
import { treeOf } from "./_tree_of.ts";

function lines(count: number): string {
  return "  call();\n".repeat(count);
}

/** What opens a body; `}` closes it. */
const OPENINGS: readonly string[] = [
  "function a(): void {\n",
  "export async function a<T extends { b: number }>(b: { c: T }): Promise<{ d: T }> {\n",
  "export function a(b: unknown): b is { c: string } {\n",
  "function* a(): Generator<() => void> {\n",
  "export function a(): { b: string } | null {\n",
  "function a(\n  b: string,\n  c = () => ({ d: 1 }),\n): void {\n",
  "const a = async (): Promise<void> => {\n",
];

const METHODS: readonly string[] = [
  "  constructor(readonly: string) {\n",
  "  async #a(b: string): Promise<void> {\n",
  "  override get a(): string {\n",
  "  static a<T>(b: Map<string, T>): T {\n",
];

test("findViolations() refuses a function of 61 lines, not of 60", () => {
  for (const opening of OPENINGS) {
    const rest = 60 - opening.trimEnd().split("\n").length - 1;
    const accepted = `${opening}${lines(rest)}}\n`;
    const refused = `${opening}${lines(rest + 1)}}\n`;
    assert.deepEqual(findViolations(treeOf({ "harbor.ts": accepted })), [], opening);
    assert.equal(findViolations(treeOf({ "harbor.ts": refused })).length, 1, opening);
  }
});

test("findViolations() measures methods", () => {
  for (const opening of METHODS) {
    const text = `class A {\n  b = 1;\n\n${opening}${lines(59)}  }\n}\n`;
    const violations = findViolations(treeOf({ "harbor.ts": text }));
    assert.equal(violations.length, 1, opening);
    assert.equal(violations[0]?.line, 4);
  }
});

test("functionsOf() does not take statements, calls, types and classes for functions", () => {
  const text = `
class A {
  b(): void;
}
interface B {
  c(d: string): void;
}
if (a) {
  call(b);
}
for (const a of b(c)) {
  call(a);
}
declare function f(a: string): void;
const x = { y: call({ z: 1 }) };
`;
  assert.deepEqual(functionsOf(text), []);
});

test("findViolations() refuses a file of 301 lines, not of 300", () => {
  assert.deepEqual(findViolations(treeOf({ "flows/login.ts": "call();\n".repeat(300) })), []);
  assert.equal(findViolations(treeOf({ "flows/login.ts": "call();\n".repeat(301) })).length, 1);
});

test("findViolations() lets tests, lists of cases, SQL text and benchmarks be long", () => {
  for (
    const path of [
      "tests/login.test.ts",
      "adapters/mail/mod.test.ts",
      "testing/store/token_cases.ts",
      "testing/email_sender_cases.ts",
      "adapters/sql/migrations/postgres.ts",
      "benchmarks/login.ts",
    ]
  ) {
    assert.deepEqual(findViolations(treeOf({ [path]: "call();\n".repeat(301) })), [], path);
  }
});

test("findViolations() refuses a third parameter of what flows and primitives export", () => {
  const three =
    "export async function a(b: Map<string, number>, { c, d }: E, f = (g: H, i: J) => 1): Promise<void> {}";
  const two = "export function a(b: Map<string, number>, { c, d }: E = { c: [1, 2], d: 3 },): void {}";
  const internal = "function a(b: string, c: string, d: string): void {}";
  assert.equal(findViolations(treeOf({ "flows/login.ts": three })).length, 1);
  assert.equal(findViolations(treeOf({ "primitives/tokens.ts": three })).length, 1);
  assert.deepEqual(findViolations(treeOf({ "harbor.ts": three })), []);
  assert.deepEqual(findViolations(treeOf({ "flows/login.ts": `${two}\n${internal}` })), []);
});
