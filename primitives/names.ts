const ROLE = /^[a-z][a-z0-9_-]{1,63}$/;

const PERMISSION = /^[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)+$/;

/** What a store has room for. */
const MAX_PERMISSION_LENGTH = 255;

/**
 * Tells whether a value can name a role.
 *
 * @param value anything a caller sent
 * @returns true for 2 to 64 characters: a lower-case letter, then letters, digits, `_` and `-`
 */
export function isRoleName(value: unknown): value is string {
  return typeof value === "string" && ROLE.test(value);
}

/**
 * Tells whether a value can name a permission.
 *
 * @param value anything a caller sent
 * @returns true for at least two dot-separated segments of `[a-z][a-z0-9_-]*`, 255 characters in all
 */
export function isPermissionName(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_PERMISSION_LENGTH && PERMISSION.test(value);
}
