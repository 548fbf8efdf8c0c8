import { type BuiltEntries, npmManifest, PROGRAM, programOf } from "./_npm_manifest.ts";
import type { NpmPackage } from "./_npm_packages.ts";
import { publishedAsIs } from "./_published_files.ts";

/** What an engine needs or leaves beside the package. */
const LEFT_OVER = ["src", "node_modules", "package-lock.json", ".npmignore"];

/**
 * Makes a package of what an engine built: its package.json, its documents, its program.
 *
 * @param about what is published of it
 * @param built where the engine put its entry points
 */
export async function finishNpmPackage(about: NpmPackage, built: BuiltEntries): Promise<void> {
  const { folder, out } = about;
  for (const path of LEFT_OVER) await Deno.remove(out + path, { recursive: true }).catch(ignoreMissing);
  const manifest = npmManifest(about, built);
  await Deno.writeTextFile(`${out}package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  await copy("LICENSE", `${out}LICENSE`);
  const files = publishedAsIs(await filesIn(folder), about.publish);
  for (const file of files) await copy(folder + file, out + file);
  const sides = Object.values(built["."] ?? {}).map((module) => module.default.split("/")[1]);
  for (const path of about.importedFiles) {
    for (const side of sides) await copy(path, `${out}${side}/${path.slice(folder.length)}`);
  }
  await writeProgram(about, built);
}

async function writeProgram(about: NpmPackage, built: BuiltEntries): Promise<void> {
  const program = programOf(about);
  const main = built[PROGRAM];
  if (program === null || main === undefined) return;
  const start = `#!/usr/bin/env node\nimport "${main.import.default}";\n`;
  await Deno.writeTextFile(about.out + program.file, start, { mode: 0o755 });
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to.replace(/[^/]*$/, ""), { recursive: true });
  await Deno.copyFile(from, to);
}

/** Every file of a package; what lies in a folder with a deno.json of its own is another package's. */
async function filesIn(folder: string, below = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(`./${folder}${below}`)) {
    const path = below + entry.name;
    if (entry.isFile) files.push(path);
    else if (entry.isDirectory && !/^(?:\..*|node_modules|npm)$/.test(entry.name)) {
      const inside = await filesIn(folder, `${path}/`);
      if (!inside.includes(`${path}/deno.json`)) files.push(...inside);
    }
  }
  return files;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
