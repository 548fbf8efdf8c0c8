import type { PasswordHasher } from "@userharbor/core";

import type { HashVerifier } from "./hash_verifier.ts";

/** What checks the argon2id hash inside. */
export interface DjangoArgon2VerifierOptions {
  /** An `Argon2PasswordHasher`, whose ceiling and limiter then hold. */
  readonly argon2: Pick<PasswordHasher, "verify">;
}

const PREFIX = "argon2";

/**
 * Verifies the hashes of Django's `Argon2PasswordHasher`: `argon2$argon2id$v=19$…`.
 *
 * argon2i, which Django wrote before version 3.2, is not among them. Unlike at the origin, passwords are brought
 * into NFC, as the given hasher does.
 *
 * @param options the argon2id hasher, which may be the primary one
 * @returns the verifier
 * @throws {TypeError} when `argon2` is no hasher
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Argon2PasswordHasher } from "@userharbor/argon2";
 * import { djangoArgon2Verifier } from "@userharbor/foreign-hashes";
 *
 * const argon2 = new Argon2PasswordHasher();
 * const hash = `argon2${await argon2.hash("correct horse battery staple")}`;
 * assert.equal(await djangoArgon2Verifier({ argon2 }).verify("correct horse battery staple", hash), true);
 * ```
 */
export function djangoArgon2Verifier({ argon2 }: DjangoArgon2VerifierOptions): HashVerifier {
  if (typeof argon2?.verify !== "function") throw new TypeError("argon2 must be a PasswordHasher");
  const recognises = (passwordHash: string) =>
    typeof passwordHash === "string" && passwordHash.startsWith(`${PREFIX}$argon2id$`);
  return {
    name: "django-argon2",
    recognises,
    async verify(password, passwordHash) {
      return recognises(passwordHash) && await argon2.verify(password, passwordHash.slice(PREFIX.length));
    },
  };
}
