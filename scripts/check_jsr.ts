/**
 * Every package has what JSR's score asks of its files: a name JSR takes, a licence, a README with an example, a
 * text for each entry point, a description, and a place in the README's table of what runs where.
 *
 * That every symbol is documented is what `check:docs` sees to, and `check:publish` that no type is slow. The rest
 * of the score is set on the site, and CONTRIBUTING.md says how.
 *
 * @module
 */

import { readTree, type Tree } from "./_read_tree.ts";
import { runDeno } from "./_run_deno.ts";
import { report, type Violation } from "./_violation.ts";
import { type WorkspacePackage, workspacePackages } from "./_workspace.ts";

/** @see https://jsr.io/docs/packages */
const NAME = /^@userharbor\/[a-z][a-z0-9-]{1,19}$/;
const MAX_DESCRIPTION = 250;

const FENCED = /^```\w+\n/m;

/** What `deno doc --json` writes, as far as it matters here. */
export interface ModuleDocs {
  /** The entry points by address. */
  readonly nodes: Readonly<Record<string, { readonly module_doc?: { readonly doc?: string } }>>;
}

/**
 * Looks for what a package lacks.
 *
 * @param tree the project
 * @param docs what `deno doc --json` wrote about its entry points, and the address of the project's folder
 * @returns one violation for each lack
 */
export function findViolations(tree: Tree, docs: ModuleDocs & { readonly root: string }): Violation[] {
  const runtimes = runtimesIn(tree.get("README.md") ?? "");
  return workspacePackages(tree).flatMap((each) => [
    ...findInManifest(tree, each),
    ...findInReadme(tree, each),
    ...findInDocs(each, docs),
    ...(runtimes.includes(`\`${each.name}\``)
      ? []
      : [{ path: "README.md", message: `does not say under "What runs where" where ${each.name} runs` }]),
  ]);
}

function findInManifest(tree: Tree, { folder, name }: WorkspacePackage): Violation[] {
  const path = `${folder}deno.json`;
  const { license }: { readonly license?: string } = JSON.parse(tree.get(path) ?? "");
  return [
    ...(NAME.test(name) ? [] : [{ path, message: `${name} is no name that JSR takes` }]),
    ...(license === undefined ? [{ path, message: "names no licence" }] : []),
  ];
}

function findInReadme(tree: Tree, { folder }: WorkspacePackage): Violation[] {
  const path = `${folder}README.md`;
  const text = tree.get(path);
  if (text === undefined) return [{ path, message: "is missing" }];
  return FENCED.test(text) ? [] : [{ path, message: "has no example" }];
}

function findInDocs(
  { entryPoints }: WorkspacePackage,
  docs: ModuleDocs & { readonly root: string },
): Violation[] {
  return entryPoints.flatMap((path, index) => {
    const text = docs.nodes[docs.root + path]?.module_doc?.doc?.trim() ?? "";
    if (text === "") return [{ path, message: "has no @module text" }];
    const [description = ""] = text.replace(/\{@link (\S+)\}/g, "$1").split("\n\n");
    // That of the first entry point describes the package.
    return index > 0 || description.length <= MAX_DESCRIPTION
      ? []
      : [{ path, message: `its first paragraph has more than ${MAX_DESCRIPTION} characters` }];
  });
}

/** The section of the README that says what runs where. */
function runtimesIn(readme: string): string {
  return readme.match(/^### What runs where\n(.*?)^##/ms)?.[1] ?? "";
}

async function main(): Promise<void> {
  const tree = await readTree();
  const entryPoints = workspacePackages(tree).flatMap((each) => each.entryPoints);
  const { stdout } = await runDeno(["doc", "--json", ...entryPoints]);
  const { nodes }: ModuleDocs = JSON.parse(stdout);
  report("jsr", findViolations(tree, { nodes, root: new URL(`file://${Deno.cwd()}/`).href }));
}

if (import.meta.main) await main();
