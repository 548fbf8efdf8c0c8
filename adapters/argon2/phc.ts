/** What an argon2id hash says about itself. */
export interface Argon2idParameters {
  /** Memory the hash takes to compute, in KiB. */
  readonly memoryKib: number;
  /** Passes over that memory. */
  readonly iterations: number;
  /** Lanes the memory is divided into. */
  readonly parallelism: number;
  /** Length of the salt in bytes. */
  readonly saltBytes: number;
  /** Length of the tag in bytes. */
  readonly tagBytes: number;
}

/** An argon2id hash, decoded. */
export interface Argon2idHash {
  /** What it costs, and how long its parts are. */
  readonly parameters: Argon2idParameters;
  /** What sets it apart from other hashes of the same password. */
  readonly salt: Uint8Array<ArrayBuffer>;
  /** What came out. */
  readonly tag: Uint8Array<ArrayBuffer>;
}

/** PHC string format, Argon2 encoding: every field at its longest. Longer input is not even scanned. */
const MAX_LENGTH = "$argon2id$v=19$m=4294967295,t=4294967295,p=255$".length + 64 + "$".length + 86;

/** PHC string format, Argon2 encoding. */
const MIN_SALT_BYTES = 8;
const MAX_SALT_BYTES = 48;
const MIN_TAG_BYTES = 12;
const MAX_TAG_BYTES = 64;

/** RFC 9106, 3.1: the least memory of one lane. */
const MIN_LANE_KIB = 8;

/** Base64 without padding whose unused bits are zero, so that one salt or tag has one spelling. */
const B64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048])?";

/** Version 19 alone: version 16 lets an attacker save memory. Decimals have no leading zero. */
const ARGON2ID = new RegExp(
  `^\\$argon2id\\$v=19\\$m=([1-9]\\d{0,9}),t=([1-9]\\d{0,9}),p=([1-9]\\d{0,2})\\$(${B64})\\$(${B64})$`,
);

/**
 * Reads the parameters of a stored hash without computing or allocating anything.
 *
 * Strict: one hash has one spelling, so whatever this accepts the native code can read too.
 *
 * @param passwordHash what a store returned
 * @returns null for everything but an argon2id hash of version 19
 * @see {@link https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md | PHC string format}
 */
export function parseArgon2id(passwordHash: unknown): Argon2idParameters | null {
  if (typeof passwordHash !== "string" || passwordHash.length > MAX_LENGTH) return null;
  const match = ARGON2ID.exec(passwordHash);
  if (match === null) return null;
  const [, memory, iterations, parallelism, salt = "", tag = ""] = match;
  const parameters: Argon2idParameters = {
    memoryKib: Number(memory),
    iterations: Number(iterations),
    parallelism: Number(parallelism),
    saltBytes: decodedLength(salt),
    tagBytes: decodedLength(tag),
  };
  return isComputable(parameters) ? parameters : null;
}

/**
 * Reads a stored hash, salt and tag included.
 *
 * @param passwordHash what a store returned
 * @returns null wherever {@link parseArgon2id} is null
 */
export function decodeArgon2id(passwordHash: string): Argon2idHash | null {
  const parameters = parseArgon2id(passwordHash);
  if (parameters === null) return null;
  const [salt = "", tag = ""] = passwordHash.split("$").slice(-2);
  return { parameters, salt: fromB64(salt), tag: fromB64(tag) };
}

/**
 * Writes a hash as it is stored.
 *
 * @param hash as computed; the lengths are those of salt and tag, whatever its parameters say
 * @returns a PHC string that {@link decodeArgon2id} reads
 */
export function encodeArgon2id({ parameters, salt, tag }: EncodableHash): string {
  const { memoryKib, iterations, parallelism } = parameters;
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${toB64(salt)}$${toB64(tag)}`;
}

/** What is written of a hash. */
interface EncodableHash {
  readonly parameters: Omit<Argon2idParameters, "saltBytes" | "tagBytes">;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

function fromB64(b64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(b64), (character) => character.charCodeAt(0));
}

function toB64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

function decodedLength(b64: string): number {
  return Math.floor(b64.length * 3 / 4);
}

function isComputable({ memoryKib, parallelism, saltBytes, tagBytes }: Argon2idParameters): boolean {
  return memoryKib >= MIN_LANE_KIB * parallelism &&
    saltBytes >= MIN_SALT_BYTES && saltBytes <= MAX_SALT_BYTES &&
    tagBytes >= MIN_TAG_BYTES && tagBytes <= MAX_TAG_BYTES;
}
