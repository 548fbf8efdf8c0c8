/** What `JSON.stringify` leaves as it is although terminals and viewers obey it: ANSI's C1, bidi marks, separators. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * JSON of one line in which every control and format character is escaped.
 *
 * @param value what JSON can say
 * @returns text that any JSON parser reads back, and that no terminal takes orders from
 */
export function printableJson(value: object): string {
  return JSON.stringify(value).replace(OBEYED, escape);
}

/** A character beyond the basic plane is two units, and two escapes. */
function escape(character: string): string {
  const units = character.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return `\\u${units.join("\\u")}`;
}
