import { fromHex, utf8 } from "./_encodings.ts";
import { type Computation, limitedVerifier } from "./_limited_verifier.ts";
import { pbkdf2Computation } from "./_pbkdf2.ts";
import { scryptComputation } from "./_scrypt.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

const PBKDF2 = /^pbkdf2:(sha1|sha256|sha512):([1-9]\d{0,8})\$([^$]+)\$([^$]+)$/;
const SCRYPT = /^scrypt:([1-9]\d{0,6}):([1-9]\d{0,4}):([1-9]\d{0,4})\$([^$]+)\$([^$]+)$/;

/**
 * Verifies the hashes that Flask applications make with Werkzeug: `scrypt:<N>:<r>:<p>$<salt>$<key>` and
 * `pbkdf2:sha256:<iterations>$<salt>$<key>`.
 *
 * @param options the limiter, unless it is the one of the process
 * @returns the verifier; false without computing beyond the ceilings of scrypt and PBKDF2
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { werkzeugVerifier } from "@userharbor/foreign-hashes";
 *
 * const hash = "pbkdf2:sha256:1000$16gTGrlZeUnFjD0q$" +
 *   "1633424851bf00f9bf73417184d5e0b9eb2e8f5754e59809e89ec69e816bee3d";
 * assert.equal(await werkzeugVerifier().verify("cafe\u0301 au lait", hash), true);
 * ```
 */
export function werkzeugVerifier(options: HashVerifierOptions = {}): HashVerifier {
  return limitedVerifier({
    name: "werkzeug",
    shape: /^(?:scrypt|pbkdf2):/,
    read: (passwordHash) => readPbkdf2(passwordHash) ?? readScrypt(passwordHash),
  }, options);
}

function readPbkdf2(passwordHash: string): Computation | null {
  const [, digest = "", iterations, salt = "", key = ""] = PBKDF2.exec(passwordHash) ?? [];
  return pbkdf2Computation({ digest, iterations: Number(iterations), salt: utf8(salt), key: fromHex(key) });
}

function readScrypt(passwordHash: string): Computation | null {
  const [, n, r, p, salt = "", key = ""] = SCRYPT.exec(passwordHash) ?? [];
  const cost = { n: Number(n), r: Number(r), p: Number(p) };
  return scryptComputation({ cost, salt: utf8(salt), key: fromHex(key) });
}
