import type { Tree } from "./_read_tree.ts";

/** One package of the workspace, as its deno.json describes it. */
export interface WorkspacePackage {
  /** Its folder with a trailing slash; empty for the root. */
  readonly folder: string;
  /** The name it is imported by. */
  readonly name: string;
  /** Paths of its entry points, from the root of the project. */
  readonly entryPoints: readonly string[];
  /** The bare names it imports. */
  readonly imports: readonly string[];
  /** What those names stand for. */
  readonly dependencies: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly exports: string | Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly workspace?: readonly string[];
}

/**
 * Lists the root and the members it names.
 *
 * @param tree the project
 * @returns the packages, the root first
 * @throws {Error} when a deno.json is missing
 */
export function workspacePackages(tree: Tree): WorkspacePackage[] {
  const members = manifest(tree, "").workspace ?? [];
  return ["", ...members.map((member) => `${member.replace(/^\.\//, "")}/`)].map((folder) => {
    const { name, exports, imports = {} } = manifest(tree, folder);
    const targets = typeof exports === "string" ? [exports] : Object.values(exports);
    return {
      folder,
      name,
      entryPoints: targets.map((target) => folder + target.replace(/^\.\//, "")),
      imports: Object.keys(imports),
      dependencies: Object.values(imports),
    };
  });
}

function manifest(tree: Tree, folder: string): Manifest {
  const text = tree.get(`${folder}deno.json`);
  if (text === undefined) throw new Error(`Cannot read ${folder}deno.json: it does not exist`);
  return JSON.parse(text);
}
