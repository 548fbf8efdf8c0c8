import { countCodePoints } from "./password_limits.ts";

/** NIST SP 800-63B-4, 3.1.1.2: where the password is the only factor. */
const MIN_PASSWORD_CODE_POINTS = 15;

/**
 * The usernames accepted unless the application says otherwise: 3 to 64 ASCII letters, digits, `_`, `-`, `.`.
 *
 * @param username the spelling the person chose
 * @returns whether it is one
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defaultUsernameValidator } from "@userharbor/core";
 *
 * assert.equal(defaultUsernameValidator("ada.lovelace"), true);
 * assert.equal(defaultUsernameValidator("ada lovelace"), false);
 * ```
 */
export function defaultUsernameValidator(username: string): boolean {
  return /^[\w.-]{3,64}$/.test(username);
}

/**
 * The passwords accepted unless the application says otherwise: at least 15 code points, of any kind.
 *
 * @param password as typed, within the limits that always hold (256 code points, 1 024 bytes)
 * @returns true, or the reason `too_short`
 * @see {@link https://pages.nist.gov/800-63-4/sp800-63b.html | NIST SP 800-63B-4, 3.1.1.2}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defaultPasswordValidator } from "@userharbor/core";
 *
 * assert.equal(defaultPasswordValidator("seven quiet otters at dawn"), true);
 * assert.equal(defaultPasswordValidator("Tr0ub4dor&3"), "too_short");
 * ```
 */
export function defaultPasswordValidator(password: string): true | string {
  return countCodePoints(password) >= MIN_PASSWORD_CODE_POINTS ? true : "too_short";
}
