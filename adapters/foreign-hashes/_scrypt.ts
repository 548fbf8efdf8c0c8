import { scrypt } from "node:crypto";

import { utf8 } from "./_encodings.ts";
import { equalBytes } from "./_equal_bytes.ts";
import { isPlausibleKey } from "./_key_limits.ts";
import type { Computation } from "./_limited_verifier.ts";

/** RFC 7914, 2: what makes scrypt slow. */
export interface ScryptCost {
  /** CPU and memory cost, a power of two. */
  readonly n: number;
  /** Block size. */
  readonly r: number;
  /** Parallelization. */
  readonly p: number;
}

/** What to derive. */
export interface ScryptKey {
  /** At what cost. */
  readonly cost: ScryptCost;
  /** From which salt. */
  readonly salt: Uint8Array;
  /** How many bytes. */
  readonly keyBytes: number;
}

/** A stored hash, decoded. */
export interface ScryptHash {
  /** As the hash says. */
  readonly cost: ScryptCost;
  /** The bytes that went into scrypt. */
  readonly salt: Uint8Array;
  /** What scrypt gave; null: it could not be decoded. */
  readonly key: Uint8Array<ArrayBuffer> | null;
  /** The form the origin brought passwords into; absent: as they were typed. */
  readonly form?: "NFKC";
}

/** 2^20: the scrypt paper's figure for files; for logins it gives 2^14. */
const MAX_N = 1_048_576;

/** Beyond any published profile; keeps the blocks of all lanes within 256 KiB. */
const MAX_R = 128;
const MAX_P = 16;

/** 256 MiB: all the memory that hashing takes by default. */
const MAX_MEMORY_KIB = 262_144;

/**
 * Computes the memory of one hash.
 *
 * @param cost as the hash says
 * @returns KiB; null for a cost that is beyond the ceiling, or none of scrypt's
 */
export function scryptMemoryKib({ n, r, p }: ScryptCost): number | null {
  const isPowerOfTwo = Number.isInteger(n) && n >= 2 && n <= MAX_N && (n & (n - 1)) === 0;
  if (!isPowerOfTwo || !isWholeUpTo(MAX_R, r) || !isWholeUpTo(MAX_P, p)) return null;
  const memoryKib = 128 * n * r / 1_024;
  return memoryKib > MAX_MEMORY_KIB ? null : Math.ceil(memoryKib + 128 * r * p / 1_024);
}

/**
 * Derives a key on a thread of the runtime, so that the event loop stays free.
 *
 * @param password its bytes
 * @param key what to derive, at a cost that {@link scryptMemoryKib} allows
 * @returns the key
 */
export function deriveScrypt(password: Uint8Array, key: ScryptKey): Promise<Uint8Array<ArrayBuffer>> {
  const { cost: { n, r, p }, salt, keyBytes } = key;
  // What the runtime counts beside the two arrays of RFC 7914 differs: twice the memory is never too little.
  const options = { N: n, r, p, maxmem: 256 * (n + p) * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, options, (error, derived) => {
      if (error === null || error === undefined) resolve(new Uint8Array(derived));
      else reject(error);
    });
  });
}

/**
 * What it takes to check a password against a hash of plain scrypt.
 *
 * @param hash the stored hash, decoded
 * @returns null for a cost beyond the ceiling, or a key that is none
 */
export function scryptComputation({ cost, salt, key, form }: ScryptHash): Computation | null {
  const memoryKib = scryptMemoryKib(cost);
  if (memoryKib === null || !isPlausibleKey(key)) return null;
  return {
    memoryKib,
    async matches(password) {
      const typed = utf8(form === undefined ? password : password.normalize(form));
      return equalBytes(await deriveScrypt(typed, { cost, salt, keyBytes: key.length }), key);
    },
  };
}

function isWholeUpTo(max: number, value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
