/** Hashes tokens for storage: the hash in use first, then those under earlier secrets. */
export interface TokenHasher {
  /** The hash that new tokens are stored under: 64 lower-case hex digits. */
  hash(token: string): Promise<string>;
  /** How many hashes a token may be stored under: one, or one for each secret. */
  readonly generations: number;
  /** The hash under the secret of this age, 0 being the current one. */
  hashOfGeneration(token: string, generation: number): Promise<string>;
}

/** Below this an HMAC key can be guessed: 128 bits. */
const MIN_SECRET_BYTES = 16;

const encoder = new TextEncoder();

/**
 * Makes the hasher for tokens: SHA-256 without a secret, HMAC-SHA-256 with one.
 *
 * A fast hash is right here because a token has 256 random bits; there is nothing to guess.
 *
 * @param secret none, one, or a list whose first hashes new tokens and whose others are tried on a miss
 * @returns a hasher that keeps its imported keys
 * @throws {TypeError} when a secret is neither a string nor bytes
 * @throws {RangeError} when a secret is shorter than 16 bytes, or the list is empty
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.5.2}
 */
export function makeTokenHasher(
  secret?: string | Uint8Array | readonly (string | Uint8Array)[],
): TokenHasher {
  if (secret === undefined) {
    const hash = async (token: string) => toHex(await crypto.subtle.digest("SHA-256", encoder.encode(token)));
    return { hash, generations: 1, hashOfGeneration: hash };
  }
  const secrets = typeof secret === "string" || secret instanceof Uint8Array ? [secret] : secret;
  if (!Array.isArray(secrets)) throw new TypeError("tokenSecret must be a string, bytes, or a list of them");
  if (secrets.length === 0) throw new RangeError("tokenSecret must not be an empty list");
  const keys = secrets.map(secretBytes).map(lazyKey);
  const hashOfGeneration = async (token: string, generation: number) => {
    const key = keys[generation];
    if (key === undefined) throw new RangeError("Cannot hash the token: there is no such secret");
    return toHex(await crypto.subtle.sign("HMAC", await key(), encoder.encode(token)));
  };
  return { hash: (token) => hashOfGeneration(token, 0), generations: keys.length, hashOfGeneration };
}

function secretBytes(secret: string | Uint8Array): Uint8Array<ArrayBuffer> {
  if (typeof secret !== "string" && !(secret instanceof Uint8Array)) {
    throw new TypeError("tokenSecret must be a string, bytes, or a list of them");
  }
  // Copied, so that a caller who wipes or reuses the bytes does not change the key.
  const bytes = typeof secret === "string" ? encoder.encode(secret) : Uint8Array.from(secret);
  if (bytes.byteLength < MIN_SECRET_BYTES) {
    throw new RangeError(`tokenSecret must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return bytes;
}

/** Imported at first use: constructing a harbor stays synchronous and free of side effects. */
function lazyKey(bytes: Uint8Array<ArrayBuffer>): () => Promise<CryptoKey> {
  let key: Promise<CryptoKey> | undefined;
  return () =>
    key ??= crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

function toHex(digest: ArrayBuffer): string {
  let hex = "";
  for (const byte of new Uint8Array(digest)) hex += byte.toString(16).padStart(2, "0");
  return hex;
}
