/**
 * Reads when a service wants to be asked again.
 *
 * @param headers of its answer
 * @param now the present instant, from which a number of seconds counts
 * @returns that instant; null when it does not say
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 | RFC 9110, 10.2.3: Retry-After}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { retryAt } from "@userharbor/messages/http-sender";
 *
 * const now = new Date("2026-01-01T00:00:00Z");
 * const headers = new Headers({ "retry-after": "30" });
 * assert.deepEqual(retryAt(headers, now), new Date("2026-01-01T00:00:30Z"));
 * assert.equal(retryAt(new Headers(), now), null);
 * ```
 */
export function retryAt(headers: Headers, now: Date): Date | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(value)) return new Date(now.getTime() + Number(value) * 1_000);
  // Date.parse also reads numbers, and what has no zone as local time.
  const at = /^[A-Z][a-z]+,? .+ GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at);
}
