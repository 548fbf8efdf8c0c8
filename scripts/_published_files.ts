import { globToRegExp } from "./_glob.ts";
import { SOURCE } from "./_read_tree.ts";
import type { PublishedFiles } from "./_workspace.ts";

/** What belongs to the workspace, and what the build writes itself. */
const NOT_COPIED =
  /(?:^|\/)(?:\.|node_modules\/)|(?:^|\/)(?:deno\.jsonc?|deno\.lock|package\.json)$|\.test\.\w+$/;

/**
 * Picks the files of a package that are published as they are: documents, licences, SQL, WebAssembly.
 *
 * @param files paths of all files in the package's folder, from there
 * @param publish the patterns of its deno.json
 * @returns the paths of those that are no source
 */
export function publishedAsIs(files: readonly string[], publish: PublishedFiles): string[] {
  const included = publish.include?.map(covers);
  const excluded = (publish.exclude ?? []).map(covers);
  return files.filter((file) => !SOURCE.test(file) && !NOT_COPIED.test(file))
    .filter((file) => included?.some((pattern) => pattern.test(file)) ?? true)
    .filter((file) => !excluded.some((pattern) => pattern.test(file)))
    .sort();
}

/** A pattern that matches a folder covers all that is in it. */
function covers(pattern: string): RegExp {
  return new RegExp(globToRegExp(pattern.replace(/^\.\/|\/$/g, "")).source.replace(/\$$/, "(?:/.*)?$"));
}
