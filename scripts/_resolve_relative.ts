/**
 * Finds what a relative specifier means.
 *
 * @param path the importing file
 * @param specifier begins with a dot
 * @returns a path from the root
 */
export function resolveRelative(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}
