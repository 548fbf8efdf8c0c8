import { utf8 } from "./utf8.ts";

/** Makes 64 lower-case hex digits of a text. */
export type TextDigest = (text: string) => string | Promise<string>;

/** What tokens are hashed with. */
export interface Digests {
  /** SHA-256. */
  readonly sha256: TextDigest;
  /** HMAC-SHA-256 under one key. */
  readonly hmacSha256: (key: Uint8Array<ArrayBuffer>) => TextDigest;
}

/**
 * Digests by Web Crypto, which every runtime has.
 *
 * @returns digests whose results have to be awaited
 */
export function webDigests(): Digests {
  return {
    sha256: async (text) => toHex(await crypto.subtle.digest("SHA-256", utf8(text))),
    hmacSha256(key) {
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      // Imported at first use, so that making a harbor stays synchronous.
      let imported: Promise<CryptoKey> | undefined;
      return async (text) => {
        imported ??= crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
        return toHex(await crypto.subtle.sign("HMAC", await imported, utf8(text)));
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
  /** As UTF-8. */
  update(text: string): BuiltInHash;
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
    sha256: (text) => builtIn.createHash("sha256").update(text).digest("hex"),
    hmacSha256: (key) => (text) => builtIn.createHmac("sha256", key).update(text).digest("hex"),
  };
}

function toHex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
