import type { AttemptRequest } from "../interfaces.ts";

/** About 20 MB. */
const MAX_KEYS = 100_000;

interface LocalBudget {
  readonly windowEnd: number;
  attempts: number;
}

/** An attempt that was taken, or could not be. */
interface LocalAttempt {
  /** When the next may be made; null: this one was taken. */
  readonly retryAt: Date | null;
  /** Gives back what was taken. */
  readonly giveBack: () => Promise<void>;
}

/**
 * Counts attempts in this process while a throttle fails: coarsely, and on the safe side. Where pauses would grow, there
 * are the free attempts and one more until the longest of the pauses would be over.
 *
 * Every call is one synchronous step. When there is no more room, all is forgotten: filling it takes tens of thousands
 * of requests, and wins a few guesses.
 */
export class LocalBudgets {
  readonly #budgets: Map<string, LocalBudget> = new Map();

  /** Takes one attempt. */
  take({ key, limit, windowSeconds, at, backoff }: AttemptRequest): LocalAttempt {
    const now = at.getTime();
    const most = backoff === undefined ? limit : Math.min(limit, backoff.freeAttempts + 1);
    let budget = this.#budgets.get(key);
    if (budget === undefined || now >= budget.windowEnd) {
      if (this.#budgets.size >= MAX_KEYS) this.#budgets.clear();
      budget = { windowEnd: now + (backoff?.maxSeconds ?? windowSeconds) * 1000, attempts: 0 };
      this.#budgets.set(key, budget);
    }
    if (budget.attempts >= most) {
      return {
        retryAt: new Date(budget.windowEnd),
        giveBack: () => Promise.resolve(),
      };
    }
    budget.attempts++;
    return { retryAt: null, giveBack: () => Promise.resolve(void budget.attempts--) };
  }

  /** Makes a budget whole. */
  forget(key: string): void {
    this.#budgets.delete(key);
  }
}
