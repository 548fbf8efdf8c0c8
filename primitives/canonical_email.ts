import { caseMap } from "./case_map.ts";
import { utf8 } from "./utf8.ts";

/** RFC 5321, 4.5.3.1.3, without the angle brackets: octets. */
const MAX_ADDRESS_BYTES = 254;

/** RFC 5321, 4.5.3.1.1: octets. */
const MAX_LOCAL_PART_BYTES = 64;

/** RFC 1035, 2.3.4: octets. */
const MAX_LABEL_BYTES = 63;

/** RFC 5322 atoms and RFC 6532 letters, parted by single dots: no quotes, commas, colons, controls or spaces. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~]+)*$/u;

/** Letters, digits and inner hyphens. */
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;

/**
 * The one form in which an address is stored, looked up and mailed to: NFC, lower case; idempotent.
 *
 * Stricter than RFC 5322 on purpose: everything that some mail program might read as two addresses, or as
 * another one, is refused. Dots and `+tags` stay as they are.
 *
 * @param email anything a caller sent as an address
 * @returns the canonical address, or null for what is none
 */
export function canonicalEmail(email: unknown): string | null {
  // Characters first: normalising unbounded input is slow, and lower-casing never shortens it to fit.
  if (typeof email !== "string" || email.length > MAX_ADDRESS_BYTES || /\p{Cs}/u.test(email)) return null;
  const address = caseMap(email);
  // Compatibility characters can turn into `@`, `;` or a letter on their way through a mail system.
  if (address !== address.normalize("NFKC")) return null;
  if (utf8(address).byteLength > MAX_ADDRESS_BYTES) return null;
  const [localPart, domain, ...more] = address.split("@");
  if (localPart === undefined || domain === undefined || more.length > 0) return null;
  return isLocalPart(localPart) && isDomain(domain) ? address : null;
}

function isLocalPart(text: string): boolean {
  return LOCAL_PART.test(text) && utf8(text).byteLength <= MAX_LOCAL_PART_BYTES;
}

function isDomain(text: string): boolean {
  const labels = text.split(".");
  return labels.length >= 2 &&
    labels.every((label) => LABEL.test(label) && utf8(label).byteLength <= MAX_LABEL_BYTES);
}
