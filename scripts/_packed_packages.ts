/** One package as it would be published. */
export interface PackedPackage {
  /** As it is installed. */
  readonly name: string;
  /** Path of what `npm pack` made. */
  readonly tarball: string;
  /** Path of the folder that was packed. */
  readonly folder: string;
  /** Its package.json. */
  readonly manifest: PackedManifest;
}

/** What tests read and break. */
export interface PackedManifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<"import" | "require", PackedModule>>>>;
  readonly license: string;
  readonly repository: { readonly url: string };
  readonly engines: Readonly<Record<string, string>>;
  readonly sideEffects: false | readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One side of an entry point. */
export interface PackedModule {
  readonly types: string;
  readonly default: string;
}

const NPM: URL = new URL("../npm/", import.meta.url);

/**
 * Lists what was built.
 *
 * @returns all packages, by name
 * @throws {Error} when nothing was
 */
export async function packedPackages(): Promise<PackedPackage[]> {
  const packed: PackedPackage[] = [];
  for (const folder of await foldersIn(NPM)) {
    const manifest: PackedManifest = JSON.parse(await Deno.readTextFile(new URL("package.json", folder)));
    const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
    packed.push({
      name: manifest.name,
      tarball: new URL(file, NPM).pathname,
      folder: folder.pathname,
      manifest,
    });
  }
  if (packed.length === 0) {
    throw new Error(
      "Cannot test packages that are not built: run deno task build:npm, perhaps with --engine=tsc",
    );
  }
  return packed.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function foldersIn(address: URL): Promise<URL[]> {
  const folders: URL[] = [];
  try {
    for await (const entry of Deno.readDir(address)) {
      if (entry.isDirectory && !entry.name.startsWith(".")) folders.push(new URL(`${entry.name}/`, address));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return folders;
}

/**
 * Names the entry points of a package that are modules, and do nothing when they are imported.
 *
 * @param about the package
 * @returns specifiers such as `@userharbor/core/testing`
 */
export function entryPoints({ name, manifest }: Pick<PackedPackage, "name" | "manifest">): string[] {
  return Object.entries(manifest.exports).filter(([key, target]) =>
    typeof target !== "string" && key !== "./main"
  )
    .map(([key]) => name + key.slice(1));
}

/** Lists all files below a folder, whose path ends with a slash. */
export async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) files.push(...await filesIn(`${folder}${entry.name}/`));
    else files.push(folder + entry.name);
  }
  return files;
}
