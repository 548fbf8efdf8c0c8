/** An address of the Internet, in the one form that compares. */
export interface IpAddress {
  /** Four decimal numbers, or IPv6 as RFC 5952 spells it. */
  readonly text: string;
  /** 4 bytes, or 16. */
  readonly bytes: readonly number[];
}

/** Longer than any spelling, with a zone. */
const MAX_LENGTH = 64;

/** What the platform's parser may be asked about. */
const IPV4 = /^[\d.]+$/;

/** As well, and a zone, which says nothing about where it comes from. */
const IPV6 = /^([\da-f:.]+)(?:%[^%]+)?$/i;

/** An address of IPv4 in IPv6, `::ffff:0:0/96`, as the platform spells it. */
const MAPPED = /^::ffff:[^:]+:[^:]+$/;

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
  if (IPV4.test(address)) {
    // The parser reads octal numbers and missing ones, too: those it spells in another way.
    return hostOf(address) === address ? { text: address, bytes: address.split(".").map(Number) } : null;
  }
  const [, withoutZone] = IPV6.exec(address) ?? [];
  const text = withoutZone && hostOf(`[${withoutZone}]`)?.slice(1, -1);
  if (!text) return null;
  const bytes = bytesOf(text);
  if (!MAPPED.test(text)) return { text, bytes };
  const mapped = bytes.slice(-4);
  return { text: mapped.join("."), bytes: mapped };
}

/** A host as the platform's parser spells it; null when it is none. */
function hostOf(host: string): string | null {
  const url = `http://${host}/`;
  return URL.canParse(url) ? new URL(url).hostname : null;
}

function bytesOf(text: string): number[] {
  return groupsOf(text).flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** The eight groups of an IPv6 address as the platform spells it: in hexadecimal, and with at most one gap. */
export function groupsOf(text: string): readonly string[] {
  const [before = [], after = []] = text.split("::").map((part) => part === "" ? [] : part.split(":"));
  const gap = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...gap, ...after];
}
