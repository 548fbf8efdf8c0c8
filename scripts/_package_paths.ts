import { importsOf } from "./_imports_of.ts";
import { portableTestSources } from "./_portable_tests.ts";
import type { Tree } from "./_read_tree.ts";
import { runDeno } from "./_run_deno.ts";
import { workspacePackages } from "./_workspace.ts";
import { TESTS_LOCK } from "./lock.ts";

/** What names stand for, as the deno.json files and the tests have it. */
export interface PackagePaths {
  /** The project's own entry points: paths from the root by the name they are imported by. */
  readonly own: ReadonlyMap<string, string>;
  /** What is on npm: `npm:` specifiers by the name they are imported by, which may be the specifier itself. */
  readonly npm: ReadonlyMap<string, string>;
}

/**
 * Reads what the names mean that tests and packages import.
 *
 * @param tree the project
 * @returns one entry for each name
 */
export function packagePaths(tree: Tree): PackagePaths {
  const packages = workspacePackages(tree);
  const mapped = packages.flatMap(({ imports, dependencies }) =>
    imports.map((name, index) => [name, dependencies[index] ?? name] as const)
  );
  const inline = portableTestSources(tree).flatMap((path) => importsOf(tree.get(path) ?? ""))
    .map(({ specifier }) => [specifier, specifier] as const);
  return {
    own: new Map(
      packages.flatMap(({ name, exports }) =>
        [...exports].map(([subpath, path]) => [name + subpath.slice(1), path])
      ),
    ),
    npm: new Map([...mapped, ...inline].filter(([, specifier]) => specifier.startsWith("npm:"))),
  };
}

/**
 * Tells Node.js and Bun what Deno reads from the deno.json files: installs the npm packages as the tests' lock has
 * them, and writes a tsconfig.json that names everything.
 *
 * @param tree the project, which is in the current folder
 * @param where an empty folder outside of it, and what to install there beside these packages
 * @returns the path of the tsconfig.json
 * @throws {Error} when a package cannot be installed
 */
export async function writePackagePaths(
  tree: Tree,
  { folder, tools }: { folder: string; tools: readonly string[] },
): Promise<string> {
  const { own, npm } = packagePaths(tree);
  const imports = Object.fromEntries(
    [...npm.values(), ...tools].map((specifier) => [packageName(specifier), specifier]),
  );
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ nodeModulesDir: "auto", imports }));
  await Deno.copyFile(TESTS_LOCK, `${folder}/deno.lock`);
  // Once more: a download may break off.
  const installed = (await runDeno(["install"], folder)).success ? null : await runDeno(["install"], folder);
  if (installed?.success === false) throw new Error(`Cannot install npm packages: ${installed.output}`);
  const paths = Object.fromEntries([
    ...[...own].map(([name, path]) => [name, [`${Deno.cwd()}/${path}`]]),
    ...[...npm].map(([name, specifier]) => [name, [`./node_modules/${packageName(specifier)}`]]),
    // What a package has below its name, as Deno understands it as well.
    ...[...npm].map(([name, specifier]) => [`${name}/*`, [`./node_modules/${packageName(specifier)}/*`]]),
  ]);
  await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions: { paths } }));
  return `${folder}/tsconfig.json`;
}

function packageName(specifier: string): string {
  const name = specifier.match(/^npm:(@?[^@]+)@/)?.[1];
  if (name === undefined) throw new Error(`Cannot install ${specifier}: it names no version`);
  return name;
}
