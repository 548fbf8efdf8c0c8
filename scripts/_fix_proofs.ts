import type { Tree } from "./_read_tree.ts";
import { type Edit, type FixProofs, OWN_FIX_PROOFS, type RemovedFix } from "./_removed_fixes.ts";
import { OWN_CLAIMS, rowsOf, type SecurityClaims, testsOf } from "./_security_tests.ts";
import { type TestName, testNames } from "./_test_names.ts";
import type { Violation } from "./_violation.ts";

const FIXES = "scripts/_removed_fixes.ts";

/** What a lesson is called. */
const LESSON = /^V\d+$/;

/** All edits of one fix, in the order they are made. */
export function editsOf({ file, find, replace, also = [] }: RemovedFix): Edit[] {
  return [{ file, find, replace }, ...also];
}

/**
 * Finds the tests that are to notice that a fix is gone.
 *
 * @param fix one that is taken out
 * @param tests every test of the project
 * @returns one for each name it gives; undefined for a name that no test, or several, begin with
 */
export function testsOfFix(
  { tests: named }: RemovedFix,
  tests: readonly TestName[],
): (TestName | undefined)[] {
  return Object.entries(named).flatMap(([path, starts]) =>
    starts.map((start) => {
      const [found, ...others] = tests.filter((test) => test.path === path && test.name.startsWith(start));
      return others.length === 0 ? found : undefined;
    })
  );
}

/** What is to be proven, and by what. */
interface Proof {
  readonly proofs: FixProofs;
  readonly claims: SecurityClaims;
}

/**
 * Compares the fixes that can be taken out with the code, the tests and the rows; runs nothing.
 *
 * @param tree the project
 * @param proofs the fixes; this project's own if left out
 * @param claims the rows; this project's own if left out
 * @returns every edit that does not fit any more, and every row or test of a lesson that nobody has seen fail
 */
export function findUnfit(
  tree: Tree,
  proofs: FixProofs = OWN_FIX_PROOFS,
  claims: Omit<SecurityClaims, "tests"> = OWN_CLAIMS,
): Violation[] {
  const proof = { proofs, claims: { ...claims, tests: testNames(tree) } };
  const messages = [
    ...proofs.fixes.flatMap((fix) => [...misfitsOf(fix, tree), ...strangersOf(fix, proof)]),
    ...unshownRows(proof),
    ...unshownTests(proof),
    ...unknownLessons(proof),
  ];
  return messages.map((message) => ({ path: FIXES, message }));
}

function misfitsOf(fix: RemovedFix, tree: Tree): string[] {
  return editsOf(fix).flatMap(({ file, find, replace }) => {
    const times = (tree.get(file) ?? "").split(find).length - 1;
    return [
      ...(times === 1 ? [] : [`${fix.rows}: is ${times} times in ${file}, not once: ${find}`]),
      ...(find === replace ? [`${fix.rows}: takes nothing out of ${file}: ${find}`] : []),
    ];
  });
}

/** Rows that do not exist, and tests that do not, or prove something else. */
function strangersOf(fix: RemovedFix, { claims }: Proof): string[] {
  const named = testsOfFix(fix, claims.tests);
  const starts = Object.values(fix.tests).flat();
  const proved = fix.rows.map((number) => ({
    number,
    row: rowsOf(claims).find((row) => row.number === number),
  }));
  return [
    ...named.flatMap((test, at) =>
      test === undefined ? [`${fix.rows}: names no test, or several: ${starts[at]}`] : []
    ),
    ...proved.flatMap(({ number, row }) => {
      if (row === undefined) return [`${number} is no row`];
      const proving = testsOf(row, claims.tests);
      return named.some((test) => test !== undefined && proving.includes(test))
        ? []
        : [`${number}: none of the tests named proves it: ${starts[0]}`];
    }),
  ];
}

/** Rows that have to be shown, and are not. */
function unshownRows({ proofs: { fixes, required }, claims }: Proof): string[] {
  const shown = new Set(fixes.flatMap(({ rows }) => rows));
  const lessons = claims.lessons
    .filter(({ status }) => status === "kept" || status === "partly")
    .map(({ number }) => number);
  return [...lessons, ...required].filter((number) => !shown.has(number))
    .map((number) => `${number}: no test was seen to fail without its fix`);
}

/** Tests of a lesson that may never have failed. */
function unshownTests({ proofs: { fixes, unseen }, claims }: Proof): string[] {
  const isUnseen = (name: string) => Object.keys(unseen).some((start) => name.startsWith(start));
  return claims.lessons.flatMap((row) => {
    const shown = fixes.filter(({ rows }) => rows.includes(row.number))
      .flatMap((fix) => testsOfFix(fix, claims.tests));
    return testsOf(row, claims.tests)
      .filter((test) => !shown.includes(test) && !isUnseen(test.name))
      .map(({ path, name }) => `${row.number}: was not seen to fail: ${path}: ${name}`);
  });
}

/** A number without a row needs a reason, and one with a row needs none. */
function unknownLessons({ proofs: { lessons, notHere }, claims }: Proof): string[] {
  const known = new Set(claims.lessons.map(({ number }) => number));
  const all = Array.from({ length: lessons }, (_, index) => `V${index + 1}`);
  return [
    ...all.filter((number) => !known.has(number) && !Object.hasOwn(notHere, number))
      .map((number) => `${number}: has neither a row nor a reason for having none`),
    ...Object.keys(notHere).filter((number) => known.has(number) || !LESSON.test(number))
      .map((number) => `${number}: has a row, and a reason for having none`),
  ];
}
