/**
 * What is written nowhere: empty names, switched-off checks, unfinished work, paths of one machine.
 *
 * @module
 */

import { maskSource } from "./_mask_source.ts";
import { NAME_RULES, type NameRule } from "./_name_rules.ts";
import { readTree, SOURCE, type Tree } from "./_read_tree.ts";
import { lineAt, report, type Violation } from "./_violation.ts";

/**
 * Looks for what is written nowhere.
 *
 * @param tree the project
 * @returns every place where it is written
 */
export function findViolations(tree: Tree): Violation[] {
  return [...tree].flatMap(([path, text]) => {
    const code = SOURCE.test(path) ? maskSource(text) : text;
    return NAME_RULES.filter(({ files, except }) => files.test(path) && !except?.test(path))
      .flatMap((rule) => findIn(rule, path, rule.where === "code" ? code : text));
  });
}

function findIn({ where, forbidden, message }: NameRule, path: string, text: string): Violation[] {
  if (where === "path") return forbidden.test(path) ? [{ path, message }] : [];
  return [...text.matchAll(forbidden)].map(({ 0: found, index }) => ({
    path,
    line: lineAt(text, index),
    message: `${found.trim()}: ${message}`,
  }));
}

if (import.meta.main) report("names", findViolations(await readTree()));
