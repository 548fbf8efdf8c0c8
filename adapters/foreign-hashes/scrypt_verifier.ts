import { fromBase64 } from "./_encodings.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import { scryptComputation } from "./_scrypt.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

const SCRYPT = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,4}),p=([1-9]\d{0,4})\$([^$]+)\$([^$]+)$/;

/**
 * Verifies scrypt hashes in the PHC string format, as passlib, Kratos and others write them:
 * `$scrypt$ln=16,r=8,p=1$<salt>$<key>`.
 *
 * @param options the limiter, unless it is the one of the process
 * @returns the verifier; false without computing for more than 256 MiB, `ln` above 20 or `p` above 16
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scryptVerifier } from "@userharbor/foreign-hashes";
 *
 * const hash = "$scrypt$ln=8,r=8,p=1$hBAiRKg1RqgVAuA8p3TOmQ$erCoydatEKg37NnWZDxf65Zvdr0I4ADDViwjewd7G50";
 * assert.equal(await scryptVerifier().verify("cafe\u0301 au lait", hash), true);
 * ```
 */
export function scryptVerifier(options: HashVerifierOptions = {}): HashVerifier {
  return limitedVerifier({
    name: "scrypt",
    shape: /^\$scrypt\$/,
    read(passwordHash) {
      const [, ln, r, p, salt = "", key = ""] = SCRYPT.exec(passwordHash) ?? [];
      const decoded = fromBase64(salt);
      if (decoded === null) return null;
      const cost = { n: 2 ** Number(ln), r: Number(r), p: Number(p) };
      return scryptComputation({ cost, salt: decoded, key: fromBase64(key) });
    },
  }, options);
}
