import { caseMap } from "./case_map.ts";

/** What a store has room for: 255 UTF-16 units. Judged before any normalisation, which unbounded input makes slow. */
const MAX_UNITS = 255;

/** `@` would read as an address; white space, controls, format characters and lone surrogates look like nothing. */
const FORBIDDEN = /[@\s\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;

/** Full-width and half-width forms, and the ideographic space. */
const WIDE_OR_NARROW = /[\u3000\uFF01-\uFFEE]/g;

/**
 * The key that makes a username unique: width-mapped, NFC, lower case; idempotent.
 *
 * @param username anything a caller sent as a username
 * @returns the key, or null for what can be nobody's username whatever the validator says
 * @see {@link https://www.rfc-editor.org/rfc/rfc8265#section-3.3 | RFC 8265, 3.3}
 */
export function canonicalUsername(username: unknown): string | null {
  if (typeof username !== "string" || username.length === 0 || username.length > MAX_UNITS) return null;
  if (FORBIDDEN.test(username)) return null;
  const narrow = username.replace(WIDE_OR_NARROW, (character) => character.normalize("NFKC"));
  const key = caseMap(narrow);
  // Again, for the full-width `@` has become one; and folding may have made it longer.
  return key.length > MAX_UNITS || FORBIDDEN.test(key) ? null : key;
}
