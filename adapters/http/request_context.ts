import type { RequestContext } from "@userharbor/core";

/** Longer ones are cut: enough for every browser, too little to fill a log with. */
const MAX_USER_AGENT_LENGTH = 512;

/** RFC 5646, 4.4.1: room for every tag in real use. */
const MAX_LOCALE_LENGTH = 35;

/**
 * What a request tells about its sender: the program, and the language asked for first.
 *
 * No address: only the application knows which proxies to believe, and adds it.
 *
 * @param request whose headers are read
 * @returns user agent and language, each if the request tells it and as long as it is any use
 *
 * @example A proxy that always sets `X-Real-IP` itself, whatever a client sends
 * ```ts
 * import assert from "node:assert/strict";
 * import { type HandlerOptions, requestContext } from "@userharbor/http";
 *
 * const context: HandlerOptions["context"] = (request) => ({
 *   ...requestContext(request),
 *   address: request.headers.get("x-real-ip") ?? "",
 * });
 * const headers = { "accept-language": "eo, en;q=0.5", "x-real-ip": "203.0.113.7" };
 * const request = new Request("https://example.org/auth/login", { headers });
 * assert.deepEqual(context(request), { locale: "eo", address: "203.0.113.7" });
 * ```
 */
export function requestContext({ headers }: Request): RequestContext {
  const userAgent = headers.get("user-agent")?.slice(0, MAX_USER_AGENT_LENGTH);
  const locale = firstLanguage(headers.get("accept-language") ?? "");
  return { ...(userAgent ? { userAgent } : {}), ...(locale === undefined ? {} : { locale }) };
}

function firstLanguage(acceptLanguage: string): string | undefined {
  const tag = acceptLanguage.split(/[,;]/, 1)[0]?.trim() ?? "";
  if (tag.length === 0 || tag.length > MAX_LOCALE_LENGTH) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
