import type { Tree } from "./_read_tree.ts";
import { lineAt } from "./_violation.ts";
import { workspacePackages } from "./_workspace.ts";

/** One place where the version of all packages is written. */
export interface VersionPlace {
  /** From the root of the project. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** What is written there. */
  readonly version: string;
}

/** What a package says of itself. */
const OF_PACKAGE = /(?<=^ {2}"version": ")[^"]*(?=")/m;

/** What the command line says of itself. */
const OF_CLI = /(?<=\bVERSION = ")[^"]*(?=")/;

/** What pages tell people to install. */
const OF_PAGES = /(?<=\b(?:jsr|npm):@userharbor\/[a-z0-9-]+@\^?)\d+\.\d+\.\d+/g;

/** A version of a release: three numbers, nothing else. */
export const RELEASE: RegExp = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/;

/**
 * Finds every place that has to change with a release.
 *
 * @param tree the project
 * @returns by path; a package without a version has an empty one at line 1
 */
export function versionPlaces(tree: Tree): VersionPlace[] {
  return [...patterns(tree)].flatMap(([path, pattern]) => {
    const text = tree.get(path) ?? "";
    const found = pattern.global ? [...text.matchAll(pattern)] : [text.match(pattern)];
    return found.map((match) => ({
      path,
      line: lineAt(text, match?.index ?? 0),
      version: match?.[0] ?? "",
    }));
  });
}

/**
 * Writes another version everywhere.
 *
 * @param tree the project
 * @param version three numbers
 * @returns the files that change, by path
 */
export function withVersion(tree: Tree, version: string): Map<string, string> {
  return new Map(
    [...patterns(tree)].map(([path, pattern]) =>
      [path, (tree.get(path) ?? "").replace(pattern, version)] as const
    )
      .filter(([path, text]) => text !== tree.get(path)),
  );
}

/**
 * Says which of two versions is later.
 *
 * @param a three numbers
 * @param b three numbers
 * @returns above 0 if `a` is, below 0 if `b` is, 0 if they are one
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const differing = left?.findIndex((number, index) => number !== right?.[index]) ?? -1;
  return differing === -1 ? 0 : (left?.[differing] ?? 0) - (right?.[differing] ?? 0);
}

function patterns(tree: Tree): Map<string, RegExp> {
  const packages = workspacePackages(tree).map(({ folder }) => [`${folder}deno.json`, OF_PACKAGE] as const);
  const cli = [...tree.keys()].filter((path) => path === "adapters/cli/version.ts");
  // What has been released stays as it was.
  const pages = [...tree].filter(([path, text]) =>
    path.endsWith(".md") && path !== "CHANGELOG.md" && text.search(OF_PAGES) !== -1
  );
  return new Map([
    ...packages,
    ...cli.map((path) => [path, OF_CLI] as const),
    ...pages.map(([path]) => [path, OF_PAGES] as const),
  ]);
}
