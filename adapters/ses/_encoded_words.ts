/** RFC 2047, 2: an encoded word has 75 characters at most; the frame takes 12, and base64 makes 4 of each 3. */
const MAX_WORD_BYTES = 45;

const encoder = new TextEncoder();

/**
 * Writes text for a header of ASCII alone.
 *
 * @param text what people are to read
 * @returns the text itself if it is ASCII, else encoded words
 * @see {@link https://www.rfc-editor.org/rfc/rfc2047 | RFC 2047}
 */
export function encodedWords(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const words: number[][] = [[]];
  for (const character of text) {
    const bytes = encoder.encode(character);
    const last = words.at(-1) ?? [];
    if (last.length + bytes.length > MAX_WORD_BYTES) words.push([...bytes]);
    else last.push(...bytes);
  }
  return words.map((bytes) => `=?UTF-8?B?${btoa(String.fromCharCode(...bytes))}?=`).join(" ");
}
