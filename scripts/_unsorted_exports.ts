import { importsOf } from "./_imports_of.ts";
import { maskSource } from "./_mask_source.ts";
import { lineAt, type Violation } from "./_violation.ts";

const RE_EXPORT = /\bexport\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"[^"]*";/g;

/**
 * Holds an entry point to a list of named re-exports, sorted by file and by name.
 *
 * @param path the entry point
 * @param text its source
 * @returns every statement that is something else or stands in the wrong place
 */
export function findUnsortedExports(path: string, text: string): Violation[] {
  const masked = maskSource(text);
  const rest = masked.replace(RE_EXPORT, (statement) => statement.replace(/[^\n]/g, " "));
  const other = rest.search(/\S/);
  const reExports = [...masked.matchAll(RE_EXPORT)];
  const unsorted = reExports.filter(([, names = ""]) =>
    !isSorted(
      names.split(",").map((name) => name.replace(/^\s*type\s/, "").trim()).filter((name) => name !== ""),
    )
  );
  const files = importsOf(text).map(({ specifier }) => specifier);
  return [
    ...(other === -1
      ? []
      : [{ path, line: lineAt(text, other), message: "holds named re-exports and nothing else" }]),
    ...unsorted.map(({ index }) => ({ path, line: lineAt(text, index), message: "names must be sorted" })),
    ...(isSorted(files) ? [] : [{ path, message: "re-exports must be sorted by file" }]),
  ];
}

/** Without regard to case, as the formatter sorts names inside braces. */
function isSorted(names: readonly string[]): boolean {
  const keys = names.map((name) => name.toLowerCase());
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? "") <= key);
}
