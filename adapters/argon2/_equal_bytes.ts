/** Compares a tag with the stored one, in a time that tells nothing about where they differ. */
export function equalBytes(computed: Uint8Array, stored: Uint8Array): boolean {
  if (computed.length !== stored.length) return false;
  let difference = 0;
  for (const [index, byte] of computed.entries()) difference |= byte ^ (stored[index] ?? 0);
  return difference === 0;
}
