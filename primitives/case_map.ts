/** Enough for every string: each pass only folds further, and no code point was seen to need more than two. */
const MAX_PASSES = 8;

/**
 * Folds what people do not tell apart: composed and decomposed forms, upper and lower case.
 *
 * Idempotent by construction: it repeats until nothing changes, for lower-casing can undo a normalisation.
 *
 * @param text well-formed Unicode
 * @returns NFC in lower case
 * @see {@link https://www.rfc-editor.org/rfc/rfc8265#section-3.3 | RFC 8265, 3.3}
 */
export function caseMap(text: string): string {
  let folded = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = folded.normalize("NFC").toLowerCase().normalize("NFC");
    if (next === folded) break;
    folded = next;
  }
  return folded;
}
