/** Controls, format characters, line separators and lone surrogates: what forges a line of a log or hides a part. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * What may be kept, and shown, of a text that somebody else chose.
 *
 * @param value anything a caller sent
 * @param maxLength where it is cut, in UTF-16 units
 * @returns the text without controls; undefined for what is no text, or has nothing left
 */
export function printableText(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.slice(0, maxLength).replace(UNPRINTABLE, "") || undefined;
}
