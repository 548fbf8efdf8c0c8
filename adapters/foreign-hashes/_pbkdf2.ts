import { utf8 } from "./_encodings.ts";
import { equalBytes } from "./_equal_bytes.ts";
import { isPlausibleKey } from "./_key_limits.ts";
import type { Computation } from "./_limited_verifier.ts";

/** A stored hash, decoded. */
export interface Pbkdf2Hash {
  /** `sha1`, `sha256` or `sha512`, as the origins spell them. */
  readonly digest: string;
  /** As the hash says. */
  readonly iterations: number;
  /** The bytes that went into PBKDF2; null: they could not be decoded. */
  readonly salt: Uint8Array<ArrayBuffer> | null;
  /** What PBKDF2 gave; null: it could not be decoded. */
  readonly key: Uint8Array<ArrayBuffer> | null;
}

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ["sha1", "SHA-1"],
  ["sha256", "SHA-256"],
  ["sha512", "SHA-512"],
]);

/** Ten times what Django 5.2 asks for: seconds of one processor. */
const MAX_ITERATIONS = 10_000_000;

/** PBKDF2 keeps a few blocks; the limiter wants a figure. */
const MEMORY_KIB = 1;

/**
 * What it takes to check a password against a hash of PBKDF2, which Web Crypto computes beside the event loop.
 *
 * @param hash the stored hash, decoded
 * @returns null for more iterations than the ceiling, an unknown digest, or a key that is none
 */
export function pbkdf2Computation({ digest, iterations, salt, key }: Pbkdf2Hash): Computation | null {
  const hash = DIGESTS.get(digest);
  if (hash === undefined || salt === null || !isPlausibleKey(key)) return null;
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) return null;
  return {
    memoryKib: MEMORY_KIB,
    async matches(password) {
      const material = await crypto.subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveBits"]);
      const parameters = { name: "PBKDF2", hash, salt, iterations };
      const derived = await crypto.subtle.deriveBits(parameters, material, key.length * 8);
      return equalBytes(new Uint8Array(derived), key);
    },
  };
}
