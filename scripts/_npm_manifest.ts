import type { NpmPackage } from "./_npm_packages.ts";
import { SOURCE } from "./_read_tree.ts";

/** Where an engine put one entry point, for those who import it and those who require it. */
export interface BuiltEntry {
  readonly import: BuiltModule;
  readonly require: BuiltModule;
}

/** Paths such as `./esm/mod.js`; declarations stand first, since the first condition that fits is taken. */
export interface BuiltModule {
  readonly types: string;
  readonly default: string;
}

/** Where an engine put a package's entry points, by `.` or `./subpath`. */
export type BuiltEntries = Readonly<Record<string, BuiltEntry>>;

/** The oldest Node.js that the packed packages are tested on. */
const NODE_VERSIONS = ">=20";

/** The entry that is a program: it does something when it is imported. */
export const PROGRAM = "./main";

/** A command that a package installs. */
export interface NpmProgram {
  /** What a person types: the name of the scope. */
  readonly command: string;
  /** The file that starts {@link PROGRAM}, from the package's folder. */
  readonly file: string;
}

/**
 * Names the program that a package installs.
 *
 * @param about what is published of it
 * @returns the command and its file; `null` without an entry `./main`
 */
export function programOf(about: Pick<NpmPackage, "name" | "exports">): NpmProgram | null {
  if (!about.exports.has(PROGRAM)) return null;
  const command = about.name.replace(/^@|\/.*$/g, "");
  return { command, file: `${command}.mjs` };
}

/**
 * Writes the package.json of a package.
 *
 * @param about what is published of it
 * @param built where the engine put its entry points
 * @returns what the file holds
 * @throws {Error} when an entry point was not built
 */
export function npmManifest(about: NpmPackage, built: BuiltEntries): Readonly<Record<string, unknown>> {
  const { name, version, description, license, dependencies, peerDependencies } = about;
  const main = entryOf(about, built, ".");
  const program = programOf(about);
  return {
    name,
    version,
    description,
    license,
    ...whereItIsFrom(about),
    // Each of the two folders says its own type, too.
    type: "commonjs",
    main: main.require.default,
    module: main.import.default,
    types: main.require.types,
    exports: {
      ...Object.fromEntries([...about.exports.keys()].map((key) => [key, exportOf(about, built, key)])),
      "./package.json": "./package.json",
    },
    ...unlessEmpty("typesVersions", typesVersions(about, built)),
    ...(program === null ? {} : { bin: { [program.command]: program.file } }),
    engines: { node: NODE_VERSIONS },
    sideEffects: program === null ? false : [
      `./${program.file}`,
      ...Object.values(entryOf(about, built, PROGRAM)).map((module) => module.default),
    ],
    ...unlessEmpty("dependencies", dependencies),
    ...unlessEmpty("peerDependencies", peerDependencies),
  };
}

function whereItIsFrom({ folder, repository }: NpmPackage) {
  const address = `https://github.com/${repository}`;
  const directory = folder.replace(/\/$/, "");
  return {
    homepage: `${address}${directory === "" ? "" : `/tree/main/${directory}`}#readme`,
    bugs: { url: `${address}/issues` },
    repository: {
      type: "git",
      url: `git+${address}.git`,
      ...(directory === "" ? {} : { directory }),
    },
  };
}

/** A file that is no module stays as it is, and where it is. */
function exportOf(about: NpmPackage, built: BuiltEntries, key: string): BuiltEntry | string {
  const source = about.exports.get(key) ?? "";
  return SOURCE.test(source) ? entryOf(about, built, key) : `./${source.slice(about.folder.length)}`;
}

function entryOf({ name }: NpmPackage, built: BuiltEntries, key: string): BuiltEntry {
  const entry = built[key];
  if (entry === undefined) throw new Error(`Cannot publish ${name}: ${key} was not built`);
  return entry;
}

/** For TypeScript with `moduleResolution: node10`, which reads no `exports`. */
function typesVersions(about: NpmPackage, built: BuiltEntries): Readonly<Record<string, unknown>> {
  const subpaths = [...about.exports].filter(([key, source]) => key !== "." && SOURCE.test(source));
  if (subpaths.length === 0) return {};
  return {
    "*": Object.fromEntries(
      subpaths.map(([key]) => [key.slice(2), [entryOf(about, built, key).require.types]]),
    ),
  };
}

function unlessEmpty(
  key: string,
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
