import type { AttemptBackoff } from "../interfaces.ts";
import { requireWholeNumber } from "../primitives/require_whole_number.ts";

/** So many attempts within a time that begins with the first of them. */
export interface AttemptLimit {
  /** How many. */
  readonly limit: number;
  /** The time, in seconds. */
  readonly windowSeconds: number;
}

/** What wrong passwords in a row lead to: pauses at first, and in the end a reset by mail. */
export interface PasswordAttemptLimits extends AttemptBackoff {
  /** After so many the password opens nothing any more, until it is reset. NIST allows 100. */
  readonly maxConsecutive: number;
}

/** How often somebody may try; null switches a limit off. A client is an IPv4 address or an IPv6 network of 64 bits. */
export interface ThrottleLimits {
  /** Logins of one client. Default: 30 in a minute. */
  readonly loginsPerClient: AttemptLimit | null;
  /** Logins of one client that were refused for a wrong name or password. Default: 10 in a minute. */
  readonly failedLoginsPerClient: AttemptLimit | null;
  /** Usernames that one client asks for, to register or to have another one, taken or not. Default: 20 in a minute. */
  readonly registrationsPerClient: AttemptLimit | null;
  /** Mails that one client asks for. Default: 20 in a minute. */
  readonly mailRequestsPerClient: AttemptLimit | null;
  /** Mails to one account with a token that sets a new password. Default: 5 in an hour. */
  readonly resetMailsPerAccount: AttemptLimit | null;
  /** Mails to one account that ask to verify its address. Default: 1 in three minutes. */
  readonly verificationMailsPerAccount: AttemptLimit | null;
  /** Mails to one address, of all kinds that a stranger can ask for. Default: 10 in an hour. */
  readonly mailsPerAddress: AttemptLimit | null;
  /**
   * Wrong passwords for one account, in a row, whatever operation they are given to. Default: 4 without a pause,
   * then one of a second that doubles up to 15 minutes, and 100 in all.
   */
  readonly passwordAttempts: PasswordAttemptLimits | null;
}

/** Names of the limits that are a number of attempts in a time. */
export type AttemptLimitName = Exclude<keyof ThrottleLimits, "passwordAttempts">;

/** In the order of {@link ThrottleLimits}. */
const DEFAULTS: ThrottleLimits = {
  loginsPerClient: { limit: 30, windowSeconds: 60 },
  failedLoginsPerClient: { limit: 10, windowSeconds: 60 },
  registrationsPerClient: { limit: 20, windowSeconds: 60 },
  mailRequestsPerClient: { limit: 20, windowSeconds: 60 },
  resetMailsPerAccount: { limit: 5, windowSeconds: 3_600 },
  verificationMailsPerAccount: { limit: 1, windowSeconds: 180 },
  mailsPerAddress: { limit: 10, windowSeconds: 3_600 },
  passwordAttempts: { freeAttempts: 4, firstSeconds: 1, maxSeconds: 900, maxConsecutive: 100 },
};

/**
 * Checks the limits and fills in the defaults.
 *
 * @throws {TypeError} for a limit of the wrong type, or one that does not exist
 * @throws {RangeError} for a number out of range; both name the limit
 */
export function checkThrottleLimits(given: Partial<ThrottleLimits> = {}): ThrottleLimits {
  requireMembers("throttleLimits", given, DEFAULTS);
  const checked = Object.entries(DEFAULTS).map(([name, byDefault]) => {
    const { [name]: value = byDefault }: { readonly [name: string]: unknown } = given;
    return [name, value === null ? null : checkNumbers(`throttleLimits.${name}`, value, byDefault)];
  });
  return Object.fromEntries(checked) as unknown as ThrottleLimits;
}

/** Takes the names of the numbers from the default. */
function checkNumbers(name: string, value: unknown, byDefault: object): unknown {
  requireMembers(name, value, byDefault);
  const checked: Record<string, number> = {};
  for (const member of Object.keys(byDefault)) {
    const { [member]: number }: { readonly [member: string]: unknown } = value;
    const from = leastOf(member, checked);
    checked[member] = requireWholeNumber({ [`${name}.${member}`]: number }, { from });
  }
  return checked;
}

function leastOf(member: string, { firstSeconds = 1 }: Readonly<Record<string, number>>): number {
  if (member === "maxSeconds") return firstSeconds;
  return member === "freeAttempts" ? 0 : 1;
}

function requireMembers(
  name: string,
  value: unknown,
  known: object,
): asserts value is { [member: string]: unknown } {
  if (typeof value !== "object" || value === null) throw new TypeError(`${name} must be an object`);
  for (const member of Object.keys(value)) {
    // A misspelt limit that is silently ignored is worse than no start at all.
    if (!Object.hasOwn(known, member)) throw new TypeError(`"${member}" is not an option of ${name}`);
  }
}
