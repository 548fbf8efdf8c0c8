import { type IpAddress, parseIpAddress } from "@userharbor/core";
import { AddressNetworks } from "./address_networks.ts";

/** What is known of the connection that a request came over. */
export interface Connection {
  /**
   * The address at its other end, as the server's runtime tells it, never as a header does: a client's, or that of
   * the last proxy. Absent: not known, and no header about it is believed.
   */
  readonly peerAddress?: string | undefined;
}

/** A request, as far as it tells where it comes from. */
export interface ClientAddressInput extends Connection {
  /** The headers of the request. */
  readonly headers: Headers;
  /** The proxies that are believed: addresses, and networks such as `10.0.0.0/8`. Default: none. */
  readonly trustedProxies?: readonly string[];
}

/**
 * Where a request comes from: the address at the other end of the connection, or, if that is a proxy which is
 * trusted, the last address in `X-Forwarded-For` that is not.
 *
 * Each proxy writes whom it got a request from at the end of that header, so it is read from there, and what stands
 * before the first address that is not a trusted proxy is whatever the client liked to send.
 *
 * @param input the request, its connection, and which proxies are believed
 * @returns one spelling for each address; null when the peer's is not known
 * @throws {TypeError} when `trustedProxies` is not a list of strings
 * @throws {RangeError} for an entry of it that is no network, or all of them
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clientAddress } from "@userharbor/http";
 *
 * const headers = new Headers({ "x-forwarded-for": "1.1.1.1, 203.0.113.7, 10.0.0.2" });
 * const peerAddress = "10.0.0.1";
 *
 * assert.equal(clientAddress({ peerAddress, headers }), "10.0.0.1");
 * assert.equal(clientAddress({ peerAddress, headers, trustedProxies: ["10.0.0.0/8"] }), "203.0.113.7");
 * ```
 */
export function clientAddress({ trustedProxies = [], ...request }: ClientAddressInput): string | null {
  return addressBehind(new AddressNetworks(trustedProxies), request);
}

/**
 * Does what {@link clientAddress} does with proxies that were read already.
 *
 * @param proxies those that are believed
 * @param request its headers and its connection
 * @returns one spelling for each address; null when the peer's is not known
 */
export function addressBehind(
  proxies: AddressNetworks,
  { peerAddress, headers }: Omit<ClientAddressInput, "trustedProxies">,
): string | null {
  let address = parseIpAddress(peerAddress);
  if (address === null) return null;
  const forwardedFor = headers.get("x-forwarded-for")?.split(",") ?? [];
  while (proxies.includes(address)) {
    const next = readEntry(forwardedFor.pop() ?? "");
    // What cannot be read is nobody's address, and what stands before it is no proxy's word.
    if (next === null) break;
    address = next;
  }
  return address.text;
}

/** An address as proxies write it: alone, in brackets, or with a port. */
function readEntry(entry: string): IpAddress | null {
  const text = entry.trim();
  const [, bracketed] = /^\[([^\]]*:[^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  const [, withPort] = /^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  return parseIpAddress(bracketed ?? withPort ?? text);
}
