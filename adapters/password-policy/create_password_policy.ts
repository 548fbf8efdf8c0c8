import type { PasswordOwner } from "@userharbor/core";
import { checkInteger, checkOptionNames } from "./_check_options.ts";
import { MIN_LENGTH } from "./_comparison.ts";
import { containsContext, contextWords, ownerWords } from "./_contains_context.ts";
import type { BreachCheck } from "./breach_check.ts";

/** Why a password may not be set; what the application finds in `error.reason`. */
export type PasswordRefusal = "too_short" | "context" | "common" | "breached" | "unchecked";

/** Judges a password somebody wants to set; fits the option `passwordValidator` of `UserHarbor`. */
export type PasswordPolicy = (password: string, owner: PasswordOwner) => Promise<true | PasswordRefusal>;

/** What a policy asks beyond its defaults. */
export interface PasswordPolicyOptions {
  /** The least number of code points: 15 to 64. Default: 15. */
  readonly minLength?: number;
  /** What people know your application by; no password may contain it. */
  readonly appName?: string;
  /** More words no password may contain, such as the company's name; those below 4 characters count for nothing. */
  readonly words?: readonly string[];
  /** Where breached passwords are looked up. Default: nowhere. */
  readonly breachCheck?: BreachCheck;
}

/** NIST SP 800-63B-4, 3.1.1.2: every length up to this has to be permitted, so none below it may be asked for in vain. */
const MAX_MIN_LENGTH = 64;

const KNOWN_OPTIONS = ["minLength", "appName", "words", "breachCheck"];

/**
 * Makes a policy that refuses what is too short, what contains the person's own words, what everybody guesses
 * first, and what a breach check knows, in this order.
 *
 * It asks for no particular kind of character, and judges what was typed: nothing is trimmed or cut.
 *
 * @param options every one has a default
 * @returns the value of the option `passwordValidator`
 * @throws {TypeError} naming the option that does not exist or has the wrong type
 * @throws {RangeError} naming the option that is out of range
 * @see {@link https://pages.nist.gov/800-63-4/sp800-63b.html | NIST SP 800-63B-4, 3.1.1.2}
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.11 and 6.2.12}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createPasswordPolicy } from "@userharbor/password-policy";
 *
 * const judge = createPasswordPolicy({ appName: "Lighthouse" });
 * const owner = { username: "ada", email: "ada@example.org" };
 *
 * assert.equal(await judge("seven quiet otters", owner), true);
 * assert.equal(await judge("seven otters", owner), "too_short");
 * assert.equal(await judge("the L1ghthouse keeper", owner), "context");
 * assert.equal(await judge("P@ssw0rdP@ssw0rd1", owner), "common");
 * ```
 */
export function createPasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  checkOptionNames(options, { known: KNOWN_OPTIONS, of: "createPasswordPolicy" });
  const { minLength = MIN_LENGTH, appName = "", words = [], breachCheck } = options;
  checkInteger({ name: "minLength", value: minLength, min: MIN_LENGTH, max: MAX_MIN_LENGTH });
  checkWords(appName, words);
  checkBreachCheck(breachCheck);
  const ofApplication = contextWords([appName, ...words]);

  return async (password, owner) => {
    if ([...password].length < minLength) return "too_short";
    const context = [...ofApplication, ...contextWords(ownerWords(owner))];
    if (containsContext(password, context)) return "context";
    // Loaded with the first password that gets here, and never by an application that only checks sessions.
    const { isCommonPassword } = await import("./_common_passwords.ts");
    if (isCommonPassword(password)) return "common";
    if (breachCheck === undefined) return true;
    const verdict = await breachCheck.check(password);
    // Only a clear answer accepts: a check that forgets to give one must not let everything pass.
    if (verdict === "unbreached") return true;
    return verdict === "breached" ? "breached" : "unchecked";
  };
}

function checkWords(appName: unknown, words: unknown): void {
  if (typeof appName !== "string") throw new TypeError("appName must be a string");
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) {
    throw new TypeError("words must be a list of strings");
  }
}

function checkBreachCheck(breachCheck: BreachCheck | undefined): void {
  if (breachCheck === undefined) return;
  const given: unknown = breachCheck;
  if (typeof given !== "object" || given === null || typeof breachCheck.check !== "function") {
    throw new TypeError("breachCheck must be an object with a method check");
  }
}
