import { maskSource } from "./_mask_source.ts";
import type { Tree } from "./_read_tree.ts";
import { lineAt } from "./_violation.ts";

/** One test, or one case of a port's contract. */
export interface TestName {
  /** Path from the root of the project. */
  readonly path: string;
  /** Where its name begins, from 1. */
  readonly line: number;
  /** As written: a template keeps its substitutions. */
  readonly name: string;
}

const TESTS = /\.test\.ts$/;

/** The lists of cases that every adapter of a port runs. */
const CONTRACTS = /^testing\/(?:.*\/)?\w+_cases\.ts$/;

/** Up to the opening quote of a name. */
const TEST_CALL = /(?<![\w$.])test\s*\(\s*(?=["`])/g;
const CASE = /(?<![\w$.])(?:\w*[cC]ase\s*\(|name:)\s*(?=["`])/g;

/**
 * Reads the names of all tests, and of all cases that `@userharbor/core/testing` publishes.
 *
 * @param tree the project
 * @returns in the order of the files
 */
export function testNames(tree: Tree): TestName[] {
  return [...tree].flatMap(([path, text]) => {
    if (TESTS.test(path)) return namesBehind(TEST_CALL, { path, text });
    return CONTRACTS.test(path) ? namesBehind(CASE, { path, text }) : [];
  });
}

function namesBehind(start: RegExp, { path, text }: { path: string; text: string }): TestName[] {
  const code = maskSource(text);
  return [...code.matchAll(start)].map(({ 0: found, index }) => {
    const open = index + found.length;
    const literal = text.slice(open, closingQuote(code, open) + 1);
    return { path, line: lineAt(text, open), name: unquote(literal) };
  });
}

/** The quote that ends the literal at `open`, past whatever its substitutions hold. */
function closingQuote(code: string, open: number): number {
  const quote = code.charAt(open);
  let depth = 0;
  for (let at = open + 1; at < code.length; at++) {
    const character = code.charAt(at);
    if (character === "{") depth++;
    else if (character === "}") depth--;
    else if (character === quote && depth === 0) return at;
  }
  return code.length - 1;
}

function unquote(literal: string): string {
  return literal.startsWith('"') ? JSON.parse(literal) : literal.slice(1, -1);
}

/**
 * Reads what a test says it proves.
 *
 * @param name of the test
 * @returns the numbers it cites, such as `R49` or `V3`
 */
export function citations(name: string): string[] {
  return name.match(/\b[RV]\d+\b/g) ?? [];
}
