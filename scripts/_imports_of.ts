import { maskSource } from "./_mask_source.ts";
import { lineAt } from "./_violation.ts";

/** One import, re-export or `import(…)` of a literal. */
export interface ImportStatement {
  /** As written. */
  readonly specifier: string;
  /** Where the statement begins, from 1. */
  readonly line: number;
  /** Whether it vanishes when types are erased. */
  readonly typeOnly: boolean;
  /** Whether it re-exports whatever the other file exports. */
  readonly exportsAll: boolean;
}

/** Each ends with the opening quote of the specifier. */
const STATEMENTS = [
  /\b(?:import|export)\b[\s\w$*{},]*?\bfrom\s*["']/g,
  /\bimport\s*["']/g,
  /\bimport\s*\(\s*["']/g,
];

/**
 * Finds the imports of a file.
 *
 * @param text TypeScript or JavaScript
 * @returns every import whose specifier is a literal, by place
 */
export function importsOf(text: string): ImportStatement[] {
  const masked = maskSource(text);
  return STATEMENTS.flatMap((pattern) => [...masked.matchAll(pattern)])
    .sort((a, b) => a.index - b.index)
    .map(({ 0: statement, index }) => {
      const start = index + statement.length;
      const end = masked.indexOf(statement.slice(-1), start);
      return {
        specifier: text.slice(start, end),
        line: lineAt(text, index),
        typeOnly: /^(?:import|export)\s+type\b/.test(statement),
        exportsAll: /^export\s+(?:type\s+)?\*/.test(statement),
      };
    });
}
