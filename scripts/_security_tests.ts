import { LESSONS, REQUIREMENTS, type SecurityChapter, type SecurityRow } from "./_security_rows.ts";
import { citations, type TestName } from "./_test_names.ts";

/** What the page of security says is met, and the tests that are to prove it. */
export interface SecurityClaims {
  /** Requirements, by chapter. */
  readonly requirements: readonly SecurityChapter[];
  /** What went wrong elsewhere. */
  readonly lessons: readonly SecurityRow[];
  /** Every test of the project. */
  readonly tests: readonly TestName[];
}

/** The claims of this project, before its tests. */
export const OWN_CLAIMS: Omit<SecurityClaims, "tests"> = { requirements: REQUIREMENTS, lessons: LESSONS };

/** Every row, of either kind. */
export function rowsOf({ requirements, lessons }: Omit<SecurityClaims, "tests">): SecurityRow[] {
  return [...requirements.flatMap(({ rows }) => rows), ...lessons];
}

/**
 * Finds the tests that prove a row.
 *
 * @param row a requirement, or what went wrong elsewhere
 * @param tests every test of the project
 * @returns those that cite its number, and those it names
 */
export function testsOf({ number, tests: named = [] }: SecurityRow, tests: readonly TestName[]): TestName[] {
  return tests.filter(({ name }) => named.includes(name) || citations(name).includes(number));
}
