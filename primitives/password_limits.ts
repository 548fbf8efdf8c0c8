/** Counted as NIST SP 800-63B-4 counts: code points. None has more than four bytes, so that is 1 024 bytes. */
const MAX_CODE_POINTS = 256;

/** Why a password cannot even be hashed. */
export type PasswordLimit = "malformed" | "too_long";

/**
 * The limits no validator lifts: they keep hashing cheap to refuse, and every byte of the password counted.
 *
 * @param password anything a caller sent as a password
 * @returns null within the limits: a string of well-formed Unicode, at most 256 code points, so 1 024 bytes
 */
export function exceededPasswordLimit(password: unknown): PasswordLimit | null {
  if (typeof password !== "string") return "malformed";
  // A code point has one or two units: whatever has more units than this is over in any case.
  if (password.length > 2 * MAX_CODE_POINTS) return "too_long";
  if (/\p{Cs}/u.test(password)) return "malformed";
  return countCodePoints(password) > MAX_CODE_POINTS ? "too_long" : null;
}

/**
 * Counts characters as people do not, but standards do.
 *
 * @param text well-formed Unicode
 * @returns the number of code points
 */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
