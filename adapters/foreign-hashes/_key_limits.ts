/** Shorter, and passwords that nobody chose would match; an empty key would match every password. */
const MIN_KEY_BYTES = 16;

/** What the longest digest gives; PBKDF2 repeats all its iterations for each digest beyond the first. */
const MAX_KEY_BYTES = 64;

/**
 * Tells whether a stored key can protect a password at all, and takes no more work than its parameters say.
 *
 * @param key as the hash has it, or null for one that could not be decoded
 * @returns false for null, and for less than 16 or more than 64 bytes
 */
export function isPlausibleKey(key: Uint8Array<ArrayBuffer> | null): key is Uint8Array<ArrayBuffer> {
  return key !== null && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES;
}
