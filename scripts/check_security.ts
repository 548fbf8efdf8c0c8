/**
 * What docs/security.md claims is what tests prove, the page says it as of today, and what `deno task test:fixes` takes
 * out of the code is still there.
 *
 * @module
 */

import { findUnfit } from "./_fix_proofs.ts";
import { renderSecurity, SECURITY_PAGE } from "./_render_security.ts";
import type { SecurityRow } from "./_security_rows.ts";
import { OWN_CLAIMS, rowsOf, type SecurityClaims, testsOf } from "./_security_tests.ts";
import { citations, testNames } from "./_test_names.ts";
import { readTree, type Tree } from "./_read_tree.ts";
import { report, type Violation } from "./_violation.ts";

const ROWS = "scripts/_security_rows.ts";

/**
 * Compares the claims with the tests and with the page.
 *
 * @param tree the project
 * @param claims the rows; this project's own if left out
 * @returns every claim without a proof, every proof without a claim, and a page that is out of date
 */
export function findViolations(tree: Tree, claims: Omit<SecurityClaims, "tests"> = OWN_CLAIMS): Violation[] {
  const all = { ...claims, tests: testNames(tree) };
  return [
    ...rowsOf(all).flatMap((row) => findUnproven(row, { tree, claims: all })),
    ...findUnknown(all),
    ...findOutdated(tree, all),
  ];
}

interface Evidence {
  readonly tree: Tree;
  readonly claims: SecurityClaims;
}

function findUnproven(row: SecurityRow, { tree, claims }: Evidence): Violation[] {
  const { number, status, files = [], tests: named = [], note } = row;
  const isClaimed = status === "kept" || status === "partly";
  const proofs = testsOf(row, claims.tests);
  const messages = [
    ...(rowsOf(claims).find((each) => each.number === number) === row ? [] : ["is there twice"]),
    ...(isClaimed && proofs.length === 0 ? [`is "${status}", but no test proves it`] : []),
    ...(isClaimed ? [] : proofs.map(({ name }) => `is "${status}", but a test proves it: ${name}`)),
    ...(status !== "kept" && note === undefined ? [`is "${status}" without saying why`] : []),
    ...files.filter((path) => !tree.has(path)).map((path) => `names a file that is not there: ${path}`),
    ...named.filter((name) => !claims.tests.some((test) => test.name === name))
      .map((name) => `names a test that is not there: ${name}`),
  ];
  return messages.map((message) => ({ path: ROWS, message: `${number} ${message}` }));
}

function findUnknown(claims: SecurityClaims): Violation[] {
  const known = new Set(rowsOf(claims).map(({ number }) => number));
  return claims.tests.flatMap(({ path, line, name }) =>
    citations(name).filter((number) => !known.has(number))
      .map((number) => ({ path, line, message: `cites ${number}, which is no row of ${ROWS}` }))
  );
}

function findOutdated(tree: Tree, claims: SecurityClaims): Violation[] {
  const page = tree.get(SECURITY_PAGE);
  if (page === undefined) return [{ path: SECURITY_PAGE, message: "is missing" }];
  return renderSecurity(page, claims) === page
    ? []
    : [{ path: SECURITY_PAGE, message: "is out of date: deno task security:table" }];
}

if (import.meta.main) {
  const tree = await readTree();
  report("security", [...findViolations(tree), ...findUnfit(tree)]);
}
