import { checkInteger, checkNumber, checkOptionNames } from "./_check_options.ts";
import { readText } from "./_read_text.ts";
import { withinSeconds } from "./_within_seconds.ts";
import type { BreachCheck } from "./breach_check.ts";

/** Where breached passwords are looked up, and what happens when that fails. */
export interface PwnedPasswordsOptions {
  /**
   * What becomes of a password that could not be looked up. `accept`: it passes unchecked. `refuse`: nobody can
   * set a password while the service is away. There is no default: either is a risk that you choose.
   */
  readonly onFailure: "accept" | "refuse";
  /** Told of every failure. Holds no password, and of its hash five digits at the most. */
  readonly onError?: (error: unknown) => void;
  /** In how many breaches a password has to be known to be refused. Default: 1. */
  readonly threshold?: number;
  /** How long the answer may take altogether, in seconds: above 0, at most 2. Default: 2. */
  readonly timeoutSeconds?: number;
  /** `https:` or `http:` address of a service with the same `range/` below it. Default: Pwned Passwords. */
  readonly baseUrl?: string;
  /** Makes the request. Default: the runtime's own. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const PUBLIC_SERVICE = "https://api.pwnedpasswords.com";

/** Longer than this nobody waits for the answer to a form. */
const MAX_TIMEOUT_SECONDS = 2;

/** At least 10 ms: what a timer measures. */
const MIN_TIMEOUT_SECONDS = 0.01;

/** Prefixes have about 2 000 entries of 40 bytes by now, padding included; this leaves room for three times that. */
const MAX_ANSWER_BYTES = 262_144;

const PREFIX_DIGITS = 5;

const KNOWN_OPTIONS = ["onFailure", "onError", "threshold", "timeoutSeconds", "baseUrl", "fetch"];

/**
 * Looks passwords up in Pwned Passwords, the corpus of Have I Been Pwned, or in a mirror of it.
 *
 * The service learns the first 5 of 40 hex digits of the password's SHA-1 hash, which some thousand known
 * passwords share, and answers with all of these, padded so that not even the length tells which.
 *
 * @param options what happens on failure, and less
 * @returns a check for the option `breachCheck` of `createPasswordPolicy`
 * @throws {TypeError} naming the option that does not exist, is missing or has the wrong type
 * @throws {RangeError} naming the option that is out of range
 * @see {@link https://haveibeenpwned.com/API/v3#PwnedPasswords | Pwned Passwords, searching by range}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pwnedPasswords } from "@userharbor/password-policy";
 *
 * // Instead of the service: it knows "correct horse battery staple", and has been asked for ABF7A….
 * const fetch = (url: string) => {
 *   assert.equal(url, "https://api.pwnedpasswords.com/range/ABF7A");
 *   return Promise.resolve(new Response("AD6438836DBE526AA231ABDE2D0EEF74D42:384\r\n"));
 * };
 * const breachCheck = pwnedPasswords({ onFailure: "accept", fetch });
 *
 * assert.equal(await breachCheck.check("correct horse battery staple"), "breached");
 * ```
 */
export function pwnedPasswords(options: PwnedPasswordsOptions): BreachCheck {
  const { onFailure, onError, threshold, timeoutSeconds, rangeUrl, fetch } = checkOptions(options);

  async function isBreached(password: string): Promise<boolean> {
    const hash = await sha1(password);
    const answer = await withinSeconds(timeoutSeconds, async (signal) => {
      const response = await fetch(rangeUrl + hash.slice(0, PREFIX_DIGITS), {
        headers: { "Add-Padding": "true" },
        // `error` is unknown to some edge runtimes; a redirect that is not followed has no status 200 either.
        redirect: "manual",
        signal,
      });
      if (response.status !== 200) {
        throw new Error(`Cannot look up the password: the service answered ${response.status}`);
      }
      return await readText(response, MAX_ANSWER_BYTES);
    });
    return breachesOf(hash.slice(PREFIX_DIGITS), answer) >= threshold;
  }

  return {
    async check(password) {
      try {
        return await isBreached(password) ? "breached" : "unbreached";
      } catch (error) {
        tell(onError, error);
        return onFailure === "accept" ? "unbreached" : "unchecked";
      }
    },
  };
}

interface Lookup extends Required<Omit<PwnedPasswordsOptions, "baseUrl" | "onError">> {
  readonly rangeUrl: string;
  readonly onError: ((error: unknown) => void) | undefined;
}

function checkOptions(options: PwnedPasswordsOptions): Lookup {
  checkOptionNames(options, { known: KNOWN_OPTIONS, of: "pwnedPasswords" });
  const { onFailure, onError, threshold = 1, timeoutSeconds = MAX_TIMEOUT_SECONDS } = options;
  const { baseUrl = PUBLIC_SERVICE, fetch = (url, init) => globalThis.fetch(url, init) } = options;
  if (typeof onFailure !== "string") throw new TypeError('onFailure must be given: "accept" or "refuse"');
  if (!["accept", "refuse"].includes(onFailure)) {
    throw new RangeError('onFailure must be "accept" or "refuse"');
  }
  if (typeof fetch !== "function") throw new TypeError("fetch must be a function");
  if (onError !== undefined && typeof onError !== "function") {
    throw new TypeError("onError must be a function");
  }
  checkInteger({ name: "threshold", value: threshold, min: 1, max: Number.MAX_SAFE_INTEGER });
  checkNumber({
    name: "timeoutSeconds",
    value: timeoutSeconds,
    min: MIN_TIMEOUT_SECONDS,
    max: MAX_TIMEOUT_SECONDS,
  });
  return { onFailure, onError, threshold, timeoutSeconds, rangeUrl: rangeUrlOf(baseUrl), fetch };
}

function rangeUrlOf(baseUrl: unknown): string {
  if (typeof baseUrl !== "string") throw new TypeError("baseUrl must be a string");
  if (!URL.canParse(baseUrl) || !/^https?:\/\/[^?#@]+$/i.test(baseUrl)) {
    throw new RangeError("baseUrl must be an https: or http: address without query, fragment or credentials");
  }
  return `${baseUrl.replace(/\/+$/, "")}/range/`;
}

/** What the service hashes: the password as typed, in UTF-8; upper-case hex. */
async function sha1(password: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(password));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
    .toUpperCase();
}

/** A line for each hash: the other 35 digits, a colon, and the count, which is 0 for padding. */
function breachesOf(rest: string, answer: string): number {
  let breaches = 0;
  for (const line of answer.trimEnd().split(/\r?\n/)) {
    const [, digits, count] = /^([0-9A-F]{35}):(\d{1,15})$/i.exec(line) ?? [];
    if (digits === undefined) throw new Error("Cannot look up the password: the answer is malformed");
    if (digits.toUpperCase() === rest) breaches = Number(count);
  }
  return breaches;
}

function tell(onError: ((error: unknown) => void) | undefined, error: unknown): void {
  try {
    onError?.(error);
  } catch {
    // A log that fails decides nothing about a password.
  }
}
