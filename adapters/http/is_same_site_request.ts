/** RFC 9110, 9.2.1: they ask for nothing to change. TRACE is missing because no browser sends it. */
const SAFE_METHODS: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Tells whether a request may change something: a page of this origin sent it, or it asks for no change.
 *
 * For the routes of an application that knows its callers by a cookie, because a browser sends that along with
 * what foreign pages ask for, too. Every method but GET, HEAD and OPTIONS needs the browser's word, in a header
 * that no page can set:
 *
 * - `Sec-Fetch-Site: same-origin` will do. `same-site`, `cross-site` and whatever else it may say will not:
 *   another subdomain is another party.
 * - Without the header, or with `none`, `Origin` must be this origin, to the letter. `none` says that a person
 *   asked and no page did, by typing an address or opening a bookmark. Pages are opened that way; changes are
 *   not asked for that way, so by itself it proves nothing.
 * - With neither it is false. A program that is no browser has neither; let it in only if it has no cookie.
 *
 * @param request any request; its body is left alone, and its URL and `Host` mean nothing
 * @param origin as browsers spell it, such as the `origin` of a session cookie; never taken from the request
 * @returns false if a foreign page may have sent it
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html | OWASP, CSRF prevention, Fetch Metadata}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSameSiteRequest } from "@userharbor/http";
 *
 * function mayOrder(headers: HeadersInit): boolean {
 *   const request = new Request("https://example.org/orders", { method: "POST", headers });
 *   return isSameSiteRequest(request, "https://example.org");
 * }
 *
 * assert.equal(mayOrder({ "sec-fetch-site": "same-origin" }), true);
 * assert.equal(mayOrder({ "sec-fetch-site": "cross-site", origin: "https://example.com" }), false);
 * assert.equal(mayOrder({ origin: "https://example.org" }), true);
 * assert.equal(mayOrder({}), false);
 * ```
 */
export function isSameSiteRequest({ method, headers }: Request, origin: string): boolean {
  if (SAFE_METHODS.includes(method)) return true;
  const site = headers.get("sec-fetch-site") ?? "none";
  if (site === "none") return headers.get("origin") === origin;
  return site === "same-origin";
}
