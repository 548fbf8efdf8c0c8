import type { Finding, PasswordHasher } from "../interfaces.ts";

/** What a {@link Pbkdf2PasswordHasher} spends on a hash. */
export interface Pbkdf2PasswordHasherOptions {
  /** 100 000 to 2 000 000. Default: 100 000, the most that Cloudflare Workers compute. */
  readonly iterations?: number;
}

/** Cloudflare Workers refuse more in production, though not in local development: workerd, issue 1346. */
const MIN_ITERATIONS = 100_000;

/** Ten times what OWASP asks for: whoever writes one row of the store must not stop the server. */
const MAX_ITERATIONS = 2_000_000;

/** OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA-512. */
const OWASP_ITERATIONS = 210_000;

/** NIST SP 800-132, 5.1: 128 bits at least. */
const SALT_BYTES = 16;
const KEY_BITS = 256;

/** What `hash` writes and nothing else, so that one hash has one spelling: the unused bits of base64 are zero. */
const PATTERN =
  /^\$pbkdf2-sha512\$i=([1-9]\d{0,6})\$([A-Za-z0-9+/]{21}[AQgw])\$([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048])$/;

/**
 * The last resort where neither native code nor WebAssembly runs: PBKDF2-HMAC-SHA-512, which every Web Crypto has.
 *
 * Weaker than argon2id at any cost, since it takes no memory; at the default it is below what OWASP asks for, too.
 * SHA-512 and not SHA-256, because OWASP asks for 210 000 iterations of the one and 600 000 of the other, and
 * Cloudflare Workers compute 100 000 of either: nearly half of what is asked for, instead of a sixth.
 *
 * Passwords are hashed in NFC and otherwise as they are. How many hashes are computed at once is left to Web Crypto.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Pbkdf2PasswordHasher } from "@userharbor/core/pbkdf2";
 *
 * const hasher = new Pbkdf2PasswordHasher({ iterations: 210_000 }); // on Cloudflare Workers the default, 100 000
 * const hash = await hasher.hash("seven quiet otters at dawn");
 * assert.match(hash, /^\$pbkdf2-sha512\$i=210000\$/);
 * assert.equal(await hasher.verify("seven quiet otters at dawn", hash), true);
 * ```
 */
export class Pbkdf2PasswordHasher implements PasswordHasher {
  readonly #iterations: number;

  /**
   * Makes a hasher.
   *
   * @param options the cost of new hashes
   * @throws {TypeError} when `iterations` is no number, or an option does not exist
   * @throws {RangeError} when `iterations` is not whole, or outside its limits
   * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html | OWASP Password Storage Cheat Sheet, PBKDF2}
   * @see {@link https://github.com/cloudflare/workerd/issues/1346 | workerd, issue 1346}
   */
  constructor({ iterations = MIN_ITERATIONS, ...unknown }: Pbkdf2PasswordHasherOptions = {}) {
    const [name] = Object.keys(unknown);
    if (name !== undefined) throw new TypeError(`"${name}" is not an option`);
    if (typeof iterations !== "number") throw new TypeError("iterations must be a number");
    if (!Number.isInteger(iterations) || iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new RangeError(`iterations must be a whole number from ${MIN_ITERATIONS} to ${MAX_ITERATIONS}`);
    }
    this.#iterations = iterations;
  }

  /**
   * Makes a hash with a salt of its own.
   *
   * @param password well-formed Unicode
   * @returns a PHC string: `$pbkdf2-sha512$i=<iterations>$<salt>$<key>`, 16 and 32 bytes
   * @throws {TypeError} for what is not a string of well-formed Unicode
   * @throws {DOMException} `NotSupportedError` where the platform computes fewer iterations
   */
  async hash(password: string): Promise<string> {
    if (!isWellFormed(password)) {
      throw new TypeError("Cannot hash the password: not a string of well-formed Unicode");
    }
    const salt = toBase64(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
    const key = await derive(password, { salt, iterations: this.#iterations });
    return `$pbkdf2-sha512$i=${this.#iterations}$${salt}$${key}`;
  }

  /**
   * Tells whether the password made this hash, with however many iterations up to 2 000 000.
   *
   * @param password as the person typed it; what `hash` refuses is nobody's password
   * @param passwordHash what a store returned
   * @returns false, without computing anything, for all but a hash as this class writes it
   * @throws {DOMException} `NotSupportedError` where the platform computes fewer iterations
   */
  async verify(password: string, passwordHash: string): Promise<boolean> {
    const [, iterations, salt = "", key = ""] = PATTERN.exec(passwordHash) ?? [];
    if (Number(iterations ?? Infinity) > MAX_ITERATIONS || !isWellFormed(password)) return false;
    return isSame(await derive(password, { salt, iterations: Number(iterations) }), key);
  }

  /**
   * Tells whether the next login should replace this hash: only ever by a stronger one.
   *
   * @param passwordHash what a store returned
   * @returns true for fewer iterations than new hashes get, and for a hash of another kind
   */
  needsRehash(passwordHash: string): Promise<boolean> {
    const iterations = PATTERN.exec(passwordHash)?.[1];
    return Promise.resolve(iterations === undefined || Number(iterations) < this.#iterations);
  }

  /**
   * Says how weak the hashes are, and tries one: local development computes what production refuses.
   *
   * @returns `weak_password_hash`, unsafe below what OWASP asks for; `hashes_do_not_verify` when nobody could log in
   * @throws {DOMException} `NotSupportedError` where the platform computes fewer iterations
   */
  async diagnose(): Promise<readonly Finding[]> {
    const probe = crypto.randomUUID();
    const works = await this.verify(probe, await this.hash(probe));
    return [weakness(this.#iterations), ...(works ? [] : [DOES_NOT_WORK])];
  }
}

const DOES_NOT_WORK: Finding = {
  code: "hashes_do_not_verify",
  level: "unsafe",
  message:
    "A password that was just hashed does not verify, so nobody can log in: Web Crypto's PBKDF2 fails here",
};

function weakness(iterations: number): Finding {
  const message =
    `Passwords are hashed with ${iterations} iterations of PBKDF2-HMAC-SHA-512. OWASP asks for ` +
    `${OWASP_ITERATIONS}, and for argon2id first: use Argon2WasmPasswordHasher where WebAssembly runs, ` +
    "Argon2PasswordHasher where native code does";
  return {
    code: "weak_password_hash",
    level: iterations < OWASP_ITERATIONS ? "unsafe" : "advice",
    message,
  };
}

interface Cost {
  readonly salt: string;
  readonly iterations: number;
}

async function derive(password: string, { salt, iterations }: Cost): Promise<string> {
  const bytes = await distinctKey(new TextEncoder().encode(password.normalize("NFC")));
  const key = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-512", salt: fromBase64(salt), iterations };
  return toBase64(new Uint8Array(await crypto.subtle.deriveBits(parameters, key, KEY_BITS)));
}

/** RFC 2104, 2: HMAC appends zeros to a key, so a password and the same with a NUL after it would be one. */
async function distinctKey(password: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (password.length > 0 && password.at(-1) !== 0) return password;
  return new Uint8Array(await crypto.subtle.digest("SHA-512", password));
}

function isWellFormed(password: unknown): password is string {
  return typeof password === "string" && !/\p{Cs}/u.test(password);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Looks at every character, so that the time does not tell how many match. */
function isSame(derived: string, stored: string): boolean {
  let difference = derived.length ^ stored.length;
  for (let index = 0; index < derived.length; index++) {
    difference |= derived.charCodeAt(index) ^ stored.charCodeAt(index);
  }
  return difference === 0;
}
