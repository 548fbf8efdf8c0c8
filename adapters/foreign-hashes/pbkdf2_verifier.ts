import { fromBase64 } from "./_encodings.ts";
import { type Computation, limitedVerifier } from "./_limited_verifier.ts";
import { pbkdf2Computation } from "./_pbkdf2.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

/** `$pbkdf2$` alone means SHA-1. passlib writes the iterations alone. */
const PASSLIB = /^\$pbkdf2(?:-(sha256|sha512))?\$([1-9]\d{0,8})()\$([^$]+)\$([^$]+)$/;

/** PHC string format. */
const PHC = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$i=([1-9]\d{0,8})(?:,l=([1-9]\d{0,2}))?\$([^$]+)\$([^$]+)$/;

/**
 * Verifies PBKDF2 hashes in the PHC string format and in passlib's: `$pbkdf2-sha256$i=600000,l=32$<salt>$<key>`,
 * `$pbkdf2-sha512$25000$<salt>$<key>`; SHA-1, SHA-256 and SHA-512.
 *
 * @param options the limiter, unless it is the one of the process
 * @returns the verifier; false without computing for more than 10,000,000 iterations
 * @throws {TypeError} naming the option that is of the wrong type
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pbkdf2Verifier } from "@userharbor/foreign-hashes";
 *
 * const hash = "$pbkdf2-sha256$1000$c865VwpBqDUmZOy9txaCUA$Vr5gxIos65tb40CgExtM8/V291UXxs7.82d/rviaGo0";
 * assert.equal(await pbkdf2Verifier().verify("cafe\u0301 au lait", hash), true);
 * ```
 */
export function pbkdf2Verifier(options: HashVerifierOptions = {}): HashVerifier {
  return limitedVerifier({ name: "pbkdf2", shape: /^\$pbkdf2(?:-sha(?:1|256|512))?\$/, read }, options);
}

function read(passwordHash: string): Computation | null {
  const match = PASSLIB.exec(passwordHash) ?? PHC.exec(passwordHash);
  if (match === null) return null;
  const [, digest = "sha1", iterations, length = "", salt = "", encodedKey = ""] = match;
  const key = fromAdaptedBase64(encodedKey);
  if (length !== "" && key?.length !== Number(length)) return null;
  return pbkdf2Computation({ digest, iterations: Number(iterations), salt: fromAdaptedBase64(salt), key });
}

/** passlib's `ab64` writes a dot in place of the plus. */
function fromAdaptedBase64(text: string): Uint8Array<ArrayBuffer> | null {
  return fromBase64(text.replaceAll(".", "+"));
}
