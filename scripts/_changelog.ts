/** Where the log of changes is. */
export const CHANGELOG = "CHANGELOG.md";

const UNRELEASED = /^## Unreleased\b.*$/m;

/**
 * Reads what is to be released.
 *
 * @param changelog the whole page
 * @returns what stands below its heading "Unreleased", or null if there is none or it holds no entry
 */
export function unreleasedChanges(changelog: string): string | null {
  const heading = changelog.match(UNRELEASED);
  if (heading?.index === undefined) return null;
  const [section = ""] = changelog.slice(heading.index + heading[0].length).split(/^## /m);
  return /^- /m.test(section) ? section.trim() : null;
}

/**
 * Reads which version is to come, where the heading tells.
 *
 * @param changelog the whole page
 * @returns such as `0.2.0` of `## Unreleased: 0.2.0`; null if nothing is said
 */
export function announcedVersion(changelog: string): string | null {
  return changelog.match(UNRELEASED)?.[0].match(/\d+\.\d+\.\d+/)?.[0] ?? null;
}

/**
 * Closes the section "Unreleased".
 *
 * @param changelog a page with that section
 * @param release its version, and the day in UTC such as `2026-11-30`
 * @returns the page with the release in its heading
 */
export function closeUnreleased(changelog: string, release: { version: string; date: string }): string {
  return changelog.replace(UNRELEASED, `## ${release.version} (${release.date})`);
}

/**
 * Says whether a version has its section.
 *
 * @param changelog the whole page
 * @param version three numbers
 * @returns whether there is a heading such as `## 0.2.0 (2026-11-30)`
 */
export function isReleased(changelog: string, version: string): boolean {
  return new RegExp(String.raw`^## ${version.replaceAll(".", "\\.")} \(\d{4}-\d{2}-\d{2}\)$`, "m").test(
    changelog,
  );
}
