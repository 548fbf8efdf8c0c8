import { fromBase64, utf8 } from "./_encodings.ts";
import { equalBytes } from "./_equal_bytes.ts";
import { limitedVerifier } from "./_limited_verifier.ts";
import { deriveScrypt, type ScryptCost, scryptMemoryKib } from "./_scrypt.ts";
import type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";

/** The password hash parameters of a Firebase project, as its console shows them. */
export interface FirebaseVerifierOptions extends HashVerifierOptions {
  /** `base64_signer_key`. A secret: keep it where the other secrets are. */
  readonly signerKey: string;
  /** `base64_salt_separator`. */
  readonly saltSeparator: string;
  /** `rounds`, 1 to 128. */
  readonly rounds: number;
  /** `mem_cost`, 1 to 20; together with the rounds at most 256 MiB. */
  readonly memoryCost: number;
}

/** AES-256. */
const CIPHER_KEY_BYTES = 32;

const FIREBASE = /^\$firebase-scrypt\$([^$]+)\$([^$]+)$/;

/**
 * Verifies what Firebase Authentication exports, stored as `$firebase-scrypt$<salt>$<passwordHash>`.
 *
 * Firebase derives a key from the password by scrypt and encrypts the project's signer key with it.
 *
 * @param options the parameters of the project
 * @returns the verifier
 * @throws {TypeError} naming the option that is of the wrong type, or not base64
 * @throws {RangeError} when the cost is beyond the ceiling
 * @see {@link https://github.com/firebase/scrypt | Firebase's modified scrypt}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { firebaseVerifier } from "@userharbor/foreign-hashes";
 *
 * const verifier = firebaseVerifier({
 *   signerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
 *   saltSeparator: "Bw==",
 *   rounds: 8,
 *   memoryCost: 14,
 * });
 * const exported = {
 *   salt: "42xEC+ixf3L2lw==",
 *   passwordHash: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
 * };
 * const stored = `$firebase-scrypt$${exported.salt}$${exported.passwordHash}`;
 * assert.equal(await verifier.verify("user1password", stored), true);
 * ```
 */
export function firebaseVerifier(
  { signerKey, saltSeparator, rounds, memoryCost, ...options }: FirebaseVerifierOptions,
): HashVerifier {
  const signer = decodeOption("signerKey", signerKey);
  const separator = decodeOption("saltSeparator", saltSeparator);
  if (signer.length === 0) throw new RangeError("signerKey must not be empty");
  const { cost, memoryKib } = checkCost({ rounds, memoryCost });
  return limitedVerifier({
    name: "firebase",
    shape: /^\$firebase-scrypt\$/,
    read(passwordHash) {
      const [, salt = "", encrypted = ""] = FIREBASE.exec(passwordHash) ?? [];
      const [userSalt, stored] = [fromEitherBase64(salt), fromEitherBase64(encrypted)];
      if (userSalt === null || stored?.length !== signer.length) return null;
      const key = { cost, salt: new Uint8Array([...userSalt, ...separator]), keyBytes: CIPHER_KEY_BYTES };
      return {
        memoryKib,
        matches: async (password) =>
          equalBytes(await encrypt(signer, await deriveScrypt(utf8(password), key)), stored),
      };
    },
  }, options);
}

/** The command line exports the standard alphabet, the Admin SDK the one for addresses. */
function fromEitherBase64(text: string): Uint8Array<ArrayBuffer> | null {
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

/** AES-256-CTR, counting from zero: the key is derived anew for each salt. */
async function encrypt(
  plain: Uint8Array<ArrayBuffer>,
  key: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const cipherKey = await crypto.subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
  const counter = new Uint8Array(16);
  return new Uint8Array(
    await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, cipherKey, plain),
  );
}

function decodeOption(name: string, value: unknown): Uint8Array<ArrayBuffer> {
  const decoded = typeof value === "string" ? fromEitherBase64(value) : null;
  if (decoded === null) throw new TypeError(`${name} must be a string of base64`);
  return decoded;
}

interface ProjectCost {
  readonly rounds: number;
  readonly memoryCost: number;
}

function checkCost({ rounds, memoryCost }: ProjectCost): { cost: ScryptCost; memoryKib: number } {
  for (const [name, value] of Object.entries({ rounds, memoryCost })) {
    if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  }
  const cost = { n: 2 ** memoryCost, r: rounds, p: 1 };
  const memoryKib = scryptMemoryKib(cost);
  if (memoryKib === null) {
    throw new RangeError("memoryCost must be 1 to 20, rounds 1 to 128, and both together at most 256 MiB");
  }
  return { cost, memoryKib };
}
