import { fromBase64, utf8 } from "./_encodings.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import { pbkdf2Computation } from "./_pbkdf2.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

const DJANGO_PBKDF2 = /^pbkdf2_(sha1|sha256)\$([1-9]\d{0,8})\$([^$]+)\$([^$]+)$/;

/**
 * Verifies Django's own PBKDF2 hashes, its default: `pbkdf2_sha256$<iterations>$<salt>$<key>`, and `pbkdf2_sha1`.
 *
 * @param options the limiter, unless it is the one of the process
 * @returns the verifier; false without computing for more than 10,000,000 iterations
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { djangoPbkdf2Verifier } from "@userharbor/foreign-hashes";
 *
 * const hash = "pbkdf2_sha256$1000$LW91uSVP3PCUWRipO5Op2A$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=";
 * assert.equal(await djangoPbkdf2Verifier().verify("cafe\u0301 au lait", hash), true);
 * ```
 */
export function djangoPbkdf2Verifier(options: HashVerifierOptions = {}): HashVerifier {
  return limitedVerifier({
    name: "django-pbkdf2",
    shape: /^pbkdf2_sha(?:1|256)\$/,
    read(passwordHash) {
      const [, digest = "", iterations, salt = "", key = ""] = DJANGO_PBKDF2.exec(passwordHash) ?? [];
      return pbkdf2Computation({
        digest,
        iterations: Number(iterations),
        salt: utf8(salt),
        key: fromBase64(key),
      });
    },
  }, options);
}
