import { importsOf } from "./_imports_of.ts";
import { SOURCE, type Tree } from "./_read_tree.ts";
import { type WorkspacePackage, workspacePackages } from "./_workspace.ts";

/** What is in a package's folder and not in the package. */
const NOT_PUBLISHED = /\.test\.\w+$|(?:^|\/)_test_|(?:^|\/)tests\//;

/**
 * Sorts the packages so that each comes after those it imports: whoever installs one while a release is under
 * way finds the others.
 *
 * @param tree the project
 * @returns all packages of the workspace
 * @throws {Error} when packages import each other in a circle
 */
export function publishOrder(tree: Tree): WorkspacePackage[] {
  const packages = workspacePackages(tree);
  const ordered: WorkspacePackage[] = [];
  const waiting = new Map(packages.map((each) => [each, siblingsOf(tree, each)]));
  while (waiting.size > 0) {
    const ready = [...waiting].find(([, siblings]) =>
      [...siblings].every((name) => ordered.some((done) => done.name === name))
    );
    if (ready === undefined) {
      throw new Error(`Cannot order ${[...waiting.keys()].map(({ name }) => name).join(", ")}`);
    }
    ordered.push(ready[0]);
    waiting.delete(ready[0]);
  }
  return ordered;
}

/** The packages of the workspace that the published files of one import. */
function siblingsOf(tree: Tree, { folder, name }: WorkspacePackage): Set<string> {
  // The core imports its own files alone.
  if (folder === "") return new Set();
  const names = [...tree].filter(([path]) =>
    path.startsWith(folder) && SOURCE.test(path) && !NOT_PUBLISHED.test(path)
  )
    .flatMap(([, text]) => importsOf(text))
    .map(({ specifier }) => specifier.match(/^@userharbor\/[^/]+/)?.[0] ?? name);
  return new Set(names.filter((each) => each !== name));
}
