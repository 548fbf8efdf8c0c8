/**
 * Who may import whom: reads every source file and compares its imports with the rules of the house.
 *
 * @module
 */

import { globToRegExp } from "./_glob.ts";
import { EXACT_NPM, HOUSE_RULES, OWN_FOLDER, OWN_IMPORTS } from "./_house_rules.ts";
import { findCycles } from "./_import_cycles.ts";
import { importsOf, type ImportStatement } from "./_imports_of.ts";
import { maskSource } from "./_mask_source.ts";
import { readTree, SOURCE, type Tree } from "./_read_tree.ts";
import { resolveRelative } from "./_resolve_relative.ts";
import { findUnsortedExports } from "./_unsorted_exports.ts";
import { lineAt, report, type Violation } from "./_violation.ts";
import { type WorkspacePackage, workspacePackages } from "./_workspace.ts";

/** Files that run wherever Web Crypto does. */
const WEB_ONLY = globToRegExp("./{*.ts,flows/**,primitives/**,testing/**}");

const EXACT_NPM_SPECIFIER = /^npm:(?:@[^/@]+\/)?[^/@]+@\d+\.\d+\.\d+(?:-[\w.]+)?(?:\/.+)?$/;

/**
 * Compares a tree with the rules of the house.
 *
 * @param tree the project
 * @returns every import, export or global that a rule forbids
 */
export function findViolations(tree: Tree): Violation[] {
  const packages = workspacePackages(tree);
  const imports = new Map(
    [...tree].filter(([path]) => SOURCE.test(path)).map(([path, text]) => [path, importsOf(text)]),
  );
  return [
    ...[...imports].flatMap(([path, statements]) => findForbiddenImports(path, statements, packages)),
    ...[...tree].flatMap(([path, text]) => findDenoGlobal(path, text)),
    ...["mod.ts", "testing.ts"].flatMap((path) => findUnsortedExports(path, tree.get(path) ?? "")),
    ...findCycles(imports),
  ];
}

function findForbiddenImports(
  path: string,
  statements: readonly ImportStatement[],
  packages: readonly WorkspacePackage[],
): Violation[] {
  const rule = HOUSE_RULES.find(({ files }) =>
    files.some((pattern) => globToRegExp(pattern).test(`./${path}`))
  );
  if (rule === undefined) return [{ path, message: "no rule of the house says what this file may import" }];
  const owner = packages.findLast(({ folder }) => path.startsWith(folder));
  const folder = owner === undefined || owner.folder === "" ? path.replace(/[^/]*$/, "") : owner.folder;
  return statements.flatMap((statement) => {
    const { specifier, line } = statement;
    const target = specifier.startsWith(".") ? `./${resolveRelative(path, specifier)}` : specifier;
    const allowed = rule.mayImport.some((permission) => {
      if (permission === OWN_FOLDER) return target.startsWith(`./${folder}`);
      if (permission === OWN_IMPORTS) {
        return owner?.imports.some((name) => isOrIsBelow(target, name)) ?? false;
      }
      if (permission === EXACT_NPM) return EXACT_NPM_SPECIFIER.test(target);
      const typeOnly = permission.startsWith("type ");
      if (typeOnly && !statement.typeOnly) return false;
      return globToRegExp(typeOnly ? permission.slice(5) : permission).test(target);
    });
    return [
      ...(allowed ? [] : [{ path, line, message: `may not import ${specifier}` }]),
      ...(statement.exportsAll ? [{ path, line, message: "exports must be named: no export *" }] : []),
    ];
  });
}

function isOrIsBelow(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`);
}

function findDenoGlobal(path: string, text: string): Violation[] {
  if (!WEB_ONLY.test(`./${path}`) || path.endsWith(".test.ts")) return [];
  return [...maskSource(text).matchAll(/\bDeno\b/g)].map(({ index }) => ({
    path,
    line: lineAt(text, index),
    message: "runs wherever Web Crypto does: no Deno",
  }));
}

if (import.meta.main) report("imports", findViolations(await readTree()));
