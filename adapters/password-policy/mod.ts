/**
 * Which passwords people may set: long enough, not among those everybody guesses first, not made of the
 * person's own name, and, if you want it looked up, in no known breach.
 *
 * Uses nothing but the Web's own APIs, so it runs on Deno, Bun, Node and edge runtimes.
 *
 * @module
 */

export type { BreachCheck, BreachVerdict } from "./breach_check.ts";
export { createPasswordPolicy } from "./create_password_policy.ts";
export type { PasswordPolicy, PasswordPolicyOptions, PasswordRefusal } from "./create_password_policy.ts";
export { listCommonPasswords } from "./list_common_passwords.ts";
export { pwnedPasswords } from "./pwned_passwords.ts";
export type { PwnedPasswordsOptions } from "./pwned_passwords.ts";
