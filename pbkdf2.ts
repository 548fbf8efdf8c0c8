/**
 * Password hashing with nothing but Web Crypto: the last resort where argon2id cannot run.
 *
 * @module
 */

export { Pbkdf2PasswordHasher } from "./primitives/pbkdf2_password_hasher.ts";
export type { Pbkdf2PasswordHasherOptions } from "./primitives/pbkdf2_password_hasher.ts";
