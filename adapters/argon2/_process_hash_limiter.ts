import { HashLimiter } from "./hash_limiter.ts";

/** What copies of this package, perhaps of different versions, rely on in each other: it only ever grows. */
type SharedLimiter = Pick<HashLimiter, "run">;

const KEY: unique symbol = Symbol.for("userharbor.argon2.limiter");

/**
 * The limiter of this process: one for all hashers, also across an ESM and a CommonJS copy of this package.
 *
 * @returns the limiter the first copy made
 */
export function processHashLimiter(): SharedLimiter {
  const shared = globalThis as typeof globalThis & { [KEY]?: SharedLimiter };
  return shared[KEY] ??= new HashLimiter();
}
