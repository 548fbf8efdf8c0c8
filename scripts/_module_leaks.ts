import type { ModuleGraph } from "./_bundle.ts";
import type { Violation } from "./_violation.ts";
import type { WorkspacePackage } from "./_workspace.ts";

/** An entry point among all modules. */
export interface LeakRequest {
  /** Path from the root of the project. */
  readonly entryPoint: string;
  readonly graph: ModuleGraph;
  readonly packages: readonly WorkspacePackage[];
}

/** One of several that do the same for different clients: an application has one of them. */
const DRIVER = /\/drivers\//;

/** What tests alone have. */
const FOR_TESTS = "testing.ts";

/**
 * Finds what an entry point drags in that is no part of it.
 *
 * Part of it are the files of its own package, other drivers than itself aside; the core, without what is for tests;
 * and the packages that its own files import by name. What is on npm or built into a runtime is brought by its own
 * files, or by a package that they import as a whole: a subpath of another package is a promise to bring none, and so
 * is the core.
 *
 * @param request the entry point
 * @returns one violation for each first step across the border, with the chain of imports that leads there
 */
export function findLeaks({ entryPoint, graph, packages }: LeakRequest): Violation[] {
  const ownerOf = (module: string) => packages.findLast(({ folder }) => module.startsWith(folder));
  const isSource = (module: string) => graph.has(module);
  const own = ownerOf(entryPoint);
  const walk = (mayHold: (module: string, importer: string) => boolean) =>
    walkFrom(entryPoint, { graph, mayHold });
  const ownModules = walk((module) => isSource(module) && ownerOf(module) === own).held;
  const named = new Set(ownModules.flatMap((module) => graph.get(module) ?? []).map(({ module }) => module));
  const isCore = own?.folder === "" && entryPoint !== FOR_TESTS;
  const { leaks } = walk((module, importer) => {
    const [owner, bringer] = [ownerOf(module), ownerOf(importer)];
    if (module === FOR_TESTS || (isCore && (!isSource(module) || owner !== own))) return false;
    if (!isSource(module)) return bringer === own || named.has(`${bringer?.folder}mod.ts`);
    if (DRIVER.test(module) && owner?.entryPoints.includes(module)) return bringer === own && owner !== own;
    return owner === own || owner?.folder === "" || [...named].some((each) => ownerOf(each) === owner);
  });
  return leaks.map((chain) => ({ path: entryPoint, message: `drags in ${chain.join(" → ")}` }));
}

interface Border {
  readonly graph: ModuleGraph;
  readonly mayHold: (module: string, importer: string) => boolean;
}

/** What is on this side of a border, and the chain of imports to each first module beyond it. */
function walkFrom(
  entryPoint: string,
  { graph, mayHold }: Border,
): { readonly held: readonly string[]; readonly leaks: readonly (readonly string[])[] } {
  const reached = new Set([entryPoint]);
  const chains = [[entryPoint]];
  const leaks: string[][] = [];
  for (const chain of chains) {
    const [importer = ""] = chain.slice(-1);
    for (const { module } of graph.get(importer) ?? []) {
      if (reached.has(module)) continue;
      reached.add(module);
      // What a leak brings along is its doing, and would only hide it in a crowd.
      (mayHold(module, importer) ? chains : leaks).push([...chain, module]);
    }
  }
  return { held: chains.flatMap((chain) => chain.slice(-1)), leaks };
}
