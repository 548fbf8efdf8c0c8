import type { SqlValue } from "../sql_driver.ts";

/** Length of `YYYY-MM-DDTHH:MM:SS.sssZ`; years before 0 and after 9999 are longer and would not sort as text. */
const ISO_LENGTH = 24;

/**
 * UTC text that sorts by time, as SQLAlchemy writes it on SQLite.
 *
 * @param instant of the years 0 to 9999
 * @returns `YYYY-MM-DD HH:MM:SS.ffffff`
 * @throws {RangeError} for an instant outside those years
 */
export function encodeInstantText(instant: Date): string {
  const iso = instant.toISOString();
  if (iso.length !== ISO_LENGTH) {
    throw new RangeError("Cannot store an instant: its year is not within 0 and 9999");
  }
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000`;
}

/**
 * Reads UTC text by position: every session check reads up to three instants, and `Date.parse` would take the text
 * for local time.
 *
 * @param value `YYYY-MM-DD HH:MM:SS.ffffff`
 * @returns the instant, to the millisecond
 * @throws {RangeError} for anything else, so that no token looks alive
 */
export function decodeInstantText(value: SqlValue): Date {
  const text = String(value);
  const time = Date.UTC(
    100 * twoDigits(text, 0) + twoDigits(text, 2),
    twoDigits(text, 5) - 1,
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
    10 * twoDigits(text, 20) + digit(text, 22),
  );
  if (Number.isNaN(time)) {
    throw new RangeError("Cannot read an instant: it is not YYYY-MM-DD HH:MM:SS.ffffff");
  }
  return new Date(time);
}

function twoDigits(text: string, at: number): number {
  return 10 * digit(text, at) + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48; // "0" is 48
  return value >= 0 && value <= 9 ? value : NaN;
}
