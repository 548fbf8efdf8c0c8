import { builtInDigests, type Digests, type TextDigest, webDigests } from "./digests.ts";
import { utf8 } from "./utf8.ts";

/** Hashes tokens for storage: the hash in use first, then those under earlier secrets. */
export interface TokenHasher {
  /** The hash that new tokens are stored under. */
  readonly hash: TextDigest;
  /** Every hash that a token may be stored under: that one, and one for each older secret. */
  readonly hashes: readonly TextDigest[];
  /** How long the secret in use is; null: there is none. */
  readonly secretBytes: number | null;
}

/** One secret, or several: the first hashes new tokens, the others are tried on a miss. */
export type TokenSecret = string | Uint8Array | readonly (string | Uint8Array)[];

/** Below this an HMAC key can be guessed: 128 bits. */
const MIN_SECRET_BYTES = 16;

/**
 * Makes the hasher for tokens: SHA-256 without a secret, HMAC-SHA-256 with one.
 *
 * A fast hash is right here because a token has 256 random bits; there is nothing to guess.
 *
 * @param secret none, one, or several
 * @param digests what computes the hashes
 * @returns a hasher that keeps its keys
 * @throws {TypeError} when a secret is neither a string nor bytes
 * @throws {RangeError} when a secret is shorter than 16 bytes, or the list is empty
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.5.2}
 */
export function makeTokenHasher(
  secret?: TokenSecret,
  digests: Digests = builtInDigests() ?? webDigests(),
): TokenHasher {
  if (secret === undefined) return { hash: digests.sha256, hashes: [digests.sha256], secretBytes: null };
  const secrets: unknown = typeof secret === "string" || secret instanceof Uint8Array ? [secret] : secret;
  if (!Array.isArray(secrets)) throw new TypeError("tokenSecret must be a string, bytes, or a list of them");
  const [key, ...olderKeys] = secrets.map(keyOf);
  if (key === undefined) throw new RangeError("tokenSecret must not be an empty list");
  const hash = digests.hmacSha256(key);
  return {
    hash,
    hashes: [hash, ...olderKeys.map((older) => digests.hmacSha256(older))],
    secretBytes: key.byteLength,
  };
}

function keyOf(secret: unknown): Uint8Array<ArrayBuffer> {
  if (typeof secret !== "string" && !(secret instanceof Uint8Array)) {
    throw new TypeError("tokenSecret must be a string, bytes, or a list of them");
  }
  // Copied, so that a caller who wipes or reuses the bytes does not change the key.
  const bytes = typeof secret === "string" ? utf8(secret) : Uint8Array.from(secret);
  if (bytes.byteLength < MIN_SECRET_BYTES) {
    throw new RangeError(`tokenSecret must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return bytes;
}
