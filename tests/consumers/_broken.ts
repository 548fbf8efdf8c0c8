import { APPLICATION, makeProject, PROGRAMS } from "./_application.ts";
import {
  filesIn,
  type PackedManifest,
  type PackedPackage,
  packedPackages,
} from "../../scripts/_packed_packages.ts";

/** What is wrong with a package. */
export interface Breakage {
  /** Which package. */
  readonly name: string;
  /** Its package.json, as it is and as it becomes. */
  readonly change: (manifest: PackedManifest) => PackedManifest;
}

/** A project with copies of packages, one of which may be broken. */
export interface BrokenProject {
  /** Where it is. */
  readonly folder: string;
  /** Where the broken copy is. */
  readonly broken: string;
}

/**
 * Puts together a project that has a package, those it needs, and nothing that no package.json names.
 *
 * @param breakage what is wrong; `change` may leave everything as it is
 * @returns where it is
 */
export async function breakPackage({ name, change }: Breakage): Promise<BrokenProject> {
  const packed = await packedPackages();
  const folder = await makeProject();
  const waiting = [name];
  for (const needed of waiting) {
    const about = packed.find((each) => each.name === needed);
    const target = `${folder}/node_modules/${needed}`;
    await Deno.mkdir(target.replace(/[^/]*$/, ""), { recursive: true });
    if (about === undefined) {
      await Deno.symlink(`${APPLICATION}/node_modules/${needed}`, target);
      continue;
    }
    const manifest = needed === name ? change(about.manifest) : about.manifest;
    await copy(about, target);
    await Deno.writeTextFile(`${target}/package.json`, JSON.stringify(manifest));
    const all = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    waiting.push(...all.filter((each) => !waiting.includes(each)));
  }
  await Deno.copyFile(`${PROGRAMS}every_entry.mjs`, `${folder}/every_entry.mjs`);
  return { folder, broken: `${folder}/node_modules/${name}` };
}

async function copy({ folder }: PackedPackage, target: string): Promise<void> {
  for (const path of await filesIn(folder)) {
    const to = `${target}/${path.slice(folder.length)}`;
    await Deno.mkdir(to.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(path, to);
  }
}
