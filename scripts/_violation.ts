/** A place where the tree is not as drawn. */
export interface Violation {
  /** Path from the root of the project. */
  readonly path: string;
  /** Counted from 1; absent: the file as a whole. */
  readonly line?: number;
  /** Which rule it breaks, and how. */
  readonly message: string;
}

/**
 * Counts lines up to an offset.
 *
 * @param text the whole file
 * @param offset a place in it
 * @returns the line of that place, from 1
 */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/**
 * Ends a check: prints what it found and exits with 1 if that is anything.
 *
 * @param check the name of the check
 * @param violations what it found
 */
export function report(check: string, violations: readonly Violation[]): void {
  for (const { path, line, message } of violations) {
    console.error(line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`);
  }
  console.log(violations.length === 0 ? `${check}: clean` : `${check}: ${violations.length} violations`);
  if (violations.length > 0) Deno.exit(1);
}
