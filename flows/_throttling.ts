import type { AttemptBackoff, AttemptRequest, Throttle } from "../interfaces.ts";
import { present } from "../primitives/present.ts";
import type { TokenHasher } from "../primitives/token_hasher.ts";
import type { EventReport } from "./_events.ts";
import { LocalBudgets } from "./_local_budgets.ts";
import type { ThrottleLimits } from "./_throttle_limits.ts";

/** A number of attempts, and whose they are. */
export interface Budget {
  /** The limit it keeps. */
  readonly name: keyof ThrottleLimits;
  /** A client, an address, a name, the id of an account; no throttle is shown it. */
  readonly owner: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly backoff?: AttemptBackoff;
}

/** An attempt that was taken from a budget, or could not be. */
export interface Attempt {
  /** When the next may be made; null: this one was taken. */
  readonly retryAt: Date | null;
  /** Gives it back, because it proved to be none. */
  readonly giveBack: () => Promise<void>;
  /** Makes the budget whole. */
  readonly forgetAll: () => Promise<void>;
}

/** What attempts are counted with. */
export interface ThrottlingParts {
  /** The application's. */
  readonly throttle: Throttle;
  readonly limits: ThrottleLimits;
  readonly tokenHasher: TokenHasher;
  readonly events: EventReport;
}

/** Counts attempts. */
export interface Throttling extends Pick<ThrottlingParts, "throttle" | "limits"> {
  /** Takes one attempt from a budget, before what it is for is begun. */
  readonly take: (budget: Budget, at: Date) => Promise<Attempt>;
  /** Makes a budget whole. */
  readonly forget: (budget: Budget) => Promise<void>;
}

/**
 * What counts while a throttle fails, one for each: harbors that share a throttle share it too, so one that is made
 * for every request does not begin with whole budgets.
 */
const FALLBACKS: WeakMap<Throttle, LocalBudgets> = new WeakMap();

/**
 * Counts attempts with the application's throttle; while that fails, in this process.
 *
 * A throttle that fails neither lets anybody through nor keeps everybody out, and its failures become events.
 */
export function throttlingOf({ throttle, limits, tokenHasher, events }: ThrottlingParts): Throttling {
  const fallback = FALLBACKS.get(throttle) ?? new LocalBudgets();
  FALLBACKS.set(throttle, fallback);
  const failed = (error: unknown) => events.failure({ name: "throttle" }, error);

  // A throttle's table tells nobody whose attempts it counts.
  const keyOf = async ({ name, owner }: Budget) => `${name}:${await tokenHasher.hash(`${name}:${owner}`)}`;

  // What is not given back or forgotten stays counted: that is the safe side, and no reason to fail anybody.
  const settle = async (call: () => Promise<void>) => {
    try {
      await call();
    } catch (error) {
      failed(error);
    }
  };

  const reserve = async (request: AttemptRequest): Promise<Omit<Attempt, "forgetAll">> => {
    try {
      const retryAt = await retryAtOf(throttle, request);
      const refund = () => settle(() => throttle.refund(request.key));
      return { retryAt, giveBack: retryAt === null ? refund : async () => {} };
    } catch (error) {
      failed(error);
      return fallback.take(request);
    }
  };

  const forget = async (budget: Budget) => {
    const key = await keyOf(budget);
    fallback.forget(key);
    await settle(() => throttle.clear(key));
  };

  const take = async (budget: Budget, at: Date) => {
    const { limit, windowSeconds, backoff } = budget;
    const key = await keyOf(budget);
    const attempt = await reserve({ key, limit, windowSeconds, at, ...present({ backoff }) });
    return { ...attempt, forgetAll: () => forget(budget) };
  };

  return { throttle, limits, take, forget };
}

/** Only `true` lets an attempt through: what some client of a database makes of "false" must not. */
async function retryAtOf(throttle: Throttle, request: AttemptRequest): Promise<Date | null> {
  const { allowed, retryAt } = await throttle.reserve(request);
  if (allowed === true) return null;
  return retryAt instanceof Date && retryAt > request.at ? retryAt : request.at;
}
