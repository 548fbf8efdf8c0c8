/**
 * Builds every package for npm into `npm/<name>/`, as ES modules and as CommonJS, and packs each into
 * `npm/*.tgz`. Modules are joined, so that importing a package reads few files: see `scripts/join_modules.ts`.
 *
 * What is published follows from the sources and the deno.json files, whatever compiles them: `--engine=dnt`,
 * which is the default, or `--engine=tsc`, which needs npm alone.
 *
 * @module
 */

import { WORKSHOP } from "./_npm_workshop.ts";
import { type NpmPackage, npmPackages } from "./_npm_packages.ts";
import { readTree } from "./_read_tree.ts";
import { runNpm } from "./_run_npm.ts";

/** What each engine takes besides the file that it is; dnt is found on JSR, where no lock of ours was made. */
const ENGINES: Readonly<Record<string, readonly string[]>> = {
  dnt: ["--no-lock"],
  tsc: ["--frozen", "--check"],
};

/**
 * Reads the command line.
 *
 * @param args after `deno task build:npm`
 * @returns the name of an engine
 * @throws {RangeError} for an engine that there is not
 * @throws {TypeError} for anything else that is unknown
 */
export function chooseEngine(args: readonly string[]): string {
  let engine = "dnt";
  for (const arg of args) {
    if (arg === "--") continue;
    if (!arg.startsWith("--engine=")) throw new TypeError(`Cannot build: ${arg} is no option`);
    engine = arg.slice("--engine=".length);
  }
  if (!Object.hasOwn(ENGINES, engine)) {
    throw new RangeError(`Cannot build: ${engine} is none of ${Object.keys(ENGINES).join(", ")}`);
  }
  return engine;
}

async function runEngine(engine: string): Promise<boolean> {
  const folder = `scripts/npm_engines/${engine}`;
  const args = ["run", "-A", "--quiet", `--config=${folder}/deno.json`, ...ENGINES[engine] ?? []];
  const command = new Deno.Command(Deno.execPath(), { args: [...args, `${folder}/build.ts`] });
  return (await command.spawn().status).success;
}

/** What imports a file that is no module says where that is, so it stays where it is itself. */
async function joinModules(packages: readonly NpmPackage[]): Promise<boolean> {
  const args = ["run", "-A", "--quiet", "--no-config", "--lock=scripts/tools.lock", "--frozen"];
  const folders = packages.filter(({ importedFiles }) => importedFiles.length === 0).map(({ out }) => out);
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args, "scripts/join_modules.ts", ...folders],
  });
  return (await command.spawn().status).success;
}

async function main(): Promise<void> {
  if (!await runEngine(chooseEngine(Deno.args))) Deno.exit(1);
  await Deno.remove(WORKSHOP, { recursive: true });
  const packages = npmPackages(await readTree());
  if (!await joinModules(packages)) Deno.exit(1);
  const folders = packages.map(({ out }) => `./${out}`);
  await runNpm(["pack", "--ignore-scripts", "--pack-destination=npm", ...folders]);
  console.log(`${folders.length} packages are in npm/, and packed there`);
}

if (import.meta.main) await main();
