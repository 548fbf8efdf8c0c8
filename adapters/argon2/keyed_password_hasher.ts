import type { Finding, PasswordHasher } from "@userharbor/core";

import { isWellFormed } from "./_is_well_formed.ts";
import { refuseUnknown } from "./_refuse_unknown.ts";

/** A secret that hashes are keyed with, kept outside the database. */
export interface PasswordKey {
  /** What hashes name it by: 1 to 32 of `a` to `z`, `0` to `9`, `.` and `-`. A name is for one secret, for ever. */
  readonly id: string;
  /** 16 bytes or more, by chance: 32 from `openssl rand -base64 32`, for one. */
  readonly secret: string | Uint8Array;
}

/** What a {@link KeyedPasswordHasher} is made of. */
export interface KeyedPasswordHasherOptions {
  /** Makes the hashes themselves. */
  readonly hasher: PasswordHasher;
  /** The first keys new hashes; the others still verify those that name them. */
  readonly keys: readonly PasswordKey[];
}

const KEY_ID = /^[a-z0-9.-]{1,32}$/;

/** The name of the key, and the hash that the other hasher made. */
const KEYED = /^\$keyed\$k=([a-z0-9.-]{1,32})(\$.+)$/;

/** 128 bits, as for `tokenSecret`: below that a key can be guessed along with the password. */
const MIN_SECRET_BYTES = 16;

interface Key {
  readonly id: string;
  readonly secret: Promise<CryptoKey>;
}

/**
 * Keys the hashes of another hasher with a secret that is not in the database: whoever has only the database can
 * guess at no password.
 *
 * The password, in NFC, goes through HMAC-SHA-256 before it is hashed. Hashes without a key still verify, and are
 * due to be replaced, as are those of an earlier key. Without its key a hash verifies nothing, and neither tells
 * that a password is wrong: losing a key loses every password that it keyed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { KeyedPasswordHasher } from "@userharbor/argon2/keyed";
 * import { FastPasswordHasher } from "@userharbor/core/testing";
 *
 * const hasher = new KeyedPasswordHasher({
 *   hasher: new FastPasswordHasher(), // in earnest: new Argon2PasswordHasher()
 *   keys: [{ id: "2026", secret: "from the environment, not from the database" }],
 * });
 * const hash = await hasher.hash("seven quiet otters at dawn");
 * assert.match(hash, /^\$keyed\$k=2026\$/);
 * assert.equal(await hasher.verify("seven quiet otters at dawn", hash), true);
 * ```
 */
export class KeyedPasswordHasher implements PasswordHasher {
  readonly #hasher: PasswordHasher;
  readonly #current: Key;
  readonly #keys: ReadonlyMap<string, Key>;

  /**
   * Makes a hasher of a hasher and keys.
   *
   * @param options the hasher, and the keys: the first one for new hashes
   * @throws {TypeError} naming the option that is of the wrong type, or that does not exist
   * @throws {RangeError} when there is no key, a name is malformed or there twice, or a secret has less than 16 bytes
   * @see {@link https://pages.nist.gov/800-63-4/sp800-63b.html | NIST SP 800-63B-4, 3.1.1.2}
   */
  constructor({ hasher, keys, ...unknown }: KeyedPasswordHasherOptions) {
    refuseUnknown(unknown);
    if (![hasher?.hash, hasher?.verify, hasher?.needsRehash].every((each) => typeof each === "function")) {
      throw new TypeError("hasher must be a PasswordHasher");
    }
    if (!Array.isArray(keys)) throw new TypeError("keys must be a list of keys");
    const imported = keys.map(importKey);
    const [current] = imported;
    if (current === undefined) throw new RangeError("keys must have a key");
    this.#hasher = hasher;
    this.#current = current;
    this.#keys = new Map(imported.map((key) => [key.id, key]));
    if (this.#keys.size < imported.length) throw new RangeError("keys must have different ids");
  }

  /**
   * Makes a hash under the first key.
   *
   * @param password well-formed Unicode
   * @returns `$keyed$k=<id>`, and what the other hasher made of the keyed password
   * @throws {TypeError} for what is not a string of well-formed Unicode
   * @throws whatever the other hasher rejects with, such as `overloaded`
   */
  async hash(password: string): Promise<string> {
    if (!isWellFormed(password)) {
      throw new TypeError("Cannot hash the password: not a string of well-formed Unicode");
    }
    const hash = await this.#hasher.hash(await keyed(password, this.#current));
    return `$keyed$k=${this.#current.id}${hash}`;
  }

  /**
   * Tells whether the password made this hash, under whichever key it names, or under none.
   *
   * @param password as the person typed it
   * @param passwordHash what a store returned
   * @returns what the other hasher says
   * @throws {Error} when there is no such key: nobody's password is wrong because a secret is missing
   */
  async verify(password: string, passwordHash: string): Promise<boolean> {
    const stored = readKeyed(passwordHash);
    if (stored === null) return await this.#hasher.verify(password, passwordHash);
    const key = this.#keys.get(stored.id);
    if (key === undefined) throw new Error(`Cannot verify the password: there is no key "${stored.id}"`);
    if (!isWellFormed(password)) return false;
    return await this.#hasher.verify(await keyed(password, key), stored.hash);
  }

  /**
   * Tells whether the next login should replace this hash.
   *
   * @param passwordHash what a store returned
   * @returns true for one without a key, or under another key than the first; else what the other hasher says
   */
  async needsRehash(passwordHash: string): Promise<boolean> {
    const stored = readKeyed(passwordHash);
    return stored?.id !== this.#current.id || await this.#hasher.needsRehash(stored.hash);
  }

  /** Hands on what an operator should know about the other hasher. */
  async diagnose(): Promise<readonly Finding[]> {
    return await this.#hasher.diagnose?.() ?? [];
  }
}

function importKey({ id, secret, ...unknown }: PasswordKey): Key {
  refuseUnknown(unknown);
  if (typeof id !== "string") throw new TypeError("id must be a string");
  if (!KEY_ID.test(id)) throw new RangeError("id must be 1 to 32 of a to z, 0 to 9, . and -");
  if (typeof secret !== "string" && !(secret instanceof Uint8Array)) {
    throw new TypeError("secret must be a string or bytes");
  }
  // Copied, so that a caller who wipes the bytes does not change the key.
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : Uint8Array.from(secret);
  if (bytes.byteLength < MIN_SECRET_BYTES) {
    throw new RangeError(`secret must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return { id, secret: crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]) };
}

/** 43 characters: so many bits that nothing of the password is lost, and few enough for every hasher. */
async function keyed(password: string, { secret }: Key): Promise<string> {
  const bytes = new TextEncoder().encode(password.normalize("NFC"));
  const tag = new Uint8Array(await crypto.subtle.sign("HMAC", await secret, bytes));
  return btoa(String.fromCharCode(...tag)).replaceAll("=", "");
}

function readKeyed(passwordHash: unknown): { readonly id: string; readonly hash: string } | null {
  const [, id, hash] = typeof passwordHash === "string" ? KEYED.exec(passwordHash) ?? [] : [];
  return id === undefined || hash === undefined ? null : { id, hash };
}
