/** Padding or none, but nothing between. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const HEX = /^(?:[0-9a-f]{2})*$/;

/**
 * Encodes text as the origins did.
 *
 * @param text well-formed Unicode
 * @returns UTF-8
 */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/**
 * Decodes base64 of the standard alphabet.
 *
 * @param text padded or not
 * @returns null for what is not base64
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const bare = text.replace(/=+$/, "");
  const isPadded = bare.length !== text.length;
  if (!BASE64.test(text) || bare.length % 4 === 1 || (isPadded && text.length % 4 !== 0)) return null;
  return Uint8Array.from(atob(bare), (character) => character.charCodeAt(0));
}

/**
 * Decodes hex.
 *
 * @param text lower case
 * @returns null for what is not hex
 */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!HEX.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/**
 * Encodes hex.
 *
 * @param bytes as many as there are
 * @returns two lower-case digits for each
 */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
