/**
 * Password hashing with argon2id for Deno, Bun and Node, bounded for the whole process.
 *
 * @module
 */

export type { Argon2idCost } from "./_cost_limits.ts";
export { Argon2PasswordHasher } from "./argon2_password_hasher.ts";
export type { Argon2PasswordHasherOptions } from "./argon2_password_hasher_options.ts";
export { calibrate } from "./calibrate.ts";
export type { Calibration, CalibrationRequest } from "./calibrate.ts";
export { HashLimiter } from "./hash_limiter.ts";
export type { HashLimiterOptions } from "./hash_limiter.ts";
