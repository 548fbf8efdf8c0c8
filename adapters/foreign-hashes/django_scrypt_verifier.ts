import { fromBase64, utf8 } from "./_encodings.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import { scryptComputation } from "./_scrypt.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

const DJANGO_SCRYPT = /^scrypt\$([1-9]\d{0,6})\$([^$]+)\$([1-9]\d{0,4})\$([1-9]\d{0,4})\$([^$]+)$/;

/**
 * Verifies the hashes of Django's `ScryptPasswordHasher`: `scrypt$<N>$<salt>$<r>$<p>$<key>`.
 *
 * @param options the limiter, unless it is the one of the process
 * @returns the verifier; false without computing for more than 256 MiB, N above 2^20 or `p` above 16
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { djangoScryptVerifier } from "@userharbor/foreign-hashes";
 *
 * const verifier = djangoScryptVerifier();
 * const hash = "scrypt$1024$1rp3nigbrKWh9kNlwHd4bI$8$5$" +
 *   "IRVnuABzOz1IgZsUFi6A4j3oiE2HTEzuuxbPEMO61P3ME7rYeruhRD6fMa3R4+U1+di4ncwy4J4kZXmYKQf+Ow==";
 * assert.equal(await verifier.verify("cafe\u0301 au lait", hash), true);
 * ```
 */
export function djangoScryptVerifier(options: HashVerifierOptions = {}): HashVerifier {
  return limitedVerifier({
    name: "django-scrypt",
    shape: /^scrypt\$\d+\$/,
    read(passwordHash) {
      const [, n, salt = "", r, p, key = ""] = DJANGO_SCRYPT.exec(passwordHash) ?? [];
      const cost = { n: Number(n), r: Number(r), p: Number(p) };
      return scryptComputation({ cost, salt: utf8(salt), key: fromBase64(key) });
    },
  }, options);
}
