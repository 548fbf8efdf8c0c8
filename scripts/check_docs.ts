/**
 * Everything exported is documented: `deno doc --lint` over all entry points at once, and an example for each
 * function and class that a package exports.
 *
 * @module
 */

import { readTree } from "./_read_tree.ts";
import { runDeno } from "./_run_deno.ts";
import { report, type Violation } from "./_violation.ts";
import { workspacePackages } from "./_workspace.ts";

interface DocTag {
  readonly kind: string;
}

interface DocDeclaration {
  readonly kind: string;
  readonly declarationKind?: string;
  readonly location: { readonly filename: string; readonly line: number };
  readonly jsDoc?: { readonly tags?: readonly DocTag[] };
}

interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly DocDeclaration[];
}

/** What `deno doc --json` writes, as far as it matters here. */
export interface DocJson {
  /** The entry points by address. */
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocSymbol[] }>>;
}

/**
 * Finds exported functions and classes that show no use of themselves.
 *
 * @param doc what `deno doc --json` wrote
 * @param root address of the project's folder
 * @returns one violation for each symbol, at its declaration
 */
export function findMissingExamples(doc: DocJson, root: string): Violation[] {
  const violations = Object.values(doc.nodes).flatMap(({ symbols }) => symbols).flatMap(
    ({ name, declarations }) => {
      const [first] = declarations.filter(({ kind, declarationKind }) =>
        (kind === "function" || kind === "class") && declarationKind !== "private"
      );
      if (first === undefined || declarations.some(hasExample)) return [];
      const { filename, line } = first.location;
      return [{ path: filename.replace(root, ""), line, message: `${name} has no @example` }];
    },
  );
  return [...new Map(violations.map((each) => [`${each.path}:${each.message}`, each])).values()];
}

function hasExample({ jsDoc }: DocDeclaration): boolean {
  return jsDoc?.tags?.some(({ kind }) => kind === "example") ?? false;
}

async function main(): Promise<void> {
  const tree = await readTree();
  const entryPoints = workspacePackages(tree).flatMap((each) => each.entryPoints);
  const missing = entryPoints.filter((path) => !tree.has(path));
  const present = entryPoints.filter((path) => tree.has(path));
  const lint = await runDeno(["doc", "--lint", ...present]);
  if (!lint.success) console.error(lint.output);
  const { stdout } = await runDeno(["doc", "--json", ...present]);
  report("docs", [
    ...missing.map((path) => ({ path, message: "an entry point that does not exist" })),
    ...(lint.success ? [] : [{ path: "deno doc --lint", message: "failed, see above" }]),
    ...findMissingExamples(JSON.parse(stdout), new URL(`file://${Deno.cwd()}/`).href),
  ]);
}

if (import.meta.main) await main();
