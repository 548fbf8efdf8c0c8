/**
 * Finds the language to write in: the tag that was asked for, else the longest prefix of it that there is.
 *
 * @param asked a BCP 47 tag, or whatever the application passed as one
 * @param options the tags there are, and the one for everybody else
 * @returns one of the tags there are, in its own spelling
 * @see {@link https://www.rfc-editor.org/rfc/rfc4647#section-3.4 | RFC 4647, 3.4: lookup}
 */
export function findLocale(
  asked: string | undefined,
  { locales, otherwise }: { readonly locales: Iterable<string>; readonly otherwise: string },
): string {
  const known = new Map(Array.from(locales, (tag) => [tag.toLowerCase(), tag]));
  // Some platforms write `pt_BR`.
  const subtags = (typeof asked === "string" ? asked : "").toLowerCase().split(/[-_]/, MAX_SUBTAGS);
  for (let length = subtags.length; length > 0; length--) {
    const found = known.get(subtags.slice(0, length).join("-"));
    if (found !== undefined) return found;
  }
  return otherwise;
}

/** RFC 5646, 4.4.1: more than any tag in real use has. */
const MAX_SUBTAGS = 10;
