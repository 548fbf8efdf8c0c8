import type { Finding, PasswordHasher } from "@userharbor/core";

import { type Argon2idCost, checkCost, isWithinCeiling } from "./_cost_limits.ts";
import { isWellFormed } from "./_is_well_formed.ts";
import { processHashLimiter } from "./_process_hash_limiter.ts";
import { refuseUnknown } from "./_refuse_unknown.ts";
import type { Argon2PasswordHasherOptions } from "./argon2_password_hasher_options.ts";
import type { HashLimiter } from "./hash_limiter.ts";
import { parseArgon2id } from "./phc.ts";

/** What computes argon2id, version 19. It is handed passwords in NFC, and readable hashes within the ceiling. */
export interface Argon2idEngine {
  /** As a finding calls it. */
  readonly name: string;
  /** Makes a PHC string with a new salt of 16 bytes and a tag of 32. */
  hash(password: string, cost: Argon2idCost): Promise<string>;
  /** Whether the password made the hash. */
  verify(password: string, passwordHash: string): Promise<boolean>;
}

/** OWASP ASVS 5.0, Appendix C: the approved setting with the least work per login. */
const DEFAULT_COST: Argon2idCost = { memoryKib: 19_456, iterations: 2, parallelism: 1 };

/** RFC 9106, 4: 128-bit salt. */
export const SALT_BYTES = 16;

/** RFC 9106, 4: 256-bit tag. */
export const TAG_BYTES = 32;

/** What all hashers with argon2id promise, whatever computes it: the strict reading, the limits, the bounds. */
export class BoundedHashing implements PasswordHasher {
  readonly #cost: Argon2idCost;
  readonly #limiter: Pick<HashLimiter, "run">;
  readonly #engine: Argon2idEngine;

  /** Checks the options, and throws what the constructors of the hashers promise. */
  constructor(engine: Argon2idEngine, options: Argon2PasswordHasherOptions) {
    const {
      memoryKib = DEFAULT_COST.memoryKib,
      iterations = DEFAULT_COST.iterations,
      parallelism = DEFAULT_COST.parallelism,
      limiter = processHashLimiter(),
      ...unknown
    } = options;
    refuseUnknown(unknown);
    checkCost({ memoryKib, iterations, parallelism });
    if (typeof limiter?.run !== "function") throw new TypeError("limiter must be a HashLimiter");
    this.#cost = { memoryKib, iterations, parallelism };
    this.#limiter = limiter;
    this.#engine = engine;
  }

  /** Makes a hash once there is room for it. */
  async hash(password: string): Promise<string> {
    if (!isWellFormed(password)) {
      throw new TypeError("Cannot hash the password: not a string of well-formed Unicode");
    }
    return await this.#limiter.run(
      this.#cost.memoryKib,
      () => this.#engine.hash(password.normalize("NFC"), this.#cost),
    );
  }

  /** Computes nothing for what cannot be the hash of a password at a bearable cost. */
  async verify(password: string, passwordHash: string): Promise<boolean> {
    const parameters = parseArgon2id(passwordHash);
    if (parameters === null || !isWithinCeiling(parameters) || !isWellFormed(password)) return false;
    return await this.#limiter.run(
      parameters.memoryKib,
      () => this.#engine.verify(password.normalize("NFC"), passwordHash),
    );
  }

  /** True for what is weaker than a new hash in any respect. */
  needsRehash(passwordHash: string): Promise<boolean> {
    const stored = parseArgon2id(passwordHash);
    const { memoryKib, iterations, parallelism } = this.#cost;
    return Promise.resolve(
      stored === null || stored.memoryKib < memoryKib || stored.iterations < iterations ||
        stored.parallelism < parallelism || stored.saltBytes < SALT_BYTES || stored.tagBytes < TAG_BYTES,
    );
  }

  /** Hashes a password that nobody has, and verifies it. */
  async diagnose(): Promise<readonly Finding[]> {
    const probe = crypto.randomUUID();
    if (await this.verify(probe, await this.hash(probe))) return [];
    const message = "A password that was just hashed does not verify, so nobody can log in: " +
      `${this.#engine.name} does not work on this platform`;
    return [{ code: "hashes_do_not_verify", level: "unsafe", message }];
  }
}
