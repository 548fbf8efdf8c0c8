/**
 * Builds the packages with dnt, which is on JSR alone.
 *
 * @module
 */

import { finishNpmPackage } from "../../_finish_npm_package.ts";
import type { BuiltEntries, BuiltModule } from "../../_npm_manifest.ts";
import { type NpmPackage, npmPackages } from "../../_npm_packages.ts";
import { openWorkshop, WORKSHOP } from "../../_npm_workshop.ts";
import { publishOrder } from "../../_publish_order.ts";
import { readTree } from "../../_read_tree.ts";
import { dntOptions } from "./_dnt_options.ts";

type EmittedEntry = Readonly<Record<"import" | "require", string | BuiltModule>>;

async function loadDnt() {
  try {
    return await import("@deno/dnt");
  } catch {
    console.error("Cannot load dnt from JSR: where only npm can be reached, build with --engine=tsc");
    Deno.exit(1);
  }
}

/** What dnt emitted says where the entry points are: its folders differ between versions. */
async function builtEntries({ out }: NpmPackage): Promise<BuiltEntries> {
  const { exports }: { readonly exports: Readonly<Record<string, EmittedEntry>> } = JSON.parse(
    await Deno.readTextFile(`${out}package.json`),
  );
  return Object.fromEntries(
    Object.entries(exports).map(([key, entry]) => [
      key,
      { import: builtModule(entry.import), require: builtModule(entry.require) },
    ]),
  );
}

/** A path alone means that the declarations are beside it. */
function builtModule(emitted: EmittedEntry[keyof EmittedEntry]): BuiltModule {
  return typeof emitted === "string"
    ? { types: emitted.replace(/\.js$/, ".d.ts"), default: emitted }
    : { types: emitted.types, default: emitted.default };
}

const { build } = await loadDnt();
const tree = await readTree();
const packages = npmPackages(tree, Deno.env.get("GITHUB_REPOSITORY"));
const root = new URL(`file://${Deno.cwd()}/`).href;
await openWorkshop(packages);
for (const { name } of publishOrder(tree)) {
  const about = packages.find((each) => each.name === name);
  if (about === undefined) continue;
  await Deno.mkdir(about.out, { recursive: true });
  await Deno.symlink("../.workshop/node_modules", `${about.out}node_modules`, { type: "dir" });
  await build(dntOptions(about, { packages, root }));
  await finishNpmPackage(about, await builtEntries(about));
  // Those that are built later find this one as if it were installed.
  const installed = `${WORKSHOP}node_modules/${about.name}`;
  await Deno.mkdir(installed.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.symlink(`../../../${about.out.slice("npm/".length)}`, installed, { type: "dir" });
}
