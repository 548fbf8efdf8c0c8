import assert from "node:assert/strict";

/** The options of dnt that matter here. */
interface Options {
  readonly entryPoints: readonly { readonly name: string; readonly path: string }[];
  readonly outDir: string;
  readonly mappings: Readonly<Record<string, { readonly name: string }>>;
  readonly package: Readonly<Record<string, unknown>>;
}

/** Stands in for dnt, which is on JSR alone: leaves what the real one leaves, with nothing in it. */
export async function build({ entryPoints, outDir, mappings, ...options }: Options): Promise<void> {
  // It refuses a mapping that is never used, and types are resolved from here.
  assert.ok((await Deno.stat(`${outDir}/node_modules/@types/node`)).isDirectory);
  for (const { name } of Object.values(mappings)) {
    await Deno.stat(`${outDir}/node_modules/${name}/package.json`);
  }
  const exports: Record<string, unknown> = {};
  for (const { name, path } of entryPoints) {
    const file = path.replace(/^.*\//, "").replace(/\.ts$/, "");
    // With declarations beside the modules it names the modules alone.
    exports[name] = { import: `./esm/${file}.js`, require: `./script/${file}.js` };
  }
  for (const folder of ["esm", "script", "src"]) {
    await Deno.mkdir(`${outDir}/${folder}`);
    await Deno.writeTextFile(`${outDir}/${folder}/mod.js`, "");
  }
  await Deno.writeTextFile(`${outDir}/.npmignore`, "src/\n");
  await Deno.writeTextFile(`${outDir}/package.json`, JSON.stringify({ ...options.package, exports }));
}
