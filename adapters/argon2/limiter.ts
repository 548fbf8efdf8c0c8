/**
 * What bounds the hashing of a process, without the native code: for packages that compute other hashes.
 *
 * @module
 */

export { HashLimiter } from "./hash_limiter.ts";
export type { HashLimiterOptions } from "./hash_limiter.ts";
export { processHashLimiter } from "./_process_hash_limiter.ts";
