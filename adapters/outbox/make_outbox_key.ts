import { encodeBase64Url } from "./_base64url.ts";

/**
 * Makes a key for a {@link MailOutbox}, to be kept where whoever reads the store does not read it.
 *
 * @returns 43 characters of base64url: 256 random bits
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MailOutbox, makeOutboxKey } from "@userharbor/outbox";
 *
 * const key = makeOutboxKey();
 * assert.equal(key.length, 43);
 * new MailOutbox({ keys: key });
 * ```
 */
export function makeOutboxKey(): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}
