/** 256 bits: twice the 128 that ASVS 5.0, 7.2.3, asks for. */
const TOKEN_BYTES = 32;

/** 32 bytes in base64url, without the padding at the end. */
const TOKEN_LENGTH = 43;
const TOKEN_PATTERN = /^[\w-]{43}$/;

/**
 * Makes a token nobody can guess.
 *
 * @returns 43 characters of base64url: 256 bits of the platform's secure random numbers
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.2.3 and 11.5.1}
 */
export function makeToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return btoa(String.fromCharCode(...bytes)).slice(0, TOKEN_LENGTH).replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * Tells whether a value can be a token at all, so that garbage never reaches the store.
 *
 * @param value anything a caller sent
 * @returns true for a string of 43 characters of base64url
 */
export function isWellFormedToken(value: unknown): value is string {
  return typeof value === "string" && TOKEN_PATTERN.test(value);
}
