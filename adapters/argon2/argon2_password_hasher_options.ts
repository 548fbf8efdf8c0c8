import type { HashLimiter } from "./hash_limiter.ts";

/** What a hash costs, and how many may be computed at once. */
export interface Argon2PasswordHasherOptions {
  /**
   * Memory of one hash in KiB, at most 1 048 576 (1 GiB). Default: 19 456, the least for two iterations; 47 104
   * for one, 12 288 for three and more.
   */
  readonly memoryKib?: number;
  /** Passes over the memory, 1 to 20. Default: 2. */
  readonly iterations?: number;
  /** Lanes the memory is divided into, 1 to 16. Default: 1. */
  readonly parallelism?: number;
  /** Bounds the hashing at once. Default: the limiter that all hashers of the process share. */
  readonly limiter?: Pick<HashLimiter, "run">;
}
