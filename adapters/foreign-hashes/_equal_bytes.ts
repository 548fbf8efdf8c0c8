/**
 * Compares what was derived with what is stored, in a time that tells nothing about where they differ.
 *
 * @param derived from the password
 * @param stored of the hash
 * @returns whether they are the same bytes
 */
export function equalBytes(derived: Uint8Array, stored: Uint8Array): boolean {
  if (derived.length !== stored.length) return false;
  let difference = 0;
  for (const [index, byte] of derived.entries()) difference |= byte ^ (stored[index] ?? 0);
  return difference === 0;
}
