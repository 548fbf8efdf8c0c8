/**
 * Lists passwords that every policy refuses as common, for tests of yours.
 *
 * Loads the list. Casings, substitutions and decorations of these are refused as well, and are not listed.
 *
 * @returns distinct passwords of 15 code points or more
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createPasswordPolicy, listCommonPasswords } from "@userharbor/password-policy";
 *
 * const judge = createPasswordPolicy();
 * const [first = ""] = await listCommonPasswords();
 * assert.equal(await judge(first, { username: "ada", email: "ada@example.org" }), "common");
 * ```
 */
export async function listCommonPasswords(): Promise<ReadonlySet<string>> {
  const { commonPasswords } = await import("./_common_passwords.ts");
  return new Set(commonPasswords());
}
