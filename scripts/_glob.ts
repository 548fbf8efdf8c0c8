/** What the parts of a pattern mean; everything else stands for itself. */
const MEANING: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "{": "(?:",
  ",": "|",
  "}": ")",
};

/**
 * Turns a path pattern into a regular expression: `*` matches inside a folder, `**` across folders, `{a,b}`
 * either.
 *
 * @param pattern such as `./flows/_*.ts`
 * @returns an expression for whole paths
 */
export function globToRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|[*{,}.+?^$()|[\]\\]/g, (part) => MEANING[part] ?? `\\${part}`);
  return new RegExp(`^${source}$`);
}
