import { fromHex, utf8 } from "./_encodings.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import { scryptComputation } from "./_scrypt.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

const BETTER_AUTH = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

/** What these libraries fix. */
const COST = { n: 16_384, r: 16, p: 1 };

/**
 * Verifies the scrypt hashes that Better Auth writes, and Oslo for Lucia 3: `<salt>:<key>`, both in hex.
 *
 * As at the origin, passwords are brought into NFKC.
 *
 * @param options the limiter, unless it is the one of the process
 * @returns the verifier
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { betterAuthVerifier } from "@userharbor/foreign-hashes";
 *
 * const hash = "5264eb5b4afab081d2415f3aac0a86dc:" +
 *   "9654b059b94fd4236612c3b90bf2e872304022af1f53cc1edfafa149f93df523" +
 *   "2fa91b1f67b0dd87c939cf751bd041f8eb6ab05ad4dd46dd925bd9ca3ecfe336";
 * assert.equal(await betterAuthVerifier().verify("cafe\u0301 au lait", hash), true);
 * ```
 */
export function betterAuthVerifier(options: HashVerifierOptions = {}): HashVerifier {
  return limitedVerifier({
    name: "better-auth",
    shape: /^[0-9a-f]{32}:/,
    read(passwordHash) {
      const [, salt = "", key = ""] = BETTER_AUTH.exec(passwordHash) ?? [];
      // The hex digits themselves are the salt.
      return scryptComputation({ cost: COST, salt: utf8(salt), key: fromHex(key), form: "NFKC" });
    },
  }, options);
}
