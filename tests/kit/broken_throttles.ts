import {
  type AttemptCount,
  type AttemptRequest,
  countAttempt,
  type CountedAttempt,
  refundAttempt,
  type Throttle,
} from "@userharbor/core";
import { keptThrottle, type ThrottleParts } from "./_kept_throttle.ts";

/** A throttle with one mistake, which one case of the contract is there to catch. */
export interface BrokenThrottle {
  /** What it does wrong. */
  readonly name: string;
  /** The case meant for it. */
  readonly caughtBy: string;
  /** Opens one that has counted nothing. */
  open(): Throttle;
  /** Opens a second one; absent: it is the first. */
  another?(): Throttle;
}

/** A mistake in how attempts are counted, in terms of the right way. */
type Counting = (stored: AttemptCount | null, request: AttemptRequest) => CountedAttempt;

function broken(name: string, caughtBy: string, parts: Partial<ThrottleParts>): BrokenThrottle {
  return { name, caughtBy, open: () => keptThrottle(parts) };
}

function miscounting(name: string, caughtBy: string, count: Counting): BrokenThrottle {
  return broken(name, caughtBy, { count });
}

function secondsLater(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}

/** What the right way answers, with the answer or the count changed. */
function changed(
  result: CountedAttempt,
  change: (count: AttemptCount) => Partial<AttemptCount>,
): CountedAttempt {
  const { count } = result;
  return count === null ? result : { ...result, count: { ...count, ...change(count) } };
}

/** What the right way counts, with pauses of other lengths. */
function pausing(secondsOf: (attempts: number, request: AttemptRequest) => number): Counting {
  return (stored, request) => {
    const result = countAttempt(stored, request);
    if (!result.reservation.allowed || request.backoff === undefined) return result;
    return changed(result, ({ attempts }) => {
      const seconds = secondsOf(attempts, request);
      return { pauseEndsAt: seconds > 0 ? secondsLater(request.at, seconds) : null };
    });
  };
}

const WINDOW_ENDS = "reserve() makes the budget whole at the millisecond the window ends";
const GROWING_PAUSES = "reserve() pauses after each attempt beyond the free ones, longer and longer";
const LOOK_ALIKES = "reserve() counts keys that look alike each for itself";
const THOUSAND = "reserve() by 1,000 at once allows exactly the limit (R89, T3, V19, V34)";

const brokenBudgets: readonly BrokenThrottle[] = [
  miscounting(
    "allows one more than the limit",
    "reserve() with a limit of one allows one",
    (stored, request) => countAttempt(stored, { ...request, limit: request.limit + 1 }),
  ),
  miscounting(
    "says no instant with a refusal",
    "reserve() allows as many as the limit, then says when the window ends",
    (stored, request) => {
      const { reservation, count } = countAttempt(stored, request);
      return { reservation: { ...reservation, retryAt: null }, count };
    },
  ),
  miscounting(
    "says an instant with an allowance",
    "reserve() with a limit of one allows one",
    (stored, request) => {
      const { reservation, count } = countAttempt(stored, request);
      return { reservation: { ...reservation, retryAt: reservation.retryAt ?? request.at }, count };
    },
  ),
  broken("counts in a byte", "reserve() counts beyond what a byte holds", {
    keep: (count) => ({ ...count, attempts: count.attempts & 255 }),
  }),
  broken("keeps limits in 32 bits", "reserve() takes the largest limit there is", {
    count: (stored, request) => countAttempt(stored, { ...request, limit: Math.max(1, request.limit | 0) }),
  }),
  miscounting("makes the budget whole a millisecond late", WINDOW_ENDS, (stored, request) => {
    const isEnd = stored?.windowEndsAt.getTime() === request.at.getTime();
    return countAttempt(stored, isEnd ? { ...request, at: secondsLater(request.at, -0.001) } : request);
  }),
  broken("keeps instants in whole seconds", "reserve() keeps one millisecond before a second (T10)", {
    keep: (count) => ({
      ...count,
      windowEndsAt: new Date(Math.floor(count.windowEndsAt.getTime() / 1000) * 1000),
    }),
  }),
  broken("rounds instants to whole seconds", "reserve() keeps one millisecond after a second (T10)", {
    keep: (count) => ({
      ...count,
      windowEndsAt: new Date(Math.round(count.windowEndsAt.getTime() / 1000) * 1000),
    }),
  }),
  broken("keeps instants in 32 bits", "reserve() keeps an instant past the 32-bit second (T10)", {
    keep: (count) => ({
      ...count,
      windowEndsAt: new Date(Math.min(count.windowEndsAt.getTime(), 0x7fffffff * 1000)),
    }),
  }),
  miscounting(
    "moves the end of the window with each attempt",
    "reserve() begins a window with its first attempt, and no later one moves it",
    (stored, request) =>
      changed(countAttempt(stored, request), () => ({
        windowEndsAt: secondsLater(request.at, request.windowSeconds),
      })),
  ),
  miscounting(
    "has windows of the calendar, such as whole minutes",
    "reserve() begins a window with its first attempt, and no later one moves it",
    (stored, request) => {
      const length = request.windowSeconds * 1000;
      const end = new Date((Math.floor(request.at.getTime() / length) + 1) * length);
      return changed(countAttempt(stored, request), (count) => ({
        windowEndsAt: stored === null ? end : count.windowEndsAt,
      }));
    },
  ),
  miscounting(
    "begins the window anew with each refusal",
    "reserve() of a refused attempt counts nothing and moves nothing",
    (stored, request) => {
      const result = countAttempt(stored, request);
      if (result.reservation.allowed || stored === null) return result;
      return {
        ...result,
        count: { ...stored, windowEndsAt: secondsLater(request.at, request.windowSeconds) },
      };
    },
  ),
  miscounting(
    "keeps the limit of the first request",
    "reserve() goes by the limit and the window of each request",
    (stored, request) => countAttempt(stored, { ...request, limit: 3 }),
  ),
  miscounting(
    "takes an instant before the window for one after it",
    "reserve() by a clock set back makes no budget whole",
    (stored, request) => {
      const begins = stored === null ? request.at : secondsLater(stored.windowEndsAt, -request.windowSeconds);
      return countAttempt(request.at < begins ? null : stored, request);
    },
  ),
  miscounting(
    "waits until the clock is there again",
    "reserve() by a clock set back keeps nobody waiting for longer than a window",
    (stored, request) => {
      const result = countAttempt(stored, request);
      if (result.reservation.allowed || stored === null) return result;
      return { reservation: { allowed: false, retryAt: new Date(stored.windowEndsAt) }, count: null };
    },
  ),
  miscounting(
    "keeps windows in milliseconds of 32 bits",
    "reserve() keeps a window of a hundred years",
    (stored, request) => {
      const windowSeconds = Math.min(request.windowSeconds, Math.floor(0x7fffffff / 1000));
      return countAttempt(stored, { ...request, windowSeconds });
    },
  ),
  {
    name: "hands out the very Date it keeps",
    caughtBy: "instants given out and taken in are copies",
    open: () =>
      keptThrottle({
        keep: (count) => count,
        count: (stored, request) => {
          const result = countAttempt(stored, request);
          if (result.reservation.allowed || stored === null) return result;
          return { ...result, reservation: { allowed: false, retryAt: stored.windowEndsAt } };
        },
      }),
  },
];

const brokenPauses: readonly BrokenThrottle[] = [
  miscounting(
    "knows no pauses",
    GROWING_PAUSES,
    (stored, { backoff: _, ...request }) => countAttempt(stored, request),
  ),
  miscounting(
    "pauses one attempt too early",
    GROWING_PAUSES,
    pausing((attempts, { backoff }) => attempts >= (backoff?.freeAttempts ?? 0) ? 1 : 0),
  ),
  miscounting(
    "pauses for the same time each time",
    GROWING_PAUSES,
    pausing((attempts, { backoff }) =>
      attempts > (backoff?.freeAttempts ?? 0) ? backoff?.firstSeconds ?? 0 : 0
    ),
  ),
  miscounting(
    "doubles by shifting bits",
    "reserve() with a long history pauses for the longest time, not for ever",
    pausing((attempts, { backoff = { freeAttempts: 0, firstSeconds: 0, maxSeconds: 0 } }) =>
      Math.min(backoff.firstSeconds << (attempts - 1), backoff.maxSeconds)
    ),
  ),
  miscounting(
    "begins the pause anew with each refusal",
    "reserve() in a pause counts nothing and does not make it longer",
    (stored, request) => {
      const result = countAttempt(stored, request);
      if (result.reservation.allowed || stored?.pauseEndsAt == null || request.backoff === undefined) {
        return result;
      }
      return {
        ...result,
        count: { ...stored, pauseEndsAt: secondsLater(request.at, request.backoff.firstSeconds) },
      };
    },
  ),
  miscounting(
    "goes on with the pause when the window is over",
    "reserve() ends a pause with its window, and begins anew with the free attempts",
    (stored, request) =>
      stored?.pauseEndsAt != null && request.at < stored.pauseEndsAt
        ? { reservation: { allowed: false, retryAt: new Date(stored.pauseEndsAt) }, count: null }
        : countAttempt(stored, request),
  ),
  miscounting(
    "says the end of the pause when the budget is spent",
    "reserve() says the end of the window when the budget is spent in a pause",
    (stored, request) => {
      const result = countAttempt(stored, request);
      if (result.reservation.allowed || stored?.pauseEndsAt == null) return result;
      return { ...result, reservation: { allowed: false, retryAt: new Date(stored.pauseEndsAt) } };
    },
  ),
  miscounting(
    "pauses until the clock is there again",
    "reserve() by a clock set back pauses for no longer than the pause would be",
    (stored, request) => {
      const result = countAttempt(stored, request);
      if (result.reservation.allowed || stored?.pauseEndsAt == null) return result;
      return { reservation: { allowed: false, retryAt: new Date(stored.pauseEndsAt) }, count: null };
    },
  ),
];

const brokenRefunds: readonly BrokenThrottle[] = [
  broken("forgets the key with a refund", "refund() gives one attempt back and keeps the window", {
    refund: () => null,
  }),
  broken(
    "counts below nothing",
    "refund() more often than there were attempts gives no more than the budget",
    {
      refund: (stored) =>
        stored === null ? null : { ...stored, attempts: stored.attempts - 1, pauseEndsAt: null },
    },
  ),
  broken(
    "keeps a window in which nothing was tried",
    "refund() of the only attempt lets the next one begin the window",
    {
      refund: (stored) =>
        stored === null ? null : { ...stored, attempts: Math.max(0, stored.attempts - 1), pauseEndsAt: null },
    },
  ),
  broken(
    "goes on with the pause after a refund",
    "refund() ends the pause, and the next one is no longer than that was",
    {
      refund: (stored) => {
        const left = stored === null ? null : refundAttempt(stored);
        return left === null ? null : { ...left, pauseEndsAt: stored?.pauseEndsAt ?? null };
      },
    },
  ),
  broken("gives credit to an unknown key", "refund() of an unknown key does nothing", {
    refund: (stored) =>
      stored === null
        ? { attempts: -1, windowEndsAt: new Date("2100-01-01"), pauseEndsAt: null }
        : refundAttempt(stored),
  }),
  {
    name: "keeps the pause when a key is cleared",
    caughtBy: "clear() forgets attempts, window and pause",
    open: () => {
      const rows = new Map<string, AttemptCount>();
      const clear = (key: string): Promise<void> => {
        const row = rows.get(key);
        if (row !== undefined) rows.set(key, { ...row, attempts: 0 });
        return Promise.resolve();
      };
      return { ...keptThrottle({}, rows), clear };
    },
  },
  {
    name: "rejects when an unknown key is cleared",
    caughtBy: "clear() of an unknown key does nothing",
    open: () => ({ ...keptThrottle(), clear: () => Promise.reject(new Error("no such key")) }),
  },
];

const brokenKeys: readonly BrokenThrottle[] = [
  broken("folds the case of keys", LOOK_ALIKES, { nameOf: (key) => key.toLowerCase() }),
  broken("ignores spaces at the end of keys", LOOK_ALIKES, { nameOf: (key) => key.trimEnd() }),
  broken("cuts keys off", LOOK_ALIKES, { nameOf: (key) => key.slice(0, 254) }),
  broken("takes keys for numbers where it can", LOOK_ALIKES, {
    nameOf: (key) => key.trim() === "" || Number.isNaN(Number(key)) ? key : String(Number(key)),
  }),
  broken("takes what stands before a colon for the key", LOOK_ALIKES, {
    nameOf: (key) => key.split(":", 1)[0] ?? key,
  }),
  {
    name: "clears every key with the same beginning",
    caughtBy: "refund() and clear() concern exactly the key they name",
    open: () => {
      const rows = new Map<string, AttemptCount>();
      const clear = (key: string): Promise<void> => {
        for (const name of rows.keys()) if (name.startsWith(key)) rows.delete(name);
        return Promise.resolve();
      };
      return { ...keptThrottle({}, rows), clear };
    },
  },
  miscounting(
    "takes any number for a limit",
    'reserve() rejects {"limit":1.5} with a RangeError, and counts nothing',
    (stored, request) => countAttempt(stored, { ...request, limit: Math.ceil(request.limit) }),
  ),
  {
    name: "counts before it looks at the request",
    caughtBy: 'reserve() rejects {"windowSeconds":0} with a RangeError, and counts nothing',
    open: () => {
      const throttle = keptThrottle();
      const reserve = async (request: AttemptRequest) => {
        await throttle.reserve({ ...request, windowSeconds: request.windowSeconds || 60 });
        return await throttle.reserve(request);
      };
      return { ...throttle, reserve };
    },
  },
];

const brokenRaces: readonly BrokenThrottle[] = [
  broken("reads, then writes whatever happened meanwhile", THOUSAND, { isAtomic: false }),
  broken(
    "renews a window in two steps",
    "reserve() by 100 at once when a window has ended allows exactly the limit (R89)",
    {
      isAtomic: false,
    },
  ),
  broken("pauses in two steps", "reserve() by 100 at once allows one when a pause follows (R89)", {
    isAtomic: false,
  }),
  broken("refunds in two steps", "refund() by 20 at once gives back twenty (R89)", { isAtomic: false }),
  broken("loses a refund to an attempt", "reserve() racing refund() loses neither count (R89)", {
    isAtomic: false,
  }),
  broken(
    "writes back what was cleared",
    "reserve() racing clear() starts a budget anew, whole or not at all",
    {
      isAtomic: false,
    },
  ),
  broken("counts many keys in two steps", "reserve() of many keys at once counts each of them (R89)", {
    isAtomic: false,
  }),
  ...[THOUSAND, "what one counts, refunds or clears holds for the other"].map((promise) => ({
    name: `counts in one process only: ${promise}`,
    caughtBy: `two throttles: ${promise}`,
    open: () => keptThrottle(),
    another: () => keptThrottle(),
  })),
];

const brokenPurges: readonly BrokenThrottle[] = [
  broken("purges what ends at the very instant", "purgeExpired() never removes a live budget (R98, T13)", {
    isOver: ({ windowEndsAt }, before) => windowEndsAt <= before,
  }),
  broken("purges what began before", "purgeExpired() never removes a live budget (R98, T13)", {
    isOver: ({ windowEndsAt }, before) => secondsLater(windowEndsAt, -3600) <= before,
  }),
  {
    name: "purges without a limit",
    caughtBy: "purgeExpired() removes at most limit budgets in a call, and all in the end",
    open: () => {
      const throttle = keptThrottle();
      return {
        ...throttle,
        purgeExpired: ({ before }) =>
          throttle.purgeExpired?.({ before, limit: Infinity }) ?? Promise.resolve(0),
      };
    },
  },
  {
    name: "answers the limit of a purge, not what it did",
    caughtBy: "purgeExpired() with nothing over is 0",
    open: () => ({ ...keptThrottle(), purgeExpired: ({ limit }) => Promise.resolve(limit) }),
  },
  broken(
    "chooses what to purge, then removes it",
    "purgeExpired() leaves a budget that began anew meanwhile (R98)",
    {
      purgesAtOnce: false,
    },
  ),
  {
    name: "makes findings without a message",
    caughtBy: "diagnose() names each finding and what to do about it",
    open: () => ({
      ...keptThrottle(),
      diagnose: () => Promise.resolve([{ code: "slow", level: "advice", message: "" }]),
    }),
  },
];

/** Throttles with one mistake each. */
export const brokenThrottles: readonly BrokenThrottle[] = [
  ...brokenBudgets,
  ...brokenPauses,
  ...brokenRefunds,
  ...brokenKeys,
  ...brokenRaces,
  ...brokenPurges,
];
