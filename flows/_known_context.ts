import type { RequestContext } from "../events.ts";
import { printableText } from "../primitives/printable_text.ts";

/** Where each text is cut: the longest IPv6 address with its zone, a browser's name, RFC 5646's longest tag in use, ids. */
const MAX_LENGTHS: Readonly<Record<keyof RequestContext, number>> = {
  address: 64,
  userAgent: 512,
  locale: 35,
  actor: 255,
};

/**
 * What an application told about its caller, as far as it is known what that means: bounded, without controls.
 *
 * Callers choose most of it; events, records and lists of sessions show it.
 */
export function knownContext(given: RequestContext | undefined): RequestContext | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const known: Partial<Record<keyof RequestContext, string>> = {};
  for (const name of Object.keys(MAX_LENGTHS) as (keyof RequestContext)[]) {
    const text = printableText(given[name], MAX_LENGTHS[name]);
    if (text !== undefined) known[name] = text;
  }
  return known;
}
