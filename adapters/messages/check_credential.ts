/**
 * Refuses a key or a password that cannot be one, before it is in a header: a line break at its end, as files of
 * settings have it, would make every mail fail, with an error that shows it.
 *
 * @param name of the option
 * @param value what the caller gave
 * @returns the value
 * @throws {TypeError} when it is no string
 * @throws {RangeError} when it is empty, or holds anything but printable ASCII without spaces
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkCredential } from "@userharbor/messages/http-sender";
 *
 * assert.equal(checkCredential("apiKey", "re_123"), "re_123");
 * assert.throws(() => checkCredential("apiKey", "re_123\n"), RangeError);
 * ```
 */
export function checkCredential(name: string, value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`${name} must be given: a string`);
  if (!/^[!-~]+$/.test(value)) {
    throw new RangeError(`${name} must be printable ASCII without spaces or line breaks`);
  }
  return value;
}
