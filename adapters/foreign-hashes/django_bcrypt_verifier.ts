import { type BcryptCompare, bcryptComputation, checkCompare } from "./_bcrypt.ts";
import { toHex, utf8 } from "./_encodings.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

/** What checks the bcrypt hash inside. */
export interface DjangoBcryptVerifierOptions extends HashVerifierOptions {
  /** The `compare` of a bcrypt package. A native one, such as `@node-rs/bcrypt`, leaves the event loop free. */
  readonly compare: BcryptCompare;
}

const DJANGO_BCRYPT = /^bcrypt(_sha256)?\$(.+)$/;

/**
 * Verifies the hashes of Django's `BCryptSHA256PasswordHasher` and `BCryptPasswordHasher`:
 * `bcrypt_sha256$$2b$…`, of which every byte of the password counts, and `bcrypt$$2b$…`.
 *
 * @param options the bcrypt package's `compare`
 * @returns the verifier; false without computing for a cost above 16
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type BcryptCompare, djangoBcryptVerifier } from "@userharbor/foreign-hashes";
 *
 * function verifierOf(bcrypt: { compare: BcryptCompare }) {
 *   return djangoBcryptVerifier({ compare: bcrypt.compare });
 * }
 *
 * const verifier = verifierOf({ compare: () => Promise.resolve(true) });
 * assert.equal(verifier.recognises("bcrypt_sha256$$2b$12$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.La"), true);
 * ```
 */
export function djangoBcryptVerifier({ compare, ...options }: DjangoBcryptVerifierOptions): HashVerifier {
  checkCompare(compare);
  return limitedVerifier({
    name: "django-bcrypt",
    shape: /^bcrypt(?:_sha256)?\$\$2[aby]\$/,
    read(passwordHash) {
      const [, sha256, bcrypt = ""] = DJANGO_BCRYPT.exec(passwordHash) ?? [];
      const prepare = sha256 === undefined ? (password: string) => password : sha256Hex;
      return bcryptComputation({ passwordHash: bcrypt, compare, prepare });
    },
  }, options);
}

async function sha256Hex(password: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(password))));
}
