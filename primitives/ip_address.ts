/** An address of the Internet, in the one form that compares. */
export interface IpAddress {
  /** Four decimal numbers, or IPv6 as RFC 5952 spells it. */
  readonly text: string;
  /** 4 bytes, or 16. */
  readonly bytes: readonly number[];
}

/** Longer than any spelling, with a zone. */
const MAX_LENGTH = 64;

/** No leading zeros: some programs read them as octal. */
const IPV4 = /^(?:(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?!$)|$)){4}$/;

/** What the platform's parser may be asked about, and a zone, which says nothing about where it comes from. */
const IPV6 = /^([\da-f:.]*:[\da-f:.]*)(?:%[^%]+)?$/i;

/** Addresses of IPv4 in IPv6: `::ffff:0:0/96`. */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * Reads an address in whatever spelling; IPv4 within IPv6 is the IPv4 address.
 *
 * @param address anything that may be one
 * @returns the address, or null for anything else: a name, a port beside it, brackets, white space
 * @see {@link https://www.rfc-editor.org/rfc/rfc5952 | RFC 5952}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseIpAddress } from "@userharbor/core";
 *
 * assert.equal(parseIpAddress("2001:DB8:0:0::1")?.text, "2001:db8::1");
 * assert.equal(parseIpAddress("::ffff:192.0.2.1")?.text, "192.0.2.1");
 * assert.equal(parseIpAddress("192.0.2.1:443"), null);
 * ```
 */
export function parseIpAddress(address: unknown): IpAddress | null {
  if (typeof address !== "string" || address.length > MAX_LENGTH) return null;
  if (IPV4.test(address)) return { text: address, bytes: address.split(".").map(Number) };
  const [, withoutZone] = IPV6.exec(address) ?? [];
  const url = `http://[${withoutZone}]/`;
  if (withoutZone === undefined || !URL.canParse(url)) return null;
  const text = new URL(url).hostname.slice(1, -1);
  const bytes = bytesOf(text);
  if (!MAPPED.every((byte, index) => bytes[index] === byte)) return { text, bytes };
  const mapped = bytes.slice(MAPPED.length);
  return { text: mapped.join("."), bytes: mapped };
}

/** Of an address as the platform spells it: groups in hexadecimal, and at most one gap. */
function bytesOf(text: string): number[] {
  const [before = [], after = []] = text.split("::").map((part) => part === "" ? [] : part.split(":"));
  const gap = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...gap, ...after].flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
