/**
 * Prepares a release: `deno task release 0.2.0` writes the version wherever it stands and closes the section
 * "Unreleased" of CHANGELOG.md. `--dry-run` writes nothing and says what would change.
 *
 * It commits, tags and pushes nothing: the change is reviewed as any other, and the tag is given to what has
 * landed. What it says at the end are the commands for that.
 *
 * @module
 */

import { announcedVersion, CHANGELOG, closeUnreleased, unreleasedChanges } from "./_changelog.ts";
import { readTree, type Tree } from "./_read_tree.ts";
import { compareVersions, RELEASE, versionPlaces, withVersion } from "./_version_places.ts";
import { findViolations } from "./check_versions.ts";

/** Releases are made from it. */
const BRANCH = "main";

/** What git knows of the folder. */
export interface GitState {
  /** The branch that is checked out. */
  readonly branch: string;
  /** Whether nothing is changed, staged or new. */
  readonly isClean: boolean;
  /** All tags of releases, such as `v0.1.0`. */
  readonly tags: readonly string[];
}

/**
 * Finds all that stands in the way of a release.
 *
 * @param tree the project
 * @param release the version to be, and what git knows
 * @returns a sentence for each obstacle
 */
export function findObstacles(tree: Tree, { version, git }: { version: string; git: GitState }): string[] {
  if (!RELEASE.test(version)) {
    return [`Cannot release ${version || "nothing"}: a version is three numbers, such as 0.2.0`];
  }
  const present = versionPlaces(tree)[0]?.version ?? "";
  const changelog = tree.get(CHANGELOG) ?? "";
  const announced = announcedVersion(changelog) ?? version;
  const released = git.tags.map((tag) => tag.slice(1)).filter((tag) => RELEASE.test(tag)).sort(
    compareVersions,
  );
  const latest = released.at(-1);
  return [
    ...(git.branch === BRANCH ? [] : [`The branch is ${git.branch}, not ${BRANCH}`]),
    ...(git.isClean ? [] : ["Files are changed or new: commit them first"]),
    ...findViolations(tree).map(({ path, message }) => `${path} ${message}`),
    ...(git.tags.includes(`v${version}`) ? [`The tag v${version} exists`] : []),
    ...(latest !== undefined && compareVersions(version, latest) < 0
      ? [`${latest} is released already`]
      : []),
    // The first release is of the version that the packages have from the beginning.
    ...(compareVersions(version, present) < 0 ? [`The packages have version ${present} already`] : []),
    ...(announced === version ? [] : [`${CHANGELOG} says that ${announced} comes next`]),
    ...(unreleasedChanges(changelog) === null ? [`${CHANGELOG} has no entry under "## Unreleased"`] : []),
  ];
}

/**
 * Writes the release down.
 *
 * @param tree the project
 * @param release its version, and the day in UTC such as `2026-11-30`
 * @returns the files that change, by path
 */
export function releasedFiles(tree: Tree, release: { version: string; date: string }): Map<string, string> {
  return withVersion(tree, release.version).set(
    CHANGELOG,
    closeUnreleased(tree.get(CHANGELOG) ?? "", release),
  );
}

async function git(...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", { args: [...args] }).output();
  if (!success) {
    throw new Error(`Cannot run git ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
  }
  return new TextDecoder().decode(stdout).trim();
}

async function gitState(): Promise<GitState> {
  return {
    branch: await git("rev-parse", "--abbrev-ref", "HEAD"),
    isClean: await git("status", "--porcelain") === "",
    tags: (await git("tag", "--list", "v*")).split("\n").filter((tag) => tag !== ""),
  };
}

function nextSteps(version: string): string {
  return `Look at the changes, and let them land on ${BRANCH} as any other:

    git switch --create release-${version} && git commit --all --message "Release ${version}"

Then give the tag to what has landed. It publishes:

    git tag v${version} && git push origin v${version}`;
}

async function main(): Promise<void> {
  const [version = ""] = Deno.args.filter((arg) => !arg.startsWith("--"));
  const isRehearsal = Deno.args.includes("--dry-run");
  const tree = await readTree();
  const obstacles = findObstacles(tree, { version, git: await gitState() });
  for (const obstacle of obstacles) console.error(obstacle);
  if (obstacles.length > 0) Deno.exit(1);
  const files = releasedFiles(tree, { version, date: new Date().toISOString().slice(0, 10) });
  for (const [path, text] of files) {
    if (!isRehearsal) await Deno.writeTextFile(path, text);
    console.log(`${isRehearsal ? "would write" : "wrote"} ${path}`);
  }
  if (!isRehearsal) console.log(`\n${nextSteps(version)}`);
}

if (import.meta.main) await main();
