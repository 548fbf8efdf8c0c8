/**
 * Password hashing with argon2id in WebAssembly, where no native code runs: Cloudflare Workers and other edges.
 *
 * @module
 */

export type { Argon2PasswordHasherOptions } from "./argon2_password_hasher_options.ts";
export { Argon2WasmPasswordHasher } from "./argon2_wasm_password_hasher.ts";
export type { Argon2WasmPasswordHasherOptions } from "./argon2_wasm_password_hasher.ts";
export { HashLimiter } from "./hash_limiter.ts";
export type { HashLimiterOptions } from "./hash_limiter.ts";
