import type { AttemptBackoff, AttemptRequest, Finding, Throttle } from "../interfaces.ts";
import { MemoryThrottle } from "../primitives/memory_throttle.ts";
import type { TokenHasher } from "../primitives/token_hasher.ts";
import type { EventReport } from "./_events.ts";
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
  readonly throttle: Throttle;
  readonly limits: ThrottleLimits;
  readonly tokenHasher: TokenHasher;
  readonly events: EventReport;
}

/**
 * What counts while a throttle fails, one for each: harbors that share a throttle share it too, so one that is made
 * for every request does not begin with whole budgets.
 */
const FALLBACKS: WeakMap<Throttle, MemoryThrottle> = new WeakMap();

/**
 * Counts attempts with the application's throttle; while that fails, in this process.
 *
 * A throttle that fails neither lets anybody through nor keeps everybody out, and its failures become events.
 */
export class Throttling {
  readonly limits: ThrottleLimits;
  readonly #throttle: Throttle;
  readonly #fallback: MemoryThrottle;
  readonly #tokenHasher: TokenHasher;
  readonly #events: EventReport;

  constructor({ throttle, limits, tokenHasher, events }: ThrottlingParts) {
    this.limits = limits;
    this.#throttle = throttle;
    this.#fallback = FALLBACKS.get(throttle) ?? new MemoryThrottle();
    FALLBACKS.set(throttle, this.#fallback);
    this.#tokenHasher = tokenHasher;
    this.#events = events;
  }

  /** Takes one attempt from a budget, before what it is for is begun. */
  async take(budget: Budget, at: Date): Promise<Attempt> {
    const { limit, windowSeconds, backoff } = budget;
    const key = await this.#keyOf(budget);
    const request = { key, limit, windowSeconds, at, ...(backoff === undefined ? {} : { backoff }) };
    const { throttle, retryAt } = await this.#reserve(request);
    return {
      retryAt,
      giveBack: async () => retryAt === null ? await this.#settle(() => throttle.refund(key)) : undefined,
      forgetAll: () => this.forget(budget),
    };
  }

  /** Makes a budget whole. */
  async forget(budget: Budget): Promise<void> {
    const key = await this.#keyOf(budget);
    await this.#fallback.clear(key);
    await this.#settle(() => this.#throttle.clear(key));
  }

  /** Removes what is over; of a throttle that cannot do that, nothing. */
  async purgeExpired(request: { readonly before: Date; readonly limit: number }): Promise<number> {
    return await this.#throttle.purgeExpired?.(request) ?? 0;
  }

  /** What the throttle says of itself, if it says anything. */
  diagnose(): Promise<readonly Finding[]> | undefined {
    return this.#throttle.diagnose?.();
  }

  async #reserve(
    request: AttemptRequest,
  ): Promise<{ readonly throttle: Throttle; readonly retryAt: Date | null }> {
    try {
      return { throttle: this.#throttle, retryAt: await reserve(this.#throttle, request) };
    } catch (error) {
      this.#events.failure({ name: "throttle", context: undefined }, error);
      return { throttle: this.#fallback, retryAt: await reserve(this.#fallback, request) };
    }
  }

  /** What is not given back or forgotten stays counted: that is the safe side, and no reason to fail anybody. */
  async #settle(call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#events.failure({ name: "throttle", context: undefined }, error);
    }
  }

  /** A throttle's table tells nobody whose attempts it counts. */
  async #keyOf({ name, owner }: Budget): Promise<string> {
    return `${name}:${await this.#tokenHasher.hash(`${name}:${owner}`)}`;
  }
}

/** Only `true` lets an attempt through: what some client of a database makes of "false" must not. */
async function reserve(throttle: Throttle, request: AttemptRequest): Promise<Date | null> {
  const { allowed, retryAt } = await throttle.reserve(request);
  if (allowed === true) return null;
  return retryAt instanceof Date && retryAt > request.at ? retryAt : request.at;
}
