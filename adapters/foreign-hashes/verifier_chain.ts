import type { Finding, PasswordHasher } from "@userharbor/core";

import type { HashVerifier } from "./hash_verifier.ts";

/**
 * Lets accounts that were made elsewhere keep their passwords: each stored hash goes to the one verifier that
 * recognises it, new hashes come from the primary hasher, and every foreign hash is due to be replaced.
 *
 * Each check of a password costs one slow computation, whoever makes it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FastPasswordHasher } from "@userharbor/core/testing";
 * import { djangoPbkdf2Verifier, pbkdf2Verifier, VerifierChain } from "@userharbor/foreign-hashes";
 *
 * const primary = new FastPasswordHasher(); // in earnest: new Argon2PasswordHasher()
 * const hasher = new VerifierChain(primary, [djangoPbkdf2Verifier(), pbkdf2Verifier()]);
 *
 * const foreign = "pbkdf2_sha256$1000$LW91uSVP3PCUWRipO5Op2A$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=";
 * assert.equal(await hasher.verify("cafe\u0301 au lait", foreign), true);
 * assert.equal(await hasher.needsRehash(foreign), true);
 * assert.equal(await hasher.needsRehash(await hasher.hash("cafe\u0301 au lait")), false);
 * ```
 */
export class VerifierChain implements PasswordHasher {
  readonly #primary: PasswordHasher;
  readonly #verifiers: readonly HashVerifier[];

  /**
   * Makes a hasher of a hasher and verifiers.
   *
   * @param primary makes all new hashes, and verifies what no verifier recognises
   * @param verifiers one for each origin; of two that recognise the same hash the earlier one is asked
   * @throws {TypeError} when one of them is not what it should be
   * @throws {RangeError} when two verifiers have the same name
   */
  constructor(primary: PasswordHasher, verifiers: readonly HashVerifier[]) {
    if (![primary?.hash, primary?.verify, primary?.needsRehash].every(isFunction)) {
      throw new TypeError("primary must be a PasswordHasher");
    }
    if (!Array.isArray(verifiers) || !verifiers.every(isVerifier)) {
      throw new TypeError("verifiers must be an array of HashVerifier");
    }
    if (new Set(verifiers.map(({ name }) => name)).size < verifiers.length) {
      throw new RangeError("verifiers must have different names");
    }
    this.#primary = primary;
    this.#verifiers = [...verifiers];
  }

  /**
   * Makes a hash with the primary hasher.
   *
   * @param password well-formed Unicode
   * @returns whatever the primary hasher makes
   */
  async hash(password: string): Promise<string> {
    return await this.#primary.hash(password);
  }

  /**
   * Tells whether the password made this hash: asks the verifier that recognises it, else the primary hasher.
   *
   * @param password as the person typed it
   * @param passwordHash what a store returned
   * @returns false as well for a hash that is malformed, of absurd cost, or nobody's
   * @throws {UserHarborError} `overloaded` when too many hashes are waiting; the password may still be right
   */
  async verify(password: string, passwordHash: string): Promise<boolean> {
    return await (this.#recogniserOf(passwordHash) ?? this.#primary).verify(password, passwordHash);
  }

  /**
   * Tells whether the next login should replace this hash.
   *
   * @param passwordHash what a store returned
   * @returns true for every hash that a verifier recognises, else what the primary hasher says
   */
  async needsRehash(passwordHash: string): Promise<boolean> {
    return this.#recogniserOf(passwordHash) !== undefined || await this.#primary.needsRehash(passwordHash);
  }

  /** Hands on what an operator should know about the primary hasher, which makes all new hashes. */
  async diagnose(): Promise<readonly Finding[]> {
    return await this.#primary.diagnose?.() ?? [];
  }

  #recogniserOf(passwordHash: string): HashVerifier | undefined {
    return this.#verifiers.find((verifier) => verifier.recognises(passwordHash));
  }
}

function isVerifier(verifier: HashVerifier | null | undefined): boolean {
  return typeof verifier?.name === "string" && isFunction(verifier.recognises) && isFunction(verifier.verify);
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
