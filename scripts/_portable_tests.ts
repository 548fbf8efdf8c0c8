import { SOURCE, type Tree } from "./_read_tree.ts";

/** Tests of what only Deno runs: the checks of this project, and the server with its pages. */
const NEEDS_DENO: readonly string[] = ["tests/browser", "tests/house", "tests/server"];

/**
 * Finds the tests that run on every runtime.
 *
 * @param tree the project
 * @returns those of `deno task test` that do not need Deno by nature
 */
export function portableTests(tree: Tree): string[] {
  return portableTestSources(tree).filter((path) => path.endsWith(".test.ts"));
}

/**
 * Finds the tests that run on every runtime, and the files of `tests/` that they share.
 *
 * @param tree the project
 * @returns paths from the root
 */
export function portableTestSources(tree: Tree): string[] {
  const left = [...NEEDS_DENO, ...leftOutByTask(tree)].map((path) => `${path}/`);
  return [...tree.keys()].filter((path) =>
    SOURCE.test(path) && (path.startsWith("tests/") || path.endsWith(".test.ts")) &&
    !left.some((folder) => path.startsWith(folder))
  );
}

/** What `deno task test` ignores: other tasks run it. */
function leftOutByTask(tree: Tree): string[] {
  const { tasks }: { readonly tasks?: { readonly test?: string } } = JSON.parse(
    tree.get("deno.json") ?? "{}",
  );
  return tasks?.test?.match(/--ignore=(\S+)/)?.[1]?.split(",") ?? [];
}
