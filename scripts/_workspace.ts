import type { Tree } from "./_read_tree.ts";

/** One package of the workspace, as its deno.json describes it. */
export interface WorkspacePackage {
  /** Its folder with a trailing slash; empty for the root. */
  readonly folder: string;
  /** The name it is imported by. */
  readonly name: string;
  /** The release it belongs to; absent: it is not published. */
  readonly version?: string;
  /** Its SPDX licence. */
  readonly license?: string;
  /** Paths of its entry points, from the root of the project, by `.` or `./subpath`. */
  readonly exports: ReadonlyMap<string, string>;
  /** Paths of its entry points, from the root of the project. */
  readonly entryPoints: readonly string[];
  /** The bare names it imports. */
  readonly imports: readonly string[];
  /** What those names stand for. */
  readonly dependencies: readonly string[];
  /** Which of its files are published: patterns of paths in its folder. */
  readonly publish: PublishedFiles;
}

/** Patterns of paths; a folder stands for all that is in it. */
export interface PublishedFiles {
  /** Absent: everything. */
  readonly include?: readonly string[];
  /** Wins over `include`. */
  readonly exclude?: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly license?: string;
  readonly exports: string | Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly publish?: PublishedFiles;
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
    const { name, version, license, exports, imports = {}, publish = {} } = manifest(tree, folder);
    const targets = Object.entries(typeof exports === "string" ? { ".": exports } : exports)
      .map(([subpath, target]) => [subpath, folder + target.replace(/^\.\//, "")] as const);
    return {
      folder,
      name,
      ...(version === undefined ? {} : { version }),
      ...(license === undefined ? {} : { license }),
      exports: new Map(targets),
      entryPoints: targets.map(([, path]) => path),
      imports: Object.keys(imports),
      dependencies: Object.values(imports),
      publish,
    };
  });
}

function manifest(tree: Tree, folder: string): Manifest {
  const text = tree.get(`${folder}deno.json`);
  if (text === undefined) throw new Error(`Cannot read ${folder}deno.json: it does not exist`);
  return JSON.parse(text);
}
