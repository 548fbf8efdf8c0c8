import type { HarborEvent } from "./events.ts";
import { BackgroundWork } from "./flows/_background_work.ts";
import { EventReport } from "./flows/_events.ts";
import type { Harbor, PasswordOwner } from "./flows/_harbor.ts";
import { checkThrottleLimits, type ThrottleLimits } from "./flows/_throttle_limits.ts";
import { type Throttling, throttlingOf, type ThrottlingParts } from "./flows/_throttling.ts";
import type { EmailSender, Outbox, PasswordHasher, Throttle, User, UserStore } from "./interfaces.ts";
import { defaultPasswordValidator, defaultUsernameValidator } from "./primitives/default_validators.ts";
import { requireWholeNumber, type WholeNumberRange } from "./primitives/require_whole_number.ts";
import { makeTokenHasher } from "./primitives/token_hasher.ts";

/** The ports a harbor works with, and the rules it keeps. Every rule has a safe default. */
export interface UserHarborOptions<U extends User = User> {
  /** Where accounts are kept. */
  readonly store: UserStore<U>;
  /** Who delivers mail. */
  readonly emailSender: EmailSender;
  /** How passwords are hashed. */
  readonly passwordHasher: PasswordHasher;
  /** How long a verification token lasts, in seconds. Default: 86 400, a day. */
  readonly emailVerificationTtlSeconds?: number;
  /** How long a reset token lasts, in seconds. Default: 3 600, an hour. */
  readonly passwordResetTtlSeconds?: number;
  /** How long a token that confirms a new address lasts, in seconds. Default: 3 600, an hour. */
  readonly emailChangeTtlSeconds?: number;
  /** How long a session lasts unused, in seconds. Default: 2 592 000, 30 days. */
  readonly sessionTtlSeconds?: number;
  /**
   * A session is moved on once less than this is left, in seconds; below the ttl. Null: never. Default: 604 800,
   * 7 days, or half the ttl if that is shorter.
   */
  readonly sessionRefreshThresholdSeconds?: number | null;
  /** How long a session lasts at the most, however much it is used, in seconds. Default: 7 776 000, 90 days. */
  readonly sessionMaxAgeSeconds?: number;
  /**
   * How many sessions an account may have at once; at the next login the oldest ends. Needs a store with
   * `listSessions`. Default: as many as a person opens.
   */
  readonly maxSessionsPerUser?: number;
  /**
   * Sessions remember the address and the program of the client that opened them, as the context says, and
   * `sessions.list` shows them for this long, in seconds. Default: nothing about a client is kept.
   */
  readonly sessionClientRetentionSeconds?: number;
  /** How long an account may stay unverified before it lapses, in seconds. Default: 604 800, 7 days. */
  readonly unverifiedTtlSeconds?: number;
  /** Which usernames newcomers may choose. Default: {@link defaultUsernameValidator}. */
  readonly usernameValidator?: (username: string) => boolean | Promise<boolean>;
  /**
   * Which passwords may be set: `true`, or false or the reason why not. Default:
   * {@link defaultPasswordValidator}. 256 code points and 1 024 bytes are the limit whatever it says.
   */
  readonly passwordValidator?: (
    password: string,
    owner: PasswordOwner,
  ) => boolean | string | Promise<boolean | string>;
  /**
   * Token hashes are HMAC-SHA-256 under this secret of at least 16 bytes. Of a list the first is used, and the
   * others still recognise older tokens. Default: none, plain SHA-256.
   */
  readonly tokenSecret?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Runs work that no answer waits for; the work never rejects. Default: in a later task. */
  readonly defer?: (work: () => Promise<void>) => void;
  /** The only judge of time. Default: the system's. */
  readonly clock?: () => Date;
  /** Told of everything that happens; what it throws is ignored. */
  readonly onEvent?: (event: HarborEvent) => void;
  /**
   * Keeps a record of everything but reads in the store: of a change in the transaction that makes it, of a refusal
   * soon after. Needs a store with `append` and transactions. Default: false.
   */
  readonly auditTrail?: boolean;
  /**
   * Keeps mail in the store, in the transaction of the change that it tells of, for somebody else to deliver. Needs a
   * store with `append` and transactions. Default: none, and mail is sent soon after the answer.
   */
  readonly outbox?: Outbox;
  /**
   * Counts attempts, so that nobody guesses passwords or asks for mail without end. A client is told apart by the
   * `address` in the context of a call. Default: none, and nothing is limited.
   */
  readonly throttle?: Throttle;
  /** Limits that differ from the default; null switches one off. Needs a `throttle`. */
  readonly throttleLimits?: Partial<ThrottleLimits>;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} for a missing port, an option of the wrong type, or one that does not exist
 * @throws {RangeError} for a number out of range; both name the option
 */
export function checkOptions<U extends User>(options: UserHarborOptions<U>): Harbor<U> {
  requireObjects({ options });
  const {
    store,
    emailSender,
    passwordHasher,
    emailVerificationTtlSeconds = 86_400,
    passwordResetTtlSeconds = 3_600,
    emailChangeTtlSeconds = 3_600,
    sessionTtlSeconds = 2_592_000,
    sessionRefreshThresholdSeconds,
    sessionMaxAgeSeconds = 7_776_000,
    maxSessionsPerUser,
    sessionClientRetentionSeconds,
    unverifiedTtlSeconds = 604_800,
    usernameValidator = defaultUsernameValidator,
    passwordValidator = defaultPasswordValidator,
    tokenSecret,
    defer = deferToLaterTask,
    clock = () => new Date(),
    onEvent,
    auditTrail = false,
    outbox,
    throttle,
    throttleLimits,
    ...misspelt
  } = options;
  // A misspelt limit that is silently ignored is worse than no start at all.
  for (const name of Object.keys(misspelt)) throw new TypeError(`"${name}" is not an option of UserHarbor`);
  requireObjects({ store, emailSender, passwordHasher });
  requireFunctions({ usernameValidator, passwordValidator, defer, clock, onEvent });
  const tokenHasher = makeTokenHasher(tokenSecret);
  const events = new EventReport(onEvent, clock);
  return {
    store,
    emailSender,
    passwordHasher,
    tokenHasher,
    emailVerificationTtlMs: milliseconds({ emailVerificationTtlSeconds }),
    passwordResetTtlMs: milliseconds({ passwordResetTtlSeconds }),
    emailChangeTtlMs: milliseconds({ emailChangeTtlSeconds }),
    ...sessionTimes({ sessionTtlSeconds, sessionRefreshThresholdSeconds, sessionMaxAgeSeconds }),
    maxSessionsPerUser: maxSessionsPerUser === undefined ? null : requireWholeNumber({ maxSessionsPerUser }),
    sessionClientRetentionMs: sessionClientRetentionSeconds === undefined
      ? null
      : milliseconds({ sessionClientRetentionSeconds }),
    unverifiedTtlMs: milliseconds({ unverifiedTtlSeconds }),
    usernameValidator,
    passwordValidator,
    clock,
    throttling: makeThrottling({ throttle, throttleLimits }, { tokenHasher, events }),
    auditTrail: checkAuditTrail({ auditTrail, store }),
    outbox: checkOutbox({ outbox, store }),
    background: new BackgroundWork(defer, events),
    events,
  };
}

/** Values that are given, by the names of their options: `{ store }`, so that no message names another one. */
type Named = Readonly<Record<string, unknown>>;

function requireObjects(named: Named, methods: readonly string[] = []): void {
  for (const [name, value] of Object.entries(named)) {
    if (typeof value !== "object" || value === null) throw new TypeError(`${name} must be an object`);
    const missing = methods.find((method) => typeof Reflect.get(value, method) !== "function");
    if (missing !== undefined) throw new TypeError(`${name} must have a method ${missing}()`);
  }
}

function requireFunctions(named: Named): void {
  for (const [name, value] of Object.entries(named)) {
    if (value !== undefined && typeof value !== "function") throw new TypeError(`${name} must be a function`);
  }
}

function milliseconds(named: Named, range?: WholeNumberRange): number {
  return requireWholeNumber(named, range) * 1000;
}

type Times = Pick<Harbor, "sessionTtlMs" | "sessionRefreshThresholdMs" | "sessionMaxAgeMs">;

interface SessionSeconds {
  readonly sessionTtlSeconds: number;
  readonly sessionRefreshThresholdSeconds: number | null | undefined;
  readonly sessionMaxAgeSeconds: number;
}

function sessionTimes(
  { sessionTtlSeconds, sessionRefreshThresholdSeconds, sessionMaxAgeSeconds }: SessionSeconds,
): Times {
  const sessionTtlMs = milliseconds({ sessionTtlSeconds });
  return {
    sessionTtlMs,
    sessionMaxAgeMs: milliseconds({ sessionMaxAgeSeconds }, { from: sessionTtlSeconds }),
    sessionRefreshThresholdMs: sessionRefreshThresholdSeconds === null
      ? null
      : sessionRefreshThresholdSeconds === undefined
      ? Math.min(604_800_000, sessionTtlMs / 2)
      : milliseconds({ sessionRefreshThresholdSeconds }, { to: sessionTtlSeconds - 1 }),
  };
}

function checkAuditTrail(
  { auditTrail, store }: Required<Pick<UserHarborOptions, "auditTrail" | "store">>,
): boolean {
  if (typeof auditTrail !== "boolean") throw new TypeError("auditTrail must be a boolean");
  if (auditTrail) requireAppend("auditTrail", store);
  return auditTrail;
}

function checkOutbox(
  { outbox, store }: { readonly outbox: Outbox | undefined; readonly store: UserStore },
): Outbox | null {
  if (outbox === undefined) return null;
  requireObjects({ outbox }, ["seal"]);
  requireAppend("outbox", store);
  return outbox;
}

/** Refuses a store that cannot keep a record together with a change. */
function requireAppend(option: string, store: UserStore): void {
  if (store.append === undefined) {
    throw new TypeError(`${option} needs a store with append(): this one has none`);
  }
  if (store.transactions === "none") {
    throw new TypeError(`${option} needs a store with transactions: this one has none`);
  }
}

interface GivenThrottle {
  readonly throttle: Throttle | undefined;
  readonly throttleLimits: Partial<ThrottleLimits> | undefined;
}

function makeThrottling(
  { throttle, throttleLimits }: GivenThrottle,
  parts: Pick<ThrottlingParts, "tokenHasher" | "events">,
): Throttling | null {
  const limits = checkThrottleLimits(throttleLimits);
  if (throttle === undefined) {
    if (throttleLimits !== undefined) throw new TypeError("throttleLimits needs a throttle: there is none");
    return null;
  }
  // A throttle that fails is stood in for, so one that cannot work at all would never be missed.
  requireObjects({ throttle }, ["reserve", "refund", "clear"]);
  return throttlingOf({ ...parts, throttle, limits });
}

function deferToLaterTask(work: () => Promise<void>): void {
  setTimeout(work, 0);
}
