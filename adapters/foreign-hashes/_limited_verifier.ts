import { processHashLimiter } from "@userharbor/argon2/limiter";

import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

/** One slow computation that a stored hash asks for, within its ceiling. */
export interface Computation {
  /** What it takes, in KiB. */
  readonly memoryKib: number;
  /** Computes. */
  readonly matches: (password: string) => Promise<boolean>;
}

/** How the hashes of one origin look and what they ask for. */
export interface HashFormat {
  /** See {@link HashVerifier.name}. */
  readonly name: string;
  /** Anchored at the start; sees no more than a prefix. */
  readonly shape: RegExp;
  /** Reads strictly and computes nothing; null for a malformed hash or one of absurd cost. */
  readonly read: (passwordHash: string) => Computation | null;
}

/** More than any of the formats writes. Longer input is not even scanned. */
const MAX_LENGTH = 1_024;

/**
 * Makes the verifier of a format: nothing is computed before the hash was read, and then only within the limiter.
 *
 * @param format the shape and the strict reading
 * @param options the limiter, unless it is the one of the process
 * @returns the verifier
 * @throws {TypeError} when the limiter is none
 */
export function limitedVerifier(
  { name, shape, read }: HashFormat,
  { limiter = processHashLimiter() }: HashVerifierOptions,
): HashVerifier {
  if (typeof limiter?.run !== "function") throw new TypeError("limiter must be a HashLimiter");
  return {
    name,
    recognises: (passwordHash) => typeof passwordHash === "string" && shape.test(passwordHash),
    async verify(password, passwordHash) {
      // Encoded, a lone surrogate would be somebody's U+FFFD.
      if (!isWellFormed(password)) return false;
      if (typeof passwordHash !== "string" || passwordHash.length > MAX_LENGTH) return false;
      const computation = read(passwordHash);
      if (computation === null) return false;
      return await limiter.run(computation.memoryKib, () => computation.matches(password));
    },
  };
}

function isWellFormed(password: unknown): password is string {
  return typeof password === "string" && !/\p{Cs}/u.test(password);
}
