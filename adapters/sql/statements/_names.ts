/** The first column of every row, as a set. */
export function readNames(rows: readonly (readonly [name: string])[]): Set<string> {
  return new Set(rows.map(([name]) => name));
}
