/** More differences than these are no misspelling. */
const MAX_DISTANCE = 2;

/**
 * Finds what somebody probably meant.
 *
 * @param typed what there is not
 * @param names what there is
 * @returns the first of those that differ least; null when all differ by more than two letters
 */
export function closestName(typed: string, names: readonly string[]): string | null {
  const distances = names.map((name) => ({ name, distance: distanceOf(typed, name) }));
  const least = Math.min(...distances.map(({ distance }) => distance));
  if (least > MAX_DISTANCE) return null;
  return distances.find(({ distance }) => distance === least)?.name ?? null;
}

/** How many letters have to be added, removed or replaced (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    let diagonal = index;
    row = row.map((above, column) => {
      if (column === 0) return index + 1;
      const replaced = diagonal + Number(other[column - 1] !== letter);
      diagonal = above;
      return Math.min(replaced, above + 1);
    });
    for (let column = 1; column < row.length; column++) {
      row[column] = Math.min(row[column] ?? 0, (row[column - 1] ?? 0) + 1);
    }
  }
  return row.at(-1) ?? 0;
}
