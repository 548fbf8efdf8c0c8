import type { PasswordOwner } from "@userharbor/core";
import { foldText, spellOut, withoutTail } from "./_comparison.ts";

/** ASVS 5.0, 6.2.11: shorter ones occur in innocent words all the time. */
const MIN_WORD_CODE_POINTS = 4;

/**
 * Spells words out as passwords are compared.
 *
 * @param words as people write them
 * @returns those long enough to be looked for
 */
export function contextWords(words: readonly string[]): readonly string[] {
  return words.map(foldText).flatMap((folded) => {
    const whole = spellOut(folded);
    // Whoever is `ada1990` is `ada1991` next year; but a short stem is no word, and a number has none.
    const stem = spellOut(withoutTail(folded, Infinity));
    return [isLongEnough(stem) ? stem : whole].filter(isLongEnough);
  });
}

/**
 * The words of a person: username and local part of the address, whole and in parts, and the labels of the
 * domain without the last.
 *
 * @param owner whose password it is to be
 * @returns as people write them
 */
export function ownerWords({ username, email }: PasswordOwner): readonly string[] {
  const [local = "", domain = ""] = email.split("@");
  const names = [username, local];
  return [
    ...names,
    ...names.flatMap((name) => name.split(/[^\p{L}\p{M}\p{N}]+/u)),
    ...domain.split(".").slice(0, -1),
  ];
}

/**
 * Whether a password holds one of the words, however it is written.
 *
 * @param password as typed
 * @param words what {@link contextWords} returned
 */
export function containsContext(password: string, words: readonly string[]): boolean {
  const spelled = spellOut(foldText(password));
  return words.some((word) => spelled.includes(word));
}

function isLongEnough(word: string): boolean {
  return [...word].length >= MIN_WORD_CODE_POINTS;
}
