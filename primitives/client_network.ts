import { groupsOf, parseIpAddress } from "./ip_address.ts";

/**
 * Whom an address stands for when attempts are counted: the address itself, or the network of an IPv6 address,
 * where one customer has 2⁶⁴ of them or more.
 *
 * @param address anything a caller says is the client's address
 * @returns an IPv4 address, or `2001:db8::/64`, each in one spelling; null for anything else
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clientNetwork } from "@userharbor/core";
 *
 * assert.equal(clientNetwork("::FFFF:192.0.2.1"), "192.0.2.1");
 * assert.equal(clientNetwork("2001:db8::1"), "2001:db8::/64");
 * assert.equal(clientNetwork("2001:db8:0:0:ffff::2"), "2001:db8::/64");
 * assert.equal(clientNetwork("somewhere"), null);
 * ```
 */
export function clientNetwork(address: unknown): string | null {
  const parsed = parseIpAddress(address);
  if (parsed === null || parsed.bytes.length === 4) return parsed?.text ?? null;
  const network = groupsOf(parsed.text).slice(0, 4).join(":");
  return `${parseIpAddress(`${network}::`)?.text}/64`;
}
