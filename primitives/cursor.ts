import { utf8 } from "./utf8.ts";

/** A key of 255 UTF-16 units has at most 765 bytes, 1 020 characters of base64url. */
const CURSOR = /^[\w-]{1,1020}$/;

/**
 * Makes of the key a page ended with what begins the next one; nobody should read anything into it.
 *
 * @param key any well-formed text
 * @returns base64url of its UTF-8
 */
export function encodeCursor(key: string): string {
  const bytes = utf8(key);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Reads a cursor back.
 *
 * @param cursor anything a caller sent
 * @returns the key
 * @throws {TypeError} for what is no string
 * @throws {RangeError} for what {@link encodeCursor} never made
 */
export function decodeCursor(cursor: unknown): string {
  if (typeof cursor !== "string") throw new TypeError("cursor must be a string");
  const key = CURSOR.test(cursor) ? textOf(cursor) : null;
  if (key === null || encodeCursor(key) !== cursor) {
    throw new RangeError("cursor must be one that a page gave");
  }
  return key;
}

function textOf(cursor: string): string | null {
  try {
    const bytes = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    );
  } catch {
    return null;
  }
}
