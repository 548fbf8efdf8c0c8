import { RequestRefusal } from "./request_refusal.ts";

/** The longest legal body, two passwords with every character escaped, has some 6 KiB. */
const MAX_BODY_BYTES = 16_384;

/** JSON is UTF-8 (RFC 8259, 8.1); no other parameter or charset is understood. */
const JSON_IN_UTF8 = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/** A string of valid JSON. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/**
 * Reads a body that is one flat JSON object with exactly these fields, every one of them a string.
 *
 * Without fields to read, an absent or empty body will do as well.
 *
 * @throws {RequestRefusal} `unsupported_media_type`, `payload_too_large`, `invalid_request`, in this order
 */
export async function readFields<Field extends string>(
  request: Request,
  fields: readonly Field[],
): Promise<Readonly<Record<Field, string>>> {
  const isJson = JSON_IN_UTF8.test(request.headers.get("content-type") ?? "");
  if (!isJson && fields.length > 0 && request.body !== null) refuse("unsupported_media_type");
  const text = await readText(request);
  if (text === "" && fields.length === 0) return parseFields("{}", fields);
  if (!isJson && text !== "") refuse("unsupported_media_type");
  return parseFields(text, fields);
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > MAX_BODY_BYTES) refuse("payload_too_large");
  if (request.bodyUsed) throw new TypeError("Cannot read the request: its body was read before");
  const reader = request.body?.getReader();
  // A byte order mark stays where it is, and is refused as no JSON.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let size = 0;
  while (reader !== undefined) {
    // A stream that breaks off is a request that never came to its end.
    const chunk = await reader.read().catch(() => refuse("invalid_request"));
    if (chunk.done) break;
    size += chunk.value.byteLength;
    // The stream is left as it is: to cancel it would cut some servers' connection before the answer is out.
    if (size > MAX_BODY_BYTES) refuse("payload_too_large");
    text += decode(decoder, chunk.value);
  }
  return text + decode(decoder);
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    refuse("invalid_request");
  }
}

function parseFields<Field extends string>(
  text: string,
  fields: readonly Field[],
): Readonly<Record<Field, string>> {
  const value = parseJson(text);
  if (!hasStrings(value, fields)) refuse("invalid_request");
  // Every string more is an unknown field, something nested, or a key that is repeated, however it is escaped.
  const strings = text.match(STRING)?.length ?? 0;
  if (strings !== 2 * fields.length) refuse("invalid_request");
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    refuse("invalid_request");
  }
}

function hasStrings<Field extends string>(
  value: unknown,
  fields: readonly Field[],
): value is Record<Field, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  return fields.every((field) => typeof members.get(field) === "string");
}

function refuse(code: RequestRefusal["code"]): never {
  throw new RequestRefusal(code);
}
