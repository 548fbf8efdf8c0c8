/**
 * What passwords are compared as. None of it touches the password that is hashed.
 *
 * @module
 */

/** How many characters around a listed word do not make it another: a date has eight digits. */
const MAX_DECORATION = 8;

/** The least any policy accepts. NIST SP 800-63B-4, 3.1.1.2: where the password is the only factor. */
export const MIN_LENGTH = 15;

/** What people write for a letter. `l` and `i` share one, because `1` stands for either. */
const SUBSTITUTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    0: "o",
    1: "i",
    l: "i",
    "!": "i",
    "|": "i",
    3: "e",
    4: "a",
    "@": "a",
    5: "s",
    $: "s",
    7: "t",
  }),
);

/**
 * Removes what is no difference to a reader: case, composition, width, diacritics, invisible characters.
 *
 * @param text anything
 * @returns the same for every casing and Unicode normal form of it
 */
export function foldText(text: string): string {
  // Upper case first: it spells out ligatures and sharp s, and has but one sigma.
  return text.normalize("NFKD").toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFKD")
    .replace(/[\u0300-\u036f]|\p{Default_Ignorable_Code_Point}/gu, "");
}

/**
 * The letters and digits of a folded text, with substitutions undone: `p@$$ w0rd` is `password`.
 *
 * @param folded what {@link foldText} returned
 * @returns letters and digits only
 */
export function spellOut(folded: string): string {
  let spelled = "";
  for (const character of folded) {
    const letter = SUBSTITUTIONS.get(character) ?? character;
    if (/[\p{L}\p{N}]/u.test(letter)) spelled += letter;
  }
  return spelled;
}

/**
 * Takes the digits and punctuation off the end: `ada1990!` is `ada`.
 *
 * @param folded what {@link foldText} returned
 * @param max how many characters at the most
 * @returns the rest; may be empty
 */
export function withoutTail(folded: string, max: number): string {
  const characters = [...folded];
  let end = characters.length;
  while (end > 0 && characters.length - end < max && !/\p{L}/u.test(characters[end - 1] ?? "")) end--;
  return characters.slice(0, end).join("");
}

/**
 * Everything a password is looked up as: itself, and what is left without repetition, tail, substitutions,
 * separators and digits.
 *
 * @param password as typed
 * @returns the same for every casing and Unicode normal form of it; none is empty
 */
export function comparisonForms(password: string): ReadonlySet<string> {
  const unit = repeatedUnit(foldText(password));
  const stem = withoutTail(unit, MAX_DECORATION);
  // A number is not the decoration of its first digits.
  const word = /\p{L}/u.test(stem) ? stem : unit;
  const letters = unit.replace(/[^\p{L}]/gu, "");
  const forms = [unit, word, withoutPunctuation(unit)];
  // What had more than a decoration removed is mostly something else, such as emoji or random punctuation.
  const least = Math.min(unit.length, MIN_LENGTH) - MAX_DECORATION;
  for (const [form, of] of [[spellOut(unit), unit], [spellOut(word), word], [letters, unit]] as const) {
    if (form.length >= least && of.length - form.length <= MAX_DECORATION) forms.push(form);
  }
  return new Set(forms.map(repeatedUnit).filter((form) => form !== ""));
}

/** Up to its last letter or digit. */
function withoutPunctuation(text: string): string {
  let end = text.length;
  while (end > 0 && text.length - end < MAX_DECORATION && !/[\p{L}\p{N}]/u.test(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
}

/**
 * What a text repeats: `abcabcab` is `abc`.
 *
 * @param text anything
 * @returns the text itself if it is not at least twice the same
 */
export function repeatedUnit(text: string): string {
  // The failure function of Knuth, Morris and Pratt: borders[i] is the longest proper border of text[0..i].
  const borders = [0];
  for (let index = 1, border = 0; index < text.length; index++) {
    while (border > 0 && text[index] !== text[border]) border = borders[border - 1] ?? 0;
    if (text[index] === text[border]) border++;
    borders.push(border);
  }
  const period = text.length - (borders.at(-1) ?? 0);
  return 2 * period <= text.length ? text.slice(0, period) : text;
}
