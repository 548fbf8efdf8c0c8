/** Every text file of the project: its path from the root, with forward slashes, and its text. */
export type Tree = ReadonlyMap<string, string>;

/** What is made and not written: the same folders as in .gitignore. */
const NOT_OURS = /^(?:\.git|coverage|data|npm)$|(?:^|\/)node_modules$/;

const TEXT = /\.(?:ts|mts|js|mjs|cjs|json|jsonc|sql|md|sh|yml|yaml|lock|css|html)$|^\.ci\/run$/;

/** The files that hold code. */
export const SOURCE: RegExp = /\.(?:ts|mts|js|mjs|cjs)$/;

/**
 * Reads the project.
 *
 * @param root the folder to start from
 * @returns every text file that is not made by a tool
 */
export async function readTree(root = "."): Promise<Tree> {
  const tree = new Map<string, string>();
  await readFolder(root, "", tree);
  return new Map([...tree].sort(([a], [b]) => a < b ? -1 : 1));
}

async function readFolder(root: string, folder: string, tree: Map<string, string>): Promise<void> {
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const path = folder + entry.name;
    if (NOT_OURS.test(path)) continue;
    if (entry.isDirectory) await readFolder(root, `${path}/`, tree);
    else if (entry.isFile && TEXT.test(path)) tree.set(path, await Deno.readTextFile(`${root}/${path}`));
  }
}
