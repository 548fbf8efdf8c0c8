/**
 * Keys password hashes with a secret that is not in the database, whatever makes them.
 *
 * @module
 */

export { KeyedPasswordHasher } from "./keyed_password_hasher.ts";
export type { KeyedPasswordHasherOptions, PasswordKey } from "./keyed_password_hasher.ts";
