import { type BcryptCompare, bcryptComputation, checkCompare } from "./_bcrypt.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

export type { BcryptCompare } from "./_bcrypt.ts";

/** What checks bcrypt hashes, and what the origin added to passwords. */
export interface BcryptVerifierOptions extends HashVerifierOptions {
  /** The `compare` of a bcrypt package. A native one, such as `@node-rs/bcrypt`, leaves the event loop free. */
  readonly compare: BcryptCompare;
  /** Appended to each password, as Devise does with `config.pepper`. Default: nothing. */
  readonly pepper?: string;
}

/**
 * Verifies bcrypt hashes: `$2a$`, `$2b$` and `$2y$` up to cost 16, as written by Rails, Laravel, PHP, Spring and
 * most of the rest.
 *
 * As at the origin, only the first 72 bytes of a password count. The rehash after the login then uses all of it.
 *
 * @param options the bcrypt package's `compare`, and the origin's pepper
 * @returns the verifier
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type BcryptCompare, bcryptVerifier } from "@userharbor/foreign-hashes";
 *
 * function verifierOf(bcrypt: { compare: BcryptCompare }) {
 *   return bcryptVerifier({ compare: bcrypt.compare });
 * }
 *
 * const verifier = verifierOf({ compare: () => Promise.resolve(true) });
 * assert.equal(verifier.recognises("$2y$10$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"), true);
 * ```
 */
export function bcryptVerifier({ compare, pepper = "", ...options }: BcryptVerifierOptions): HashVerifier {
  checkCompare(compare);
  if (typeof pepper !== "string") throw new TypeError("pepper must be a string");
  return limitedVerifier({
    name: "bcrypt",
    shape: /^\$2[aby]\$/,
    read: (passwordHash) =>
      bcryptComputation({ passwordHash, compare, prepare: (password) => password + pepper }),
  }, options);
}
