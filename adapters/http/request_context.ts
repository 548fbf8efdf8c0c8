import type { RequestContext } from "@userharbor/core";
import { AddressNetworks } from "./address_networks.ts";
import { addressBehind, type Connection } from "./client_address.ts";

/** Longer ones are cut: enough for every browser, too little to fill a log with. */
const MAX_USER_AGENT_LENGTH = 512;

/** RFC 5646, 4.4.1: room for every tag in real use. */
const MAX_LOCALE_LENGTH = 35;

/** What a request comes over, and who is believed about that. */
export interface RequestContextOptions extends Connection {
  /** The proxies that are believed: addresses, and networks such as `10.0.0.0/8`. Default: none. */
  readonly trustedProxies?: readonly string[];
}

/**
 * What a request tells about its sender: the address, the program, and the language asked for first.
 *
 * @param request whose headers are read
 * @param options the connection, without which there is no address, and the proxies that are believed
 * @returns address, user agent and language, each if it is known and as long as it is any use
 * @throws {TypeError} when `trustedProxies` is not a list of strings
 * @throws {RangeError} for an entry of it that is no network, or all of them
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { requestContext } from "@userharbor/http";
 *
 * const headers = { "accept-language": "eo, en;q=0.5", "x-forwarded-for": "203.0.113.7" };
 * const request = new Request("https://example.org/auth/login", { headers });
 * const options = { peerAddress: "127.0.0.1", trustedProxies: ["127.0.0.1"] };
 * assert.deepEqual(requestContext(request, options), { address: "203.0.113.7", locale: "eo" });
 * ```
 */
export function requestContext(
  request: Request,
  { trustedProxies = [], ...connection }: RequestContextOptions = {},
): RequestContext {
  return contextBehind(new AddressNetworks(trustedProxies))(request, connection);
}

/**
 * Does what {@link requestContext} does with proxies that were read already.
 *
 * @param proxies those that are believed
 * @returns what is known of a request and its connection
 */
export function contextBehind(
  proxies: AddressNetworks,
): (request: Request, connection: Connection) => RequestContext {
  return ({ headers }, { peerAddress }) => {
    const address = addressBehind(proxies, { peerAddress, headers });
    const userAgent = headers.get("user-agent")?.slice(0, MAX_USER_AGENT_LENGTH);
    const locale = firstLanguage(headers.get("accept-language") ?? "");
    return {
      ...(address === null ? {} : { address }),
      ...(userAgent ? { userAgent } : {}),
      ...(locale === undefined ? {} : { locale }),
    };
  };
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
