/**
 * The passwords everybody guesses first, at the length a policy asks for. Never imported but with `import()`.
 *
 * Tools that guess try a short list of words first, then each of them repeated, joined with another, followed
 * by digits, and walks over the keyboard. So does this: tables and rules that give all of them, in place of
 * millions of lines.
 *
 * @module
 */

import { COMMON_WORDS, LONG_PASSWORDS } from "./_common_words.ts";
import { comparisonForms, foldText, MIN_LENGTH, repeatedUnit, spellOut } from "./_comparison.ts";
import { keyboardWalks } from "./_keyboard_walks.ts";
import { KNOWN_PHRASES } from "./_known_phrases.ts";

/** Shorter ones occur by chance between two words. */
const MIN_PART_LENGTH = 3;

/** More than two of the longest listed words take. */
const MAX_PAIR_LENGTH = 64;

/** How many of the commonest words {@link commonPasswords} joins with each other. */
const LISTED_PAIR_WORDS = 80;

const YEAR = "(?:19[3-9]\\d|20[0-3]\\d)";
const DAY = "(?:0[1-9]|[12]\\d|3[01])";
const MONTH = "(?:0[1-9]|1[0-2])";
const DATE = new RegExp(`^(?:${DAY}${MONTH}${YEAR}|${MONTH}${DAY}${YEAR}|${YEAR}${MONTH}${DAY})$`);

const words: ReadonlySet<string> = new Set(
  [...COMMON_WORDS, ...LONG_PASSWORDS, ...KNOWN_PHRASES].map(foldText).flatMap(spellings),
);

/** Twice, because a walk may go on from its end at its beginning; apart, so that none goes on into another. */
const loops: readonly string[] = keyboardWalks().map(foldText).flatMap((walk) => {
  const backwards = [...walk].reverse().join("");
  return [walk + walk, backwards + backwards];
});
const walks: string = loops.join("\n");

/**
 * Whether a password is listed, or made of what is listed: one word or walk, or two of them, repeated,
 * decorated, respelled.
 *
 * @param password as typed
 */
export function isCommonPassword(password: string): boolean {
  return [...comparisonForms(password)].some((form) =>
    isListed(form) || /^\d{1,4}$/.test(form) || isPair(form)
  );
}

/**
 * Passwords that {@link isCommonPassword} knows, each of at least 15 code points; by family, with repetitions.
 *
 * @returns them one by one
 */
export function* commonPasswords(): Iterable<string> {
  yield* LONG_PASSWORDS;
  for (const phrase of KNOWN_PHRASES) if (phrase.length >= MIN_LENGTH) yield phrase;
  for (const word of COMMON_WORDS) {
    yield word.repeat(Math.ceil(MIN_LENGTH / word.length));
    yield `${word}12345678901234567890`.slice(0, Math.max(MIN_LENGTH, word.length + 1));
  }
  const common = COMMON_WORDS.slice(0, LISTED_PAIR_WORDS);
  for (const first of common) {
    for (const second of common) if (first.length + second.length >= MIN_LENGTH) yield first + second;
  }
  for (const loop of loops) {
    for (let start = 0; start < loop.length / 2; start++) {
      const walk = loop.slice(start, start + MIN_LENGTH);
      if (walk.length === MIN_LENGTH) yield walk;
    }
  }
  for (let year = 1950; year < 2030; year++) {
    for (let month = 1; month <= 12; month++) yield `01${String(month).padStart(2, "0")}${year}`.repeat(2);
  }
}

/** What a listed word may be looked up as; `lollol` also as `lol`. */
function spellings(word: string): readonly string[] {
  return [word, spellOut(word), repeatedUnit(word)];
}

function isListed(text: string): boolean {
  return words.has(text) || walks.includes(text) || DATE.test(text);
}

function isPair(text: string): boolean {
  if (text.length > MAX_PAIR_LENGTH) return false;
  let isWalk = true;
  for (let middle = MIN_PART_LENGTH; middle <= text.length - MIN_PART_LENGTH; middle++) {
    const first = text.slice(0, middle);
    // What goes on from no walk is none either, so most passwords are searched for once.
    isWalk &&= walks.includes(first);
    if ((isWalk || words.has(first) || DATE.test(first)) && isListed(text.slice(middle))) return true;
  }
  return false;
}
