import type { PasswordHasher } from "../interfaces.ts";

/**
 * A password hasher for tests: quick, salted, self-describing, and no protection at all.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FastPasswordHasher } from "@userharbor/core/testing";
 *
 * const hasher = new FastPasswordHasher();
 * const hash = await hasher.hash("correct horse battery staple");
 * assert.equal(await hasher.verify("correct horse battery staple", hash), true);
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

  /** `$fast$r=<rounds>$<salt>$<digest>`. */
  async hash(password: string): Promise<string> {
    this.hashed++;
    const salt = crypto.randomUUID().replaceAll("-", "");
    return `$fast$r=${this.rounds}$${salt}$${await digest(salt, password)}`;
  }

  /** Recomputes the digest; false for a hash of another kind. */
  async verify(password: string, passwordHash: string): Promise<boolean> {
    this.verified++;
    const [, kind, , salt, expected] = passwordHash.split("$");
    return kind === "fast" && salt !== undefined && await digest(salt, password) === expected;
  }

  /** Whether a hash has fewer rounds than new ones get. */
  needsRehash(passwordHash: string): Promise<boolean> {
    const rounds = /^\$fast\$r=(\d+)\$/.exec(passwordHash)?.[1];
    return Promise.resolve(rounds === undefined || Number(rounds) < this.rounds);
  }
}

async function digest(salt: string, password: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${salt}${password.normalize("NFC")}`);
  const view = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(view, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
