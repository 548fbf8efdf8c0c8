/** How far a wrapped error is followed: query builders wrap once or twice. */
const MAX_CAUSES = 4;

/**
 * The first thing that an error, or what caused it, says of itself under a name.
 *
 * @param error anything that was thrown
 * @param read what to look for in one error
 * @returns what was found, or undefined
 */
export function findInCauses<Found>(
  error: unknown,
  read: (error: Readonly<Record<string, unknown>>) => Found | undefined,
): Found | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === "object" && current !== null; depth++) {
    const found = read(current as Readonly<Record<string, unknown>>);
    if (found !== undefined) return found;
    current = (current as { readonly cause?: unknown }).cause;
  }
  return undefined;
}
