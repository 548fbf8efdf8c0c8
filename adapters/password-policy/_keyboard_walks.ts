/**
 * What fingers type without a thought: ways across keyboards, the alphabet, counting.
 *
 * @module
 */

/** Four rows of ten columns from the left; further keys at the end of a row. */
interface Layout {
  readonly rows: readonly [string, string, string, string];
  /** The first row with shift, where walks over it are known. */
  readonly shifted?: string;
}

const LAYOUTS: readonly Layout[] = [
  { rows: ["1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./"], shifted: "!@#$%^&*()_+" },
  { rows: ["1234567890ß´", "qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-"], shifted: '!"§$%&/()=?' },
  { rows: ["1234567890)=", "azertyuiop^$", "qsdfghjklmù*", "wxcvbn,;:!"], shifted: "&é\"'(-è_çà)=" },
  { rows: ["1234567890[]", "',.pyfgcrl/=", "aoeuidhtns-", ";qjkxbmwvz"] },
  { rows: ["1234567890-=", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю."] },
];

const ALPHABET = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "1234567890";
const BLOCK_WIDTHS = [3, 4, 5, 6];
const FIRST_YEAR = 1930;
const YEARS = 110;

/**
 * Every walk, once; each may be begun anywhere, goes on from its end at its beginning, and is known backwards.
 *
 * @returns some hundred texts
 */
export function keyboardWalks(): readonly string[] {
  return [...new Set([...LAYOUTS.flatMap(walksOf), ...counts()])];
}

function walksOf({ rows, shifted }: Layout): readonly string[] {
  const [, top, home, bottom] = rows;
  const letters = rows.map((row) => row.replace(/[^\p{L}\p{N}]/gu, ""));
  const numberRows = shifted === undefined ? [rows[0]] : [rows[0], shifted];
  return [
    ...rows,
    letters.join(""),
    letters.slice(1).join(""),
    zip([top, home]),
    zip([home, top]),
    zip([home, bottom]),
    zip([bottom, home]),
    snake([top, home, bottom]),
    snake([bottom, home, top]),
    zip([top, home, bottom]),
    zip([bottom, home, top]),
    ...BLOCK_WIDTHS.flatMap((width) => [block(rows, width), block(rows.slice(1), width)]),
    ...numberRows.flatMap((numbers) => [
      numbers,
      numbers + top,
      zip([numbers, top]),
      zip([top, numbers]),
      zip([numbers, top, home, bottom]),
      zip([bottom, home, top, numbers]),
      snake([numbers, top, home, bottom]),
      snake([bottom, home, top, numbers]),
    ]),
    ...(shifted === undefined ? [] : [
      zip([rows[0], shifted]),
      zip([rows[0], top, home, bottom, shifted, top, home, bottom]),
    ]),
  ];
}

function counts(): readonly string[] {
  const years = Array.from({ length: YEARS }, (_, index) => String(FIRST_YEAR + index));
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
  const repeated = (text: string, times: number) => [...text].map((each) => each.repeat(times)).join("");
  return [
    ALPHABET,
    DIGITS,
    `0${DIGITS.slice(0, -1)}`,
    "12345678987654321",
    "123456789987654321",
    "1234567890987654321",
    "12345678900987654321",
    "13579246801357924680",
    ...[2, 3, 4].flatMap((times) => [repeated(ALPHABET, times), repeated(DIGITS, times)]),
    [...DIGITS.slice(0, -1)].map((digit) => digit.repeat(Number(digit))).join(""),
    zip([ALPHABET, DIGITS]),
    zip([DIGITS, ALPHABET]),
    years.join(""),
    years.toReversed().join(""),
    printable.join(""),
  ];
}

/** Down each of the ten columns: `1qaz2wsx3edc`. */
function zip(rows: readonly string[]): string {
  return columns(rows).join("");
}

/** Along one column and back along the next: `1qazxsw23edc`. */
function snake(rows: readonly string[]): string {
  return columns(rows).map((column, index) => index % 2 === 0 ? column : [...column].reverse().join("")).join(
    "",
  );
}

/** The left end of each row: `qwertasdfgzxcvb`. */
function block(rows: readonly string[], width: number): string {
  return rows.map((row) => row.slice(0, width)).join("");
}

function columns(rows: readonly string[]): readonly string[] {
  return Array.from({ length: 10 }, (_, column) => rows.map((row) => row[column] ?? "").join(""));
}
