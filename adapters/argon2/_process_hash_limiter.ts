import { HashLimiter } from "./hash_limiter.ts";

const KEY: unique symbol = Symbol.for("userharbor.argon2.limiter");

/**
 * The limiter of this process: one for all hashers, also across an ESM and a CommonJS copy of this package.
 *
 * Copies of this package, perhaps of different versions, rely on `run` in each other: what is shared only ever grows.
 *
 * @returns the limiter the first copy made
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { processHashLimiter } from "@userharbor/argon2/limiter";
 *
 * const memoryKib = 1_024;
 * assert.equal(await processHashLimiter().run(memoryKib, () => Promise.resolve("hashed")), "hashed");
 * ```
 */
export function processHashLimiter(): Pick<HashLimiter, "run"> {
  const shared = globalThis as typeof globalThis & { [KEY]?: Pick<HashLimiter, "run"> };
  return shared[KEY] ??= new HashLimiter();
}
