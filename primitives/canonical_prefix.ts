import { caseMap } from "./case_map.ts";

/** No name is longer, and no address. */
const MAX_UNITS = 255;

/** What is in no username and in no address; some databases reject it, too. */
const FORBIDDEN = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;

/** Full-width and half-width forms. */
const WIDE_OR_NARROW = /[\uFF01-\uFFEE]/g;

/**
 * What the canonical form of a username or an address starts with, if the name as typed starts with this.
 *
 * @param text anything a caller sent as the beginning of a name or an address
 * @returns the beginning, empty for all; null where no name and no address can start like that
 * @throws {TypeError} for what is no string
 */
export function canonicalPrefix(text: unknown): string | null {
  if (typeof text !== "string") throw new TypeError("startsWith must be a string");
  if (text.length > MAX_UNITS || FORBIDDEN.test(text)) return null;
  return caseMap(text.replace(WIDE_OR_NARROW, (character) => character.normalize("NFKC")));
}
