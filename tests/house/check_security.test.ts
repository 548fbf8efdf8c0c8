import assert from "node:assert/strict";
import test from "node:test";
import { renderSecurity, SECURITY_PAGE } from "../../scripts/_render_security.ts";
import type { SecurityRow } from "../../scripts/_security_rows.ts";
import type { SecurityClaims } from "../../scripts/_security_tests.ts";
import { citations, testNames } from "../../scripts/_test_names.ts";
import { findViolations } from "../../scripts/check_security.ts";
import { treeOf } from "./_tree_of.ts";

const EMPTY_PAGE = `# Security

<!-- requirements -->
<!-- end of requirements -->
<!-- lessons -->
<!-- end of lessons -->
`;

const TESTS = {
  "flows/login.ts": "",
  "tests/login.test.ts": 'test("login() hashes once (R1)", () => {});\ntest("login() logs in", () => {});\n',
};

const KEPT: SecurityRow = {
  number: "R1",
  title: "One hash",
  source: "RFC 9106, CVE-2024-45231",
  status: "kept",
  files: ["flows/login.ts"],
};

type Rows = Omit<SecurityClaims, "tests">;

function claimsOf(rows: readonly SecurityRow[], lessons: readonly SecurityRow[] = []): Rows {
  return { requirements: [{ title: "Login", rows }], lessons };
}

function pageOf(claims: Rows, files: Readonly<Record<string, string>> = TESTS): string {
  return renderSecurity(EMPTY_PAGE, { ...claims, tests: testNames(treeOf(files)) });
}

/** What is found in a project whose page is as of today. */
function messagesOf(claims: Rows, files: Readonly<Record<string, string>> = TESTS): string[] {
  const tree = treeOf({ ...files, [SECURITY_PAGE]: pageOf(claims, files) });
  return findViolations(tree, claims).map(({ path, message }) => `${path}: ${message}`);
}

test("testNames() reads calls, lists of cases and templates as they are written", () => {
  const names = testNames(treeOf({
    "tests/a.test.ts": [
      'test("plain", () => {});',
      'test(\n  "on a line of its own, \\"quoted\\"", () => {});',
      "for (const name of NAMES) test(`${name}() and ${of({ a: `}` })} (R1)`, () => {});",
      'const text = \'test("in a string")\'; // test("in a comment")',
      'context.test("a step"); contest("none"); const a = { name: "no case" };',
    ].join("\n"),
    "testing/store/session_cases.ts": [
      'storeCase("getSession() (R2)", run), twoStoreTransactionCase(\n`two ${kind}`, run),',
      '{ name: "a meeting", run }',
      "transactionCase(name, run)",
    ].join("\n"),
    "testing/store/_fixtures.ts": '{ name: "not a case" }',
    "flows/login.ts": 'test("not a test")',
  }));
  assert.deepEqual(names.map(({ path, line, name }) => `${path}:${line}: ${name}`), [
    "tests/a.test.ts:1: plain",
    'tests/a.test.ts:3: on a line of its own, "quoted"',
    "tests/a.test.ts:4: ${name}() and ${of({ a: `}` })} (R1)",
    "testing/store/session_cases.ts:1: getSession() (R2)",
    "testing/store/session_cases.ts:2: two ${kind}",
    "testing/store/session_cases.ts:3: a meeting",
  ]);
});

test("citations() are the numbers of requirements and lessons, and nothing like them", () => {
  assert.deepEqual(citations("removeSession() by 100 at once (I2, R49, V3), round ${round}"), ["R49", "V3"]);
  assert.deepEqual(citations("parse() reads RFC 9106, V0x13, XR2 and R"), []);
});

test("findViolations() passes claims that tests prove, by number or by name", () => {
  const lesson: SecurityRow = {
    number: "V1",
    title: "Two hashes",
    source: "ours",
    status: "kept",
    tests: ["login() logs in"],
  };
  const missing: SecurityRow = { ...KEPT, number: "R2", status: "not yet", note: "Do it yourself." };
  assert.deepEqual(messagesOf(claimsOf([KEPT, missing], [lesson])), []);
});

const ROWS = "scripts/_security_rows.ts";

const REFUSED: readonly (readonly [row: Partial<SecurityRow>, message: string])[] = [
  [{ status: "not yet", note: "why" }, 'R1 is "not yet", but a test proves it: login() hashes once (R1)'],
  [
    { status: "does not apply", note: "why" },
    'R1 is "does not apply", but a test proves it: login() hashes once (R1)',
  ],
  [{ status: "partly" }, 'R1 is "partly" without saying why'],
  [{ files: ["flows/logout.ts"] }, "R1 names a file that is not there: flows/logout.ts"],
  [{ tests: ["login() logs out"] }, "R1 names a test that is not there: login() logs out"],
];

for (const [row, message] of REFUSED) {
  test(`findViolations() refuses a row: ${message}`, () => {
    assert.deepEqual(messagesOf(claimsOf([{ ...KEPT, ...row }])), [`${ROWS}: ${message}`]);
  });
}

test("findViolations() refuses a claim that no test proves, a number used twice, and one that is no row", () => {
  for (const status of ["kept", "partly"] as const) {
    const unproven: SecurityRow = { ...KEPT, number: "R2", status, note: "why" };
    assert.deepEqual(messagesOf(claimsOf([KEPT, unproven])), [
      `${ROWS}: R2 is "${status}", but no test proves it`,
    ]);
  }
  assert.deepEqual(messagesOf(claimsOf([KEPT], [{ ...KEPT }])), [`${ROWS}: R1 is there twice`]);
  assert.deepEqual(messagesOf(claimsOf([])), [`tests/login.test.ts: cites R1, which is no row of ${ROWS}`]);
});

test("findViolations() refuses a page that is missing or says something else", () => {
  const claims = claimsOf([KEPT]);
  const page = pageOf(claims);
  const found = (files: Readonly<Record<string, string>>) =>
    findViolations(treeOf({ ...TESTS, ...files }), claims).map(({ path }) => path);
  assert.deepEqual(found({ [SECURITY_PAGE]: page }), []);
  assert.deepEqual(found({}), [SECURITY_PAGE]);
  assert.deepEqual(found({ [SECURITY_PAGE]: EMPTY_PAGE }), [SECURITY_PAGE]);
  assert.deepEqual(found({ [SECURITY_PAGE]: page.replace("| kept |", "| proven |") }), [SECURITY_PAGE]);
  assert.deepEqual(found({ [SECURITY_PAGE]: page.replace("# Security", "# Safety") }), []);
});

test("renderSecurity() writes each row with its links, and leaves the rest of the page alone", () => {
  const files = { ...TESTS, "tests/names.test.ts": 'test("`a` | b (R1)", () => {});' };
  const page = pageOf(claimsOf([KEPT]), files);
  assert.ok(page.startsWith("# Security\n"));
  for (
    const part of [
      "1 requirements: 1 kept, 0 partly kept, 0 not yet kept, 0 that do not apply. 2 tests and cases prove them.",
      "[RFC 9106](https://www.rfc-editor.org/rfc/rfc9106)",
      "[CVE-2024-45231](https://nvd.nist.gov/vuln/detail/CVE-2024-45231)",
      "| kept | [flows/login.ts](../flows/login.ts) |",
      "[tests/login.test.ts](../tests/login.test.ts): `login() hashes once (R1)`",
      "`` `a` \\| b (R1) ``",
    ]
  ) assert.ok(page.includes(part), part);
  assert.equal(
    renderSecurity(page, { ...claimsOf([KEPT]), tests: testNames(treeOf(files)) }),
    page,
    "written twice is as written once",
  );
});

test("renderSecurity() refuses a page without markers", () => {
  const claims = { ...claimsOf([KEPT]), tests: [] };
  assert.throws(() => renderSecurity("# Security\n", claims), /markers of requirements/);
  assert.throws(
    () => renderSecurity(EMPTY_PAGE.replace("<!-- end of lessons -->", ""), claims),
    /of lessons/,
  );
});
