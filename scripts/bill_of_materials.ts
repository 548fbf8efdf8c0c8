/**
 * States what the packages that `deno task build:npm` made consist of, in all: `npm/userharbor.cdx.json`, a bill of
 * materials in CycloneDX, for whoever has to know that a version of something is theirs.
 *
 * @module
 */

import { type PackedPackage, packedPackages } from "./_packed_packages.ts";
import { runNpm } from "./_run_npm.ts";

/** A bill of materials in CycloneDX 1.5; the part that is read. */
export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly components: readonly Component[];
}

/** A package of a certain version. */
interface Component {
  /** Such as `pkg:npm/nodemailer@10.6.1`. */
  readonly purl: string;
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
  /** Of the tarball. */
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
}

/**
 * Finds all that an application gets that installs every package, down to the last dependency.
 *
 * @param packed the packages, as they would be published
 * @returns all of it, ours included
 * @throws {Error} when npm cannot tell
 */
export async function billOfMaterials(packed: readonly PackedPackage[]): Promise<BillOfMaterials> {
  const root = await Deno.makeTempDir();
  // Its name is that of the whole.
  const folder = `${root}/userharbor`;
  try {
    await Deno.mkdir(folder);
    const version = packed[0]?.manifest.version;
    await Deno.writeTextFile(
      `${folder}/package.json`,
      JSON.stringify({ name: "userharbor", version, private: true }),
    );
    const tarballs = packed.map(({ tarball }) => tarball);
    await runNpm(["install", "--package-lock-only", "--ignore-scripts", ...tarballs], folder);
    const written = await runNpm(["sbom", "--package-lock-only", "--sbom-format=cyclonedx"], folder);
    const bill: BillOfMaterials = JSON.parse(written);
    return { ...bill, components: bill.components.map(withoutLocalPaths) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Where our own lay when they were installed is nobody's business. */
function withoutLocalPaths(component: Component): Component {
  const externalReferences = component.externalReferences?.filter(({ url }) => !url.startsWith("file:")) ??
    [];
  return { ...component, externalReferences };
}

if (import.meta.main) {
  const bill = await billOfMaterials(await packedPackages());
  await Deno.writeTextFile("npm/userharbor.cdx.json", JSON.stringify(bill, null, 2) + "\n");
}
