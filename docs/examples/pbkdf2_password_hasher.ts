import type { PasswordHasher } from "@userharbor/core";

/** OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA-256. */
const DEFAULT_ITERATIONS = 600_000;

/** A stored hash that asks for more is not computed: whoever can plant one must not stop the server. */
const MAX_ITERATIONS = 10_000_000;

const SALT_BYTES = 16;
const HASH_BITS = 256;

/** What `hash` makes, and nothing else: 16 bytes of salt and 32 of hash in base64 without padding. */
const PATTERN = /^\$sha256-pbkdf2\$i=([1-9]\d{0,7})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Hashes with SHA-256, then PBKDF2, which every Web Crypto has. Where native code may run, argon2id is the better choice. */
export class Pbkdf2PasswordHasher implements PasswordHasher {
  readonly #iterations: number;

  constructor(iterations: number = DEFAULT_ITERATIONS) {
    if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new RangeError(`iterations must be a whole number from 1 to ${MAX_ITERATIONS}`);
    }
    this.#iterations = iterations;
  }

  async hash(password: string): Promise<string> {
    if (!isWellFormed(password)) throw new TypeError("Cannot hash the password: not well-formed Unicode");
    const salt = encode(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
    const derived = await derive(password, { salt, iterations: this.#iterations });
    return `$sha256-pbkdf2$i=${this.#iterations}$${salt}$${derived}`;
  }

  async verify(password: string, passwordHash: string): Promise<boolean> {
    const [, iterations = "", salt = "", expected = ""] = PATTERN.exec(passwordHash) ?? [];
    if (iterations === "" || Number(iterations) > MAX_ITERATIONS || !isWellFormed(password)) return false;
    return isSame(await derive(password, { salt, iterations: Number(iterations) }), expected);
  }

  needsRehash(passwordHash: string): Promise<boolean> {
    const iterations = PATTERN.exec(passwordHash)?.[1];
    return Promise.resolve(iterations === undefined || Number(iterations) < this.#iterations);
  }
}

interface Cost {
  readonly salt: string;
  readonly iterations: number;
}

async function derive(password: string, { salt, iterations }: Cost): Promise<string> {
  // Composed and decomposed spellings are one password; nothing else about it changes.
  const bytes = new TextEncoder().encode(password.normalize("NFC"));
  // HMAC pads its key with zeros: without a digest first, "a" and "a\0" would be one password.
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const key = await crypto.subtle.importKey("raw", digest, "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: decode(salt), iterations };
  return encode(new Uint8Array(await crypto.subtle.deriveBits(parameters, key, HASH_BITS)));
}

function isWellFormed(text: unknown): boolean {
  return typeof text === "string" && !/\p{Cs}/u.test(text);
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Looks at every character, so that the time does not tell how many match. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
