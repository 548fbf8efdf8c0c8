/**
 * Builds the packages with the TypeScript compiler alone: once as ES modules, once as CommonJS.
 *
 * @module
 */

import { finishNpmPackage } from "../../_finish_npm_package.ts";
import type { BuiltEntries, BuiltModule } from "../../_npm_manifest.ts";
import { type NpmPackage, npmPackages } from "../../_npm_packages.ts";
import { openWorkshop } from "../../_npm_workshop.ts";
import { readTree } from "../../_read_tree.ts";
import { compile, type ModuleKind } from "./_compile.ts";

/** The folders that dnt makes, too. */
const FOLDERS: Readonly<Record<ModuleKind, string>> = { module: "esm", commonjs: "script" };

async function build(packages: readonly NpmPackage[], kind: ModuleKind): Promise<void> {
  for (const [path, text] of compile(packages, kind)) {
    const about = packages.findLast(({ folder }) => path.startsWith(folder));
    if (about === undefined) throw new Error(`Cannot build ${path}: it belongs to no package`);
    await write(`${about.out}${FOLDERS[kind]}/${path.slice(about.folder.length)}`, text);
  }
  for (const { out } of packages) {
    await write(`${out}${FOLDERS[kind]}/package.json`, `${JSON.stringify({ type: kind })}\n`);
  }
}

function builtEntries({ exports, folder }: NpmPackage): BuiltEntries {
  return Object.fromEntries([...exports].map(([key, source]) => {
    const path = source.slice(folder.length).replace(/\.ts$/, "");
    return [key, { import: builtModule("module", path), require: builtModule("commonjs", path) }];
  }));
}

function builtModule(kind: ModuleKind, path: string): BuiltModule {
  return { types: `./${FOLDERS[kind]}/${path}.d.ts`, default: `./${FOLDERS[kind]}/${path}.js` };
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.replace(/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(path, text);
}

const packages = npmPackages(await readTree(), Deno.env.get("GITHUB_REPOSITORY"));
await openWorkshop(packages);
for (const kind of ["module", "commonjs"] as const) await build(packages, kind);
for (const about of packages) {
  await finishNpmPackage(about, builtEntries(about));
}
