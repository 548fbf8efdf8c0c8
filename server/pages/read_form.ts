import { PageRefusal, type PageRefusalCode } from "./page_refusal.ts";

/** The longest legal form, two passwords of 1 024 bytes with every byte escaped, has some 6 KiB. */
const MAX_BODY_BYTES = 16_384;

/** What browsers send, and no other charset. */
const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/**
 * Reads a form with exactly these fields, each of them once.
 *
 * Unlike `URLSearchParams` it refuses what is not UTF-8: a password is taken as it was typed, or not at all.
 *
 * @param request with its body unread
 * @param names every field there is
 * @throws {PageRefusal} `unsupported_media_type`, `payload_too_large`, `malformed`, in this order
 */
export async function readForm<Name extends string>(
  request: Request,
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>>> {
  if (!FORM.test(request.headers.get("content-type") ?? "")) refuse("unsupported_media_type");
  const text = await readText(request);
  const pairs = text === "" ? [] : text.split("&").map(parsePair);
  const values: unknown = Object.fromEntries(pairs);
  if (pairs.length !== names.length || !hasAll(values, names)) refuse("malformed");
  return values;
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > MAX_BODY_BYTES) refuse("payload_too_large");
  const reader = request.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  while (reader !== undefined) {
    // A stream that breaks off is a request that never came to its end.
    const chunk = await reader.read().catch(() => refuse("malformed"));
    if (chunk.done) break;
    size += chunk.value.byteLength;
    // The stream is left as it is: to cancel it would cut some servers' connection before the answer is out.
    if (size > MAX_BODY_BYTES) refuse("payload_too_large");
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

/** A form is ASCII: browsers escape everything else. */
function parsePair(pair: string): readonly [name: string, value: string] {
  const [, name = "", value = ""] = /^([!-~]+?)=([!-~]*)$/.exec(pair) ?? refuse("malformed");
  return [decode(name), decode(value)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return refuse("malformed");
  }
}

function hasAll<Name extends string>(
  values: unknown,
  names: readonly Name[],
): values is Record<Name, string> {
  return typeof values === "object" && values !== null && names.every((name) => Object.hasOwn(values, name));
}

function refuse(code: PageRefusalCode): never {
  throw new PageRefusal(code);
}
