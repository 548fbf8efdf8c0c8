/** SHA-256 and HMAC-SHA-256 of text, as 64 lower-case hex digits. */
export interface Digests {
  /** SHA-256. */
  sha256(text: string): string | Promise<string>;
  /** HMAC-SHA-256 under one key. */
  hmacSha256(key: Uint8Array<ArrayBuffer>): (text: string) => string | Promise<string>;
}

const encoder = new TextEncoder();

/**
 * Digests by Web Crypto, which every runtime has.
 *
 * @returns digests whose results have to be awaited
 */
export function webDigests(): Digests {
  return {
    sha256: async (text) => toHex(await crypto.subtle.digest("SHA-256", encoder.encode(text))),
    hmacSha256(key) {
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      // Imported at first use, so that making a harbor stays synchronous.
      let imported: Promise<CryptoKey> | undefined;
      return async (text) => {
        imported ??= crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
        return toHex(await crypto.subtle.sign("HMAC", await imported, encoder.encode(text)));
      };
    },
  };
}

/** The part of the built-in module `node:crypto` that is used; Deno, Bun and Node have it. */
interface BuiltInCrypto {
  createHash(algorithm: string): BuiltInHash;
  createHmac(algorithm: string, key: Uint8Array): BuiltInHash;
}

interface BuiltInHash {
  update(text: string, encoding: "utf8"): BuiltInHash;
  digest(encoding: "hex"): string;
}

/**
 * Digests by the runtime's built-in module.
 *
 * A session check hashes one token. Web Crypto hands that to a thread, which costs 40 to 125 µs on Deno and Node
 * against 2 to 4 µs here: see `benchmarks/session_check.ts`.
 *
 * @returns null where the runtime has no such module
 */
export function builtInDigests(): Digests | null {
  const { process } = globalThis as {
    readonly process?: { readonly getBuiltinModule?: (name: string) => BuiltInCrypto | undefined };
  };
  const builtIn = process?.getBuiltinModule?.("node:crypto");
  if (builtIn === undefined) return null;
  return {
    sha256: (text) => builtIn.createHash("sha256").update(text, "utf8").digest("hex"),
    hmacSha256: (key) => (text) => builtIn.createHmac("sha256", key).update(text, "utf8").digest("hex"),
  };
}

function toHex(digest: ArrayBuffer): string {
  let hex = "";
  for (const byte of new Uint8Array(digest)) hex += byte.toString(16).padStart(2, "0");
  return hex;
}
