import type { Finding, PasswordHasher } from "@userharbor/core";

import { type Argon2idEngine, BoundedHashing, SALT_BYTES, TAG_BYTES } from "./_bounded_hashing.ts";
import { computeInWasm, isArgon2idModule } from "./_compute_in_wasm.ts";
import { equalBytes } from "./_equal_bytes.ts";
import type { Argon2PasswordHasherOptions } from "./argon2_password_hasher_options.ts";
import { decodeArgon2id, encodeArgon2id } from "./phc.ts";

/** What an {@link Argon2WasmPasswordHasher} computes with, and what a hash costs. */
export interface Argon2WasmPasswordHasherOptions extends Argon2PasswordHasherOptions {
  /**
   * `argon2id/dist/simd.wasm`, compiled; `no-simd.wasm` of the same package, somewhat slower, where the
   * runtime cannot compile the other. Both compute the same.
   */
  readonly module: WebAssembly.Module;
  /**
   * Awaited before each hash, while it counts as in flight. `() => new Promise((resolve) => setTimeout(resolve))`
   * lets servers look after other requests between two hashes. Default: nothing is awaited, as it must be on
   * Cloudflare Workers, where the timer of a request that was broken off never comes.
   */
  readonly pause?: () => Promise<void>;
}

/**
 * Protects passwords with argon2id where native code cannot run: the same PHC strings and the same limits as
 * `Argon2PasswordHasher`, and each reads what the other wrote.
 *
 * A hash is computed on the thread that asks for it, which does nothing else meanwhile. Where native code runs,
 * `Argon2PasswordHasher` is several times as fast and leaves the event loop free.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { Argon2WasmPasswordHasher } from "@userharbor/argon2/wasm";
 *
 * // On Cloudflare Workers: import module from "argon2id/dist/simd.wasm";
 * const file = await readFile(new URL(import.meta.resolve("argon2id/dist/simd.wasm")));
 * const module = await WebAssembly.compile(new Uint8Array(file));
 * const hasher = new Argon2WasmPasswordHasher({ module });
 * const hash = await hasher.hash("seven quiet otters at dawn");
 * assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
 * assert.equal(await hasher.verify("seven quiet otters at dawn", hash), true);
 * ```
 */
export class Argon2WasmPasswordHasher implements PasswordHasher {
  readonly #hashing: BoundedHashing;

  /**
   * Makes a hasher; cheap enough for one a request, since all hashers of a module share what it computes in.
   *
   * @param options the module, and the cost of new hashes: what is left out is the least that OWASP ASVS approves
   * @throws {TypeError} naming the option that is of the wrong type, or that does not exist
   * @throws {RangeError} naming the option that is too weak or too dear
   * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, Appendix C}
   */
  constructor({ module, pause, ...options }: Argon2WasmPasswordHasherOptions) {
    if (!isArgon2idModule(module)) {
      throw new TypeError("module must be simd.wasm or no-simd.wasm of argon2id as a WebAssembly.Module");
    }
    if (pause !== undefined && typeof pause !== "function") throw new TypeError("pause must be a function");
    this.#hashing = new BoundedHashing(engine(module, pause), options);
  }

  /**
   * Makes a hash with a salt of its own.
   *
   * @param password well-formed Unicode
   * @returns a PHC string: `$argon2id$v=19$m=<KiB>,t=<iterations>,p=<lanes>$<salt>$<tag>`
   * @throws {TypeError} for what is not a string of well-formed Unicode
   * @throws {RangeError} when the memory is not there
   * @throws {UserHarborError} `overloaded` when too many hashes are waiting; nothing was computed
   */
  hash(password: string): Promise<string> {
    return this.#hashing.hash(password);
  }

  /**
   * Tells whether the password made this hash, at whatever cost up to 1 GiB, 20 iterations and 16 lanes.
   *
   * @param password as the person typed it; what `hash` refuses is nobody's password
   * @param passwordHash what a store returned
   * @returns false, without computing anything, for all but an argon2id hash of version 19 up to that cost
   * @throws {RangeError} when the memory is not there; the password may still be right
   * @throws {UserHarborError} `overloaded` when too many hashes are waiting; the password may still be right
   */
  verify(password: string, passwordHash: string): Promise<boolean> {
    return this.#hashing.verify(password, passwordHash);
  }

  /**
   * Tells whether the next login should replace this hash: only ever by a stronger one.
   *
   * @param passwordHash what a store returned
   * @returns true when its memory, iterations, lanes, salt or tag is below what new hashes get, and for all but
   * an argon2id hash of version 19
   */
  needsRehash(passwordHash: string): Promise<boolean> {
    return this.#hashing.needsRehash(passwordHash);
  }

  /**
   * Tells whether this runtime can protect passwords at the configured cost, by computing one hash and verifying it.
   *
   * @returns `hashes_do_not_verify`, unsafe, when nobody could log in
   * @throws {RangeError} when the memory is not there
   * @throws {UserHarborError} `overloaded` when too many wait
   */
  diagnose(): Promise<readonly Finding[]> {
    return this.#hashing.diagnose();
  }
}

function engine(module: WebAssembly.Module, pause: (() => Promise<void>) | undefined): Argon2idEngine {
  return {
    name: "the WebAssembly of argon2id",
    async hash(password, cost) {
      await pause?.();
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      const tag = await computeInWasm(module, { password, salt, cost, tagBytes: TAG_BYTES });
      return encodeArgon2id({ parameters: cost, salt, tag });
    },
    async verify(password, passwordHash) {
      const stored = decodeArgon2id(passwordHash);
      if (stored === null) return false;
      await pause?.();
      const { parameters: cost, salt, tag } = stored;
      return equalBytes(await computeInWasm(module, { password, salt, cost, tagBytes: tag.length }), tag);
    },
  };
}
