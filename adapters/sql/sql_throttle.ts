import {
  type AttemptCount,
  type AttemptRequest,
  type AttemptReservation,
  countAttempt,
  refundAttempt,
  type Throttle,
} from "@userharbor/core";
import { KeyBatches } from "./_key_batches.ts";
import { requireDriver } from "./_require_driver.ts";
import { Overtaken, retryRolledBack } from "./_retry.ts";
import { changeCount, readCount } from "./statements/attempt_counts.ts";
import { deleteDeadRows, inBatches } from "./statements/_delete_dead_rows.ts";
import type { SqlDriver } from "./sql_driver.ts";

/**
 * Counts attempts in a SQL database, for all processes that use it.
 *
 * What was read is written back only if nobody wrote meanwhile; otherwise it is read again. Refused attempts write
 * nothing, so that happens no more often than attempts are allowed. Each call is a transaction of its own: whatever
 * becomes of a change to an account, the attempt stays counted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DatabaseSync } from "node:sqlite";
 * import { migrate, SqlThrottle } from "@userharbor/sql";
 * import { nodeSqlite } from "@userharbor/sql/node-sqlite";
 *
 * const driver = nodeSqlite(new DatabaseSync(":memory:"));
 * await migrate(driver);
 * const throttle = new SqlThrottle(driver);
 *
 * const request = { key: "login:ada", limit: 10, windowSeconds: 900, at: new Date() };
 * const guesses = await Promise.all(Array.from({ length: 1000 }, () => throttle.reserve(request)));
 * assert.equal(guesses.filter(({ allowed }) => allowed).length, 10);
 * ```
 */
export class SqlThrottle implements Throttle {
  readonly #driver: SqlDriver;
  readonly #batches: KeyBatches = new KeyBatches((key, make) => this.#change(key, make));

  /**
   * Makes a throttle on a database with its tables.
   *
   * @param driver the database, after `migrate(driver)`; it may be that of a {@link SqlUserStore}
   * @throws {TypeError} for what is no driver
   */
  constructor(driver: SqlDriver) {
    this.#driver = requireDriver(driver);
  }

  /** Takes one attempt from the budget, if there is one and no pause is running. */
  async reserve(request: AttemptRequest): Promise<AttemptReservation> {
    // Refuses what cannot be counted before the database is asked.
    countAttempt(null, request);
    const attempt = { ...request, at: new Date(request.at) };
    return await this.#batches.run(attempt.key, (stored) => {
      const { reservation, count } = countAttempt(stored, attempt);
      return { answer: reservation, count: count ?? stored };
    });
  }

  /** Gives back one attempt that proved to be none, and ends the pause it began; nothing for an unknown key. */
  refund(key: string): Promise<void> {
    return this.#batches.run(key, (stored) => ({
      answer: undefined,
      count: stored === null ? null : refundAttempt(stored),
    }));
  }

  /** Forgets every attempt of the key. */
  clear(key: string): Promise<void> {
    return this.#batches.run(key, () => ({ answer: undefined, count: null }));
  }

  /** Removes budgets whose window ended before this instant, at most `limit`, and answers how many. */
  purgeExpired({ before, limit }: { readonly before: Date; readonly limit: number }): Promise<number> {
    const dead = {
      table: "userharbor_throttle",
      key: "throttle_key",
      endsAt: "window_ends_at",
      before: new Date(before),
    };
    return inBatches(limit, (rows) => {
      const call = deleteDeadRows({ ...dead, limit: rows });
      return retryRolledBack(this.#driver, () => call(this.#driver));
    });
  }

  async #change(key: string, make: (stored: AttemptCount | null) => AttemptCount | null): Promise<void> {
    const driver = this.#driver;
    await retryRolledBack(driver, async () => {
      const before = await readCount(key)(driver);
      const stored = before?.count ?? null;
      const after = make(stored);
      if (after === stored) return;
      if (await changeCount({ key, before, after })(driver)) return;
      throw new Overtaken("Cannot count the attempt: others write its key at this moment");
    });
  }
}
