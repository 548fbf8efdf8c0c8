import { hash, verify } from "@node-rs/argon2";
import type { Finding, PasswordHasher } from "@userharbor/core";

import { type Argon2idEngine, BoundedHashing, SALT_BYTES, TAG_BYTES } from "./_bounded_hashing.ts";
import type { Argon2PasswordHasherOptions } from "./argon2_password_hasher_options.ts";

/** `Algorithm.Argon2id` and `Version.V0x13` of the native library, which it declares as constants only. */
const ARGON2ID = 2;
const VERSION_19 = 1;

const NATIVE: Argon2idEngine = {
  name: "the native library of @node-rs/argon2",
  hash: (password, { memoryKib, iterations, parallelism }) =>
    hash(password, {
      algorithm: ARGON2ID,
      version: VERSION_19,
      memoryCost: memoryKib,
      timeCost: iterations,
      parallelism,
      outputLen: TAG_BYTES,
      salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
    }),
  verify: (password, passwordHash) => verify(passwordHash, password),
};

/**
 * Protects passwords with argon2id: PHC strings that name their own cost.
 *
 * A password is hashed in NFC and otherwise as it is: nothing is trimmed, folded or cut off. Hashes are computed
 * on native threads, a bounded number at once in the whole process; more than can wait are refused with
 * `overloaded`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Argon2PasswordHasher } from "@userharbor/argon2";
 *
 * const hasher = new Argon2PasswordHasher();
 * const hash = await hasher.hash("seven quiet otters at dawn");
 * assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
 * assert.equal(await hasher.verify("seven quiet otters at dawn", hash), true);
 *
 * const stronger = new Argon2PasswordHasher({ memoryKib: 65_536, iterations: 3 });
 * assert.equal(await stronger.needsRehash(hash), true);
 * ```
 */
export class Argon2PasswordHasher implements PasswordHasher {
  readonly #hashing: BoundedHashing;

  /**
   * Makes a hasher.
   *
   * @param options the cost of new hashes; what is left out is the least that OWASP ASVS approves
   * @throws {TypeError} naming the option that is of the wrong type, or that does not exist
   * @throws {RangeError} naming the option that is too weak or too dear
   * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, Appendix C}
   */
  constructor(options: Argon2PasswordHasherOptions = {}) {
    this.#hashing = new BoundedHashing(NATIVE, options);
  }

  /**
   * Makes a hash with a salt of its own.
   *
   * @param password well-formed Unicode
   * @returns a PHC string: `$argon2id$v=19$m=<KiB>,t=<iterations>,p=<lanes>$<salt>$<tag>`
   * @throws {TypeError} for what is not a string of well-formed Unicode
   * @throws {UserHarborError} `overloaded` when too many hashes are waiting; nothing was computed
   */
  hash(password: string): Promise<string> {
    return this.#hashing.hash(password);
  }

  /**
   * Tells whether the password made this hash, at whatever cost up to 1 GiB, 20 iterations and 16 lanes.
   *
   * @param password as the person typed it; what `hash` refuses is nobody's password
   * @param passwordHash what a store returned
   * @returns false, without computing anything, for all but an argon2id hash of version 19 up to that cost
   * @throws {UserHarborError} `overloaded` when too many hashes are waiting; the password may still be right
   */
  verify(password: string, passwordHash: string): Promise<boolean> {
    return this.#hashing.verify(password, passwordHash);
  }

  /**
   * Tells whether the next login should replace this hash: only ever by a stronger one.
   *
   * @param passwordHash what a store returned
   * @returns true when its memory, iterations, lanes, salt or tag is below what new hashes get, and for all but
   * an argon2id hash of version 19
   */
  needsRehash(passwordHash: string): Promise<boolean> {
    return this.#hashing.needsRehash(passwordHash);
  }

  /**
   * Tells whether this computer can protect passwords at the configured cost, by computing one hash and verifying it.
   *
   * That the cost is no less than OWASP ASVS approves was seen to at construction.
   *
   * @returns `hashes_do_not_verify`, unsafe, when nobody could log in
   * @throws what the native code throws when, for one, the memory is not there; `overloaded` when too many wait
   */
  diagnose(): Promise<readonly Finding[]> {
    return this.#hashing.diagnose();
  }
}
