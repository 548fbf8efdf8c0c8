import type { SecurityRow, Status } from "./_security_rows.ts";
import { rowsOf, type SecurityClaims, testsOf } from "./_security_tests.ts";
import type { TestName } from "./_test_names.ts";

/** The page that holds the tables. */
export const SECURITY_PAGE = "docs/security.md";

/** The parts of the page that are written for it, in no other words. */
type Part = "requirements" | "lessons";

/** From the root of the project, for a page in docs/. */
const ROOT = "../";

/** How many there are of each, in words. */
const COUNTED: Readonly<Record<Status, string>> = {
  "kept": "kept",
  "partly": "partly kept",
  "not yet": "not yet kept",
  "does not apply": "that do not apply",
};

/** Public identifiers, and where they lead. */
const IDENTIFIERS: readonly (readonly [identifier: RegExp, address: string])[] = [
  [/\bCVE-\d{4}-\d+/g, "https://nvd.nist.gov/vuln/detail/$&"],
  [/\bGHSA(?:-[0-9a-z]{4}){3}/g, "https://github.com/advisories/$&"],
  [/\bRFC (\d+)\b/g, "https://www.rfc-editor.org/rfc/rfc$1"],
];

/**
 * Puts the tables of today's rows and tests into the page.
 *
 * @param page with two pairs of markers, `<!-- requirements -->` to `<!-- end of requirements -->` and the same
 * for `lessons`
 * @param claims the rows and the tests
 * @returns the page; what is outside the markers stays as it is
 * @throws {Error} for a page without the markers
 */
export function renderSecurity(page: string, claims: SecurityClaims): string {
  const withRequirements = replacePart(page, { part: "requirements", text: renderRequirements(claims) });
  return replacePart(withRequirements, { part: "lessons", text: renderLessons(claims) });
}

function replacePart(page: string, { part, text }: { readonly part: Part; readonly text: string }): string {
  const start = `<!-- ${part} -->\n`;
  const end = `<!-- end of ${part} -->\n`;
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`Cannot write ${SECURITY_PAGE}: the markers of ${part} are missing`);
  }
  // The formatter would make every row as wide as the longest.
  const fenced = `\n<!-- deno-fmt-ignore-start -->\n\n${text}\n<!-- deno-fmt-ignore-end -->\n\n`;
  return page.slice(0, from + start.length) + fenced + page.slice(to);
}

function renderRequirements({ requirements, lessons, tests }: SecurityClaims): string {
  const rows = rowsOf({ requirements, lessons: [] });
  const counts = Object.entries(COUNTED).map(([status, words]) =>
    `${rows.filter((row) => row.status === status).length} ${words}`
  );
  const tables = requirements.map((chapter) => {
    const head =
      "| number | requirement | status | kept in | tests, or what to do meanwhile |\n| - | - | - | - | - |\n";
    return `### ${chapter.title}\n\n${head}${
      chapter.rows.map((row) => renderRequirement(row, tests)).join("")
    }`;
  });
  const cited = new Set(rows.concat(lessons).flatMap((row) => testsOf(row, tests)));
  const summary = `${rows.length} requirements: ${
    counts.join(", ")
  }. ${cited.size} tests and cases prove them.`;
  return `${summary}\n\n${tables.join("\n")}`;
}

function renderRequirement(row: SecurityRow, tests: readonly TestName[]): string {
  const { number, title, source, status, files = [], note } = row;
  const proof = [...(note === undefined ? [] : [note]), ...renderTests(testsOf(row, tests))];
  const kept = files.map((path) => `[${path}](${ROOT}${path})`);
  return renderCells([
    number,
    `${title}.<br>${linkIdentifiers(source)}`,
    status === "kept" ? status : `**${status}**`,
    kept.join("<br>"),
    proof.join("<br>"),
  ]);
}

function renderLessons({ lessons, tests }: SecurityClaims): string {
  const rows = lessons.map((row) =>
    renderCells([
      row.number,
      `${row.title}.<br>${linkIdentifiers(row.source)}`,
      renderTests(testsOf(row, tests)).join("<br>"),
    ])
  );
  return `| number | what went wrong | our tests |\n| - | - | - |\n${rows.join("")}`;
}

/** One entry for each file. */
function renderTests(tests: readonly TestName[]): string[] {
  return [...new Set(tests.map(({ path }) => path))].map((path) => {
    const names = tests.filter((test) => test.path === path).map(({ name }) => inCode(name));
    return `[${path}](${ROOT}${path}): ${[...new Set(names)].join("; ")}`;
  });
}

function inCode(name: string): string {
  return name.includes("`") ? `\`\` ${name} \`\`` : `\`${name}\``;
}

function linkIdentifiers(source: string): string {
  return IDENTIFIERS.reduce(
    (text, [identifier, address]) => text.replace(identifier, `[$&](${address})`),
    source,
  );
}

/** A vertical line ends a cell, in code as well. */
function renderCells(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}
