/**
 * How long files and functions may be, and how many parameters what core files export may take.
 *
 * @module
 */

import { functionsOf } from "./_functions_of.ts";
import { globToRegExp } from "./_glob.ts";
import { readTree, SOURCE, type Tree } from "./_read_tree.ts";
import { report, type Violation } from "./_violation.ts";

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;

/** A flow takes the harbor and its input. */
const MAX_PARAMETERS = 2;

/** Long lists read well: the ports, tests, the cases of a contract, SQL text, benchmarks. */
const MAY_BE_LONG = [
  "interfaces.ts",
  "**/*.test.ts",
  "tests/**",
  "testing/store/**",
  "testing/*_cases.ts",
  "adapters/sql/migrations/**",
  "adapters/sql/**/*statements.ts",
  "benchmarks/**",
  "scripts/_removed_fixes.ts",
  "scripts/_security_rows.ts",
].map(globToRegExp);

const FEW_PARAMETERS = globToRegExp("{flows,primitives}/*.ts");

/**
 * Measures a tree.
 *
 * @param tree the project
 * @returns every file and function over its limit
 */
export function findViolations(tree: Tree): Violation[] {
  return [...tree].filter(([path]) => SOURCE.test(path)).flatMap(([path, text]) => [
    ...(MAY_BE_LONG.some((pattern) => pattern.test(path)) ? [] : findTooLong(path, text)),
    ...(FEW_PARAMETERS.test(path) ? findTooManyParameters(path, text) : []),
  ]);
}

function findTooLong(path: string, text: string): Violation[] {
  const lines = text.trimEnd().split("\n").length;
  const functions = functionsOf(text).filter((each) => each.lines > MAX_FUNCTION_LINES);
  return [
    ...(lines > MAX_FILE_LINES ? [{ path, message: `${lines} lines; at most ${MAX_FILE_LINES}` }] : []),
    ...functions.map(({ name, line, lines }) => ({
      path,
      line,
      message: `${name} has ${lines} lines; at most ${MAX_FUNCTION_LINES}`,
    })),
  ];
}

function findTooManyParameters(path: string, text: string): Violation[] {
  return functionsOf(text).filter((each) => each.exported && each.parameters > MAX_PARAMETERS)
    .map(({ name, line, parameters }) => ({
      path,
      line,
      message: `${name} takes ${parameters} parameters; at most ${MAX_PARAMETERS}`,
    }));
}

if (import.meta.main) report("sizes", findViolations(await readTree()));
