import { fromHex, utf8 } from "./_encodings.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import { scryptComputation } from "./_scrypt.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

const LUCIA = /^s2:([a-z0-9]{16}):([0-9a-f]{128})$/;

/** What Lucia 2 fixes. */
const COST = { n: 16_384, r: 16, p: 1 };

/**
 * Verifies the scrypt hashes of Lucia 2: `s2:<salt>:<key>`. Those of Lucia 3 are Better Auth's.
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
 * import { luciaVerifier } from "@userharbor/foreign-hashes";
 *
 * const hash = "s2:i2wc65s9p4rsbb7g:" +
 *   "c0a64d7c01323cf0bbbc6cd87c53899e67f2f8519433b5786a82c82af8f25934" +
 *   "bdd6b7b8de6f15c4997f3e69455d9b4f3ce5297720c0ee941785df9e10a2e12a";
 * assert.equal(await luciaVerifier().verify("cafe\u0301 au lait", hash), true);
 * ```
 */
export function luciaVerifier(options: HashVerifierOptions = {}): HashVerifier {
  return limitedVerifier({
    name: "lucia",
    shape: /^s2:/,
    read(passwordHash) {
      const [, salt = "", key = ""] = LUCIA.exec(passwordHash) ?? [];
      return scryptComputation({ cost: COST, salt: utf8(salt), key: fromHex(key), form: "NFKC" });
    },
  }, options);
}
