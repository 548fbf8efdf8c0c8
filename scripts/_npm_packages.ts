import { importsOf } from "./_imports_of.ts";
import { SOURCE, type Tree } from "./_read_tree.ts";
import { resolveRelative } from "./_resolve_relative.ts";
import { type PublishedFiles, type WorkspacePackage, workspacePackages } from "./_workspace.ts";

/** Where a release comes from, unless the workflow that makes it says otherwise. */
const REPOSITORY = "userharbor/userharbor-ts";

/** What is published to npm of one package, whichever engine builds it: all of it follows from the sources. */
export interface NpmPackage {
  /** Its folder in the project with a trailing slash; empty for the root. */
  readonly folder: string;
  /** The folder it is built into. */
  readonly out: string;
  /** The name it is installed by. */
  readonly name: string;
  /** The release it belongs to. */
  readonly version: string;
  /** Its SPDX licence. */
  readonly license: string;
  /** One sentence or two: the first paragraph of its module's documentation. */
  readonly description: string;
  /** The repository's `owner/name` on GitHub. */
  readonly repository: string;
  /** Paths of its entry points, from the root of the project, by `.` or `./subpath`. */
  readonly exports: ReadonlyMap<string, string>;
  /** The other packages' entry points that it imports, such as `@userharbor/core/testing`. */
  readonly siblings: readonly string[];
  /** Other packages of the release, by name: one copy of each serves a whole application. */
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** Packages of others, by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The same, exactly as they were tested. */
  readonly exactDependencies: Readonly<Record<string, string>>;
  /** Which of its files are published. */
  readonly publish: PublishedFiles;
  /** Files that are no modules and that its modules import, from the root of the project. */
  readonly importedFiles: readonly string[];
}

/**
 * Describes the packages as they are published to npm.
 *
 * @param tree the project
 * @param repository `owner/name` on GitHub
 * @returns one description for each package that has a version, the root first
 * @throws {Error} when something is imported that no package provides
 */
export function npmPackages(tree: Tree, repository: string = REPOSITORY): NpmPackage[] {
  const all = workspacePackages(tree);
  return all.filter(({ version }) => version !== undefined).map((own) => {
    const { folder, name, version = "", license = "", exports } = own;
    const { modules, bare, importedFiles } = reachedFrom(tree, own);
    const foreign = bare.filter((each) => !each.startsWith("node:") && ownerOf(all, each) !== own);
    const siblings = foreign.filter((each) => ownerOf(all, each) !== undefined);
    const owners = siblings.map((each) => ownerOf(all, each));
    const exact = foreign.filter((each) => !siblings.includes(each)).map((each) => npmDependency(own, each));
    return {
      folder,
      out: `npm/${name.replace(/^@[^/]*\//, "")}/`,
      name,
      version,
      license,
      description: describe(tree.get(exports.get(".") ?? modules[0] ?? "") ?? ""),
      repository,
      exports,
      siblings,
      peerDependencies: sorted(owners.map((owner) => [owner?.name ?? "", `^${owner?.version}`])),
      dependencies: sorted(exact.map(([dependency, exactly]) => [dependency, `^${exactly}`])),
      exactDependencies: sorted(exact),
      publish: own.publish,
      importedFiles,
    };
  });
}

interface Reached {
  readonly modules: readonly string[];
  readonly bare: readonly string[];
  readonly importedFiles: readonly string[];
}

/** Follows the imports, so that what only tests need is never part of a package. */
function reachedFrom(tree: Tree, { name, entryPoints }: WorkspacePackage): Reached {
  const bare = new Set<string>();
  const files = new Set(entryPoints);
  for (const file of files) {
    if (!SOURCE.test(file)) continue;
    const text = tree.get(file);
    if (text === undefined) throw new Error(`Cannot describe ${name}: ${file} does not exist`);
    for (const { specifier } of importsOf(text)) {
      if (specifier.startsWith(".")) files.add(resolveRelative(file, specifier));
      else bare.add(specifier);
    }
  }
  return {
    modules: [...files].filter((file) => SOURCE.test(file)),
    bare: [...bare].sort(),
    importedFiles: [...files].filter((file) => !SOURCE.test(file)),
  };
}

function ownerOf(all: readonly WorkspacePackage[], specifier: string): WorkspacePackage | undefined {
  return all.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
}

/** Reads `npm:name@1.2.3`, whatever bare name stands for it. */
function npmDependency({ name, imports, dependencies }: WorkspacePackage, specifier: string) {
  const index = imports.findIndex((mapped) =>
    specifier === mapped || specifier.startsWith(mapped.endsWith("/") ? mapped : `${mapped}/`)
  );
  const [, dependency, version] = (dependencies[index] ?? specifier).match(
    /^npm:\/?((?:@[^/@]+\/)?[^/@]+)@(\d+\.\d+\.\d+[^/]*)/,
  ) ?? [];
  if (dependency === undefined || version === undefined) {
    throw new Error(`Cannot describe ${name}: its deno.json gives ${specifier} no exact version on npm`);
  }
  return [dependency, version] as const;
}

function describe(module: string): string {
  const [, documentation = ""] = module.match(/^\s*\/\*\*(.*?)\*\//s) ?? [];
  const [paragraph = ""] = documentation.replace(/^ *\* ?/gm, "").trim().split(/\n\s*\n/);
  return paragraph.replace(/\s+/g, " ").replace(/\{@link ([^}]+)\}/g, "$1").replaceAll("`", "");
}

function sorted(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => a < b ? -1 : 1));
}
