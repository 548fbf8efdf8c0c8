import { hash, verify } from "@node-rs/argon2";
import type { Finding, PasswordHasher } from "@userharbor/core";

import { type Argon2idCost, checkCost, isWithinCeiling } from "./_cost_limits.ts";
import { processHashLimiter } from "./_process_hash_limiter.ts";
import { refuseUnknown } from "./_refuse_unknown.ts";
import type { HashLimiter } from "./hash_limiter.ts";
import { parseArgon2id } from "./phc.ts";

/** What a hash made by an {@link Argon2PasswordHasher} costs, and how many may be computed at once. */
export interface Argon2PasswordHasherOptions {
  /**
   * Memory of one hash in KiB, at most 1 048 576 (1 GiB). Default: 19 456, the least for two iterations; 47 104
   * for one, 12 288 for three and more.
   */
  readonly memoryKib?: number;
  /** Passes over the memory, 1 to 20. Default: 2. */
  readonly iterations?: number;
  /** Lanes the memory is divided into, 1 to 16. Default: 1. */
  readonly parallelism?: number;
  /** Bounds the hashing at once. Default: the limiter that all hashers of the process share. */
  readonly limiter?: Pick<HashLimiter, "run">;
}

/** OWASP ASVS 5.0, Appendix C: the approved setting with the least work per login. */
const DEFAULT_MEMORY_KIB = 19_456;
const DEFAULT_ITERATIONS = 2;
const DEFAULT_PARALLELISM = 1;

/** RFC 9106, 4: 128-bit salt, 256-bit tag. */
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** `Algorithm.Argon2id` and `Version.V0x13` of the native library, which it declares as constants only. */
const ARGON2ID = 2;
const VERSION_19 = 1;

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
  readonly #cost: Argon2idCost;
  readonly #limiter: Pick<HashLimiter, "run">;

  /**
   * Makes a hasher.
   *
   * @param options the cost of new hashes; what is left out is the least that OWASP ASVS approves
   * @throws {TypeError} naming the option that is of the wrong type, or that does not exist
   * @throws {RangeError} naming the option that is too weak or too dear
   * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, Appendix C}
   */
  constructor(options: Argon2PasswordHasherOptions = {}) {
    const {
      memoryKib = DEFAULT_MEMORY_KIB,
      iterations = DEFAULT_ITERATIONS,
      parallelism = DEFAULT_PARALLELISM,
      limiter = processHashLimiter(),
      ...unknown
    } = options;
    refuseUnknown(unknown);
    checkCost({ memoryKib, iterations, parallelism });
    if (typeof limiter?.run !== "function") throw new TypeError("limiter must be a HashLimiter");
    this.#cost = { memoryKib, iterations, parallelism };
    this.#limiter = limiter;
  }

  /**
   * Makes a hash with a salt of its own.
   *
   * @param password well-formed Unicode
   * @returns a PHC string: `$argon2id$v=19$m=<KiB>,t=<iterations>,p=<lanes>$<salt>$<tag>`
   * @throws {TypeError} for what is not a string of well-formed Unicode
   * @throws {UserHarborError} `overloaded` when too many hashes are waiting; nothing was computed
   */
  async hash(password: string): Promise<string> {
    if (!isWellFormed(password)) {
      throw new TypeError("Cannot hash the password: not a string of well-formed Unicode");
    }
    const { memoryKib, iterations, parallelism } = this.#cost;
    return await this.#limiter.run(memoryKib, () =>
      hash(password.normalize("NFC"), {
        algorithm: ARGON2ID,
        version: VERSION_19,
        memoryCost: memoryKib,
        timeCost: iterations,
        parallelism,
        outputLen: TAG_BYTES,
        salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
      }));
  }

  /**
   * Tells whether the password made this hash, at whatever cost up to 1 GiB, 20 iterations and 16 lanes.
   *
   * @param password as the person typed it; what `hash` refuses is nobody's password
   * @param passwordHash what a store returned
   * @returns false, without computing anything, for all but an argon2id hash of version 19 up to that cost
   * @throws {UserHarborError} `overloaded` when too many hashes are waiting; the password may still be right
   */
  async verify(password: string, passwordHash: string): Promise<boolean> {
    const parameters = parseArgon2id(passwordHash);
    if (parameters === null || !isWithinCeiling(parameters) || !isWellFormed(password)) return false;
    return await this.#limiter.run(
      parameters.memoryKib,
      () => verify(passwordHash, password.normalize("NFC")),
    );
  }

  /**
   * Tells whether the next login should replace this hash: only ever by a stronger one.
   *
   * @param passwordHash what a store returned
   * @returns true when its memory, iterations, lanes, salt or tag is below what new hashes get, and for all but
   * an argon2id hash of version 19
   */
  needsRehash(passwordHash: string): Promise<boolean> {
    const stored = parseArgon2id(passwordHash);
    const { memoryKib, iterations, parallelism } = this.#cost;
    return Promise.resolve(
      stored === null || stored.memoryKib < memoryKib || stored.iterations < iterations ||
        stored.parallelism < parallelism || stored.saltBytes < SALT_BYTES || stored.tagBytes < TAG_BYTES,
    );
  }

  /**
   * Tells whether this computer can protect passwords at the configured cost, by computing one hash and verifying it.
   *
   * That the cost is no less than OWASP ASVS approves was seen to at construction.
   *
   * @returns `hashes_do_not_verify`, unsafe, when nobody could log in
   * @throws what the native code throws when, for one, the memory is not there; `overloaded` when too many wait
   */
  async diagnose(): Promise<readonly Finding[]> {
    const probe = crypto.randomUUID();
    if (await this.verify(probe, await this.hash(probe))) return [];
    const message = "A password that was just hashed does not verify, so nobody can log in: " +
      "the native library of @node-rs/argon2 does not work on this platform";
    return [{ code: "hashes_do_not_verify", level: "unsafe", message }];
  }
}

function isWellFormed(password: unknown): password is string {
  return typeof password === "string" && !/\p{Cs}/u.test(password);
}
