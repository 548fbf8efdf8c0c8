/**
 * Joins the modules of built packages: each entry point becomes one file, and what several of them share another.
 *
 * `deno run … scripts/join_modules.ts npm/core/ npm/http/`, after an engine has built them. A runtime finds, reads
 * and links every file by itself, at a third of a millisecond each, so the core's hundred files would cost whoever
 * imports it more than all they do. Declarations stay as they are.
 *
 * @module
 */

import { ESBUILD } from "./_tool_specifiers.ts";

/** The part of esbuild that is used. */
interface Bundler {
  build(
    options: object,
  ): Promise<{ readonly metafile: { readonly outputs: Readonly<Record<string, unknown>> } }>;
  stop(): Promise<void>;
}

/** Where a package's entry points are, as its package.json has it: paths such as `./esm/mod.js`. */
interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<"import" | "require", BuiltFile>>>>;
}

interface BuiltFile {
  readonly default: string;
}

/** What both kinds of module have in common: what Node.js 20 understands, and readable where a stack trace points. */
const READABLE = {
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  metafile: true,
  logLevel: "error",
};

async function joinPackage(out: string, { build }: Bundler): Promise<void> {
  const { exports }: Manifest = JSON.parse(await Deno.readTextFile(`${out}package.json`));
  const entries = Object.values(exports).filter((entry) => typeof entry !== "string");
  const imported = entries.map((entry) => out + entry.import.default.slice(2));
  const required = entries.map((entry) => out + entry.require.default.slice(2));
  const [esm, script] = [folderOf(imported, out), folderOf(required, out)];
  const joined = `${out}.joined/`;
  const { metafile } = await build({
    ...READABLE,
    entryPoints: imported,
    outbase: esm,
    outdir: `${joined}esm`,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    packages: "external",
    chunkNames: "shared_[hash]",
  });
  await build({
    ...READABLE,
    entryPoints: Object.keys(metafile.outputs),
    outbase: `${joined}esm`,
    outdir: `${joined}script`,
    format: "cjs",
    platform: "node",
    // Test runners that load CommonJS by themselves know no other.
    supported: { "dynamic-import": false },
  });
  await replaceModules(esm, `${joined}esm`);
  await replaceModules(script, `${joined}script`);
  await Deno.remove(joined, { recursive: true });
}

/** Engines name the two folders as they like. */
function folderOf(files: readonly string[], out: string): string {
  return `${out}${files[0]?.slice(out.length).split("/")[0]}/`;
}

async function replaceModules(folder: string, joined: string): Promise<void> {
  for await (const path of modulesIn(folder)) await Deno.remove(folder + path);
  for await (const path of modulesIn(`${joined}/`)) {
    await Deno.mkdir(`${folder}${path}`.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.rename(`${joined}/${path}`, folder + path);
  }
}

async function* modulesIn(folder: string, below = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder + below)) {
    if (isDirectory) yield* modulesIn(folder, `${below}${name}/`);
    else if (name.endsWith(".js")) yield below + name;
  }
}

if (import.meta.main) {
  const bundler: Bundler = await import(ESBUILD);
  for (const out of Deno.args) await joinPackage(out, bundler);
  await bundler.stop();
}
