/**
 * Makes text safe for a terminal: a row that another program wrote may hold escape sequences.
 *
 * @param text anything
 * @returns the same, with a replacement character for each control or other invisible
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD");
}
