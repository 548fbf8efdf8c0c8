import type { Finding, PasswordHasher } from "../interfaces.ts";

const PATTERN = /^\$fast\$r=(\d+)\$([0-9a-f]{32})\$([0-9a-f]{64})$/;

/**
 * A password hasher for tests: quick, salted, self-describing, and no protection at all.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FastPasswordHasher } from "@userharbor/core/testing";
 *
 * const hasher = new FastPasswordHasher();
 * const hash = await hasher.hash("seven quiet otters at dawn");
 * assert.equal(await hasher.verify("seven quiet otters at dawn", hash), true);
 * assert.equal(hasher.verified, 1);
 * ```
 */
export class FastPasswordHasher implements PasswordHasher {
  /** How many times `hash` was called. */
  hashed = 0;
  /** How many times `verify` was called. */
  verified = 0;
  /** The rounds of new hashes; raise it to make older hashes outdated. */
  rounds: number;

  /**
   * Makes a hasher.
   *
   * @param rounds stands for a cost; the work is the same whatever it is
   */
  constructor(rounds = 1) {
    this.rounds = rounds;
  }

  /**
   * Makes a hash with a salt of its own.
   *
   * @param password well-formed Unicode
   * @returns `$fast$r=<rounds>$<salt>$<digest>`
   * @throws {TypeError} for a lone surrogate
   */
  async hash(password: string): Promise<string> {
    this.hashed++;
    if (!isWellFormed(password)) throw new TypeError("Cannot hash the password: not well-formed Unicode");
    const salt = crypto.randomUUID().replaceAll("-", "");
    return `$fast$r=${this.rounds}$${salt}$${await digest(salt, password)}`;
  }

  /**
   * Recomputes the digest.
   *
   * @param password as the person typed it
   * @param passwordHash what a store returned
   * @returns false for a wrong password, and for a hash of another kind
   */
  async verify(password: string, passwordHash: string): Promise<boolean> {
    this.verified++;
    const [, , salt, expected] = PATTERN.exec(passwordHash) ?? [];
    return salt !== undefined && isWellFormed(password) && await digest(salt, password) === expected;
  }

  /**
   * Tells whether a hash has fewer rounds than new ones get.
   *
   * @param passwordHash what a store returned
   * @returns true as well for a hash of another kind
   */
  needsRehash(passwordHash: string): Promise<boolean> {
    const rounds = PATTERN.exec(passwordHash)?.[1];
    return Promise.resolve(rounds === undefined || Number(rounds) < this.rounds);
  }

  /** Warns whoever put it where people's passwords are. */
  diagnose(): Promise<readonly Finding[]> {
    const message =
      "FastPasswordHasher is for tests: whoever reads its hashes guesses the passwords at once. " +
      "Use a slow hasher, such as Argon2PasswordHasher";
    return Promise.resolve([{ code: "hasher_for_tests", level: "unsafe", message }]);
  }
}

function isWellFormed(password: string): boolean {
  return !/\p{Cs}/u.test(password);
}

async function digest(salt: string, password: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${salt}${password.normalize("NFC")}`);
  const view = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(view, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
