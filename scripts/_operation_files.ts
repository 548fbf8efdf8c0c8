import type { Tree } from "./_read_tree.ts";

/** Where an operation gets the name that its events have, and the flow that does it. */
const BINDING = /\b(?:operate|read)\(\s*"([\w.]+)",\s*(?:\w+\.)?(\w+)/g;

/**
 * Finds what there is for every operation: the file of its flow, and the file that binds it to a harbor.
 *
 * @param tree the project
 * @returns paths by the names of the operations
 * @throws {Error} when no file of `flows/` exports a flow that is bound
 */
export function operationFiles(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const flows = [...tree].filter(([path]) => /^flows\/[^_/][^/]*\.ts$/.test(path));
  const binders = [...tree].filter(([path]) => /^\w+\.ts$/.test(path));
  const bound = binders.flatMap(([path, text]) =>
    [...text.matchAll(BINDING)].map((match) => ({ path, match }))
  );
  return new Map(bound.map(({ path, match: [, name = "", flow] }) => {
    const [file] = flows.find(([, text]) => text.includes(`export async function ${flow}`)) ?? [];
    if (file === undefined) throw new Error(`Cannot find the flow of ${name}: no file exports ${flow}`);
    return [name, [file, path]];
  }));
}
