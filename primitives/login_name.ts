/** The longest username a store has room for is longer than any address. */
const MAX_UNITS = 255;

/**
 * Tells whether a value may be typed where a login asks for a username or an address.
 *
 * Whatever passes costs one password verification, known or not; whatever does not costs nothing.
 *
 * @param value anything a caller sent
 * @returns true for 1 to 255 characters without white space or controls
 */
export function isLoginName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_UNITS &&
    !/[\s\p{Cc}]/u.test(value);
}
