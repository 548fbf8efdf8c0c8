/**
 * All packages have one version, wherever it is written.
 *
 * `--tag=v0.2.0` asks besides whether that is the version of the tag, and whether CHANGELOG.md has released it.
 *
 * @module
 */

import { CHANGELOG, isReleased } from "./_changelog.ts";
import { readTree, type Tree } from "./_read_tree.ts";
import { RELEASE, versionPlaces } from "./_version_places.ts";
import { report, type Violation } from "./_violation.ts";

const ROOT = "deno.json";

/**
 * Compares the versions of a tree.
 *
 * @param tree the project
 * @param tag such as `v0.2.0`; absent: nothing is being published
 * @returns one violation for each place with another version than the root, and for what the tag does not fit
 */
export function findViolations(tree: Tree, tag?: string): Violation[] {
  const places = versionPlaces(tree);
  const version = places.find(({ path }) => path === ROOT)?.version ?? "";
  return [
    ...(RELEASE.test(version)
      ? []
      : [{ path: ROOT, message: `${version} is not a version of three numbers` }]),
    ...places.filter((place) => place.version !== version)
      .map(({ path, line, version: other }) => ({
        path,
        line,
        message: `has version ${other || "(none)"}, and ${ROOT} has ${version}`,
      })),
    ...(tag === undefined ? [] : findUnfitting(tree, { tag, version })),
  ];
}

function findUnfitting(tree: Tree, { tag, version }: { tag: string; version: string }): Violation[] {
  if (tag !== `v${version}`) {
    return [{ path: ROOT, message: `has version ${version}, and the tag is ${tag}` }];
  }
  return isReleased(tree.get(CHANGELOG) ?? "", version)
    ? []
    : [{ path: CHANGELOG, message: `has no section for ${version}: deno task release ${version}` }];
}

if (import.meta.main) {
  const tag = Deno.args.find((arg) => arg.startsWith("--tag="))?.slice("--tag=".length);
  report("versions", findViolations(await readTree(), tag));
}
