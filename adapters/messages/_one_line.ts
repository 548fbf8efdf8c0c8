/** Controls, and what else ends a line somewhere. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/**
 * Makes text fit for a header: no line can end in it, so none can be added.
 *
 * @param text whatever is to be a subject
 */
export function oneLine(text: string): string {
  return text.replace(BREAKS, " ").replace(/\p{Cs}/gu, "\u{FFFD}").trim();
}
