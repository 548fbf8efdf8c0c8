/**
 * Runs `tests/jsr` on the packages as they are on JSR, in a project of its own outside of this one:
 * `deno task test:jsr 0.2.0`. Without a version it takes that of the workspace; `JSR_URL` names another registry.
 *
 * @module
 */

import { packagePaths } from "./_package_paths.ts";
import { readTree, type Tree } from "./_read_tree.ts";
import { versionPlaces } from "./_version_places.ts";
import { workspacePackages } from "./_workspace.ts";

const FOLDER = "tests/jsr/";

/**
 * Makes the project that installs the packages.
 *
 * @param tree this project
 * @param version which version of the packages
 * @returns its files by path
 */
export function projectOf(tree: Tree, version: string): Map<string, string> {
  const config: { readonly imports: Readonly<Record<string, string>> } = JSON.parse(
    tree.get(`${FOLDER}deno.json`) ?? "",
  );
  const packages = workspacePackages(tree).map(({ name }) => [name, `jsr:${name}@${version}`] as const);
  const imports = { ...config.imports, ...Object.fromEntries(packages) };
  const copied = [...tree].filter(([path]) => path.startsWith(FOLDER) && path.endsWith(".ts"))
    .map(([path, text]) => [path.slice(FOLDER.length), text] as const);
  return new Map([
    ...copied,
    ["deno.json", JSON.stringify({ ...config, imports }, null, 2)],
    ["entry_points.json", JSON.stringify([...packagePaths(tree).own.keys()], null, 2)],
  ]);
}

async function main(): Promise<void> {
  const tree = await readTree();
  const version = Deno.args[0] ?? versionPlaces(tree)[0]?.version ?? "";
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of projectOf(tree, version)) await Deno.writeTextFile(`${folder}/${path}`, text);
    // A release is tested minutes after it was made.
    const args = ["test", "-A", "--no-lock", "--min-dep-age=0"];
    const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).spawn().status;
    if (!success) Deno.exitCode = 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
