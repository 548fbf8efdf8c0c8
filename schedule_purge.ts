import type { UserHarbor } from "./harbor.ts";

/** How often a purge runs, and who hears of its failures. */
export interface SchedulePurgeOptions {
  /** The pause between two purges, in seconds. Default: 600, ten minutes. */
  readonly everySeconds?: number;
  /** Rows in one batch. Default: 500. */
  readonly limit?: number;
  /** Told of every batch that failed; the next purge comes as if nothing had happened. Default: nobody is. */
  readonly onError?: (error: unknown) => void;
}

/** The longest time a timer takes: 2^31 - 1 milliseconds. */
const MAX_SECONDS = 2_147_483;

/**
 * Removes what is dead now, and again every ten minutes, batch after batch.
 *
 * For servers that stay up; on edge runtimes call `harbor.purgeExpired()` from a cron trigger. Several processes may
 * do it at once. The timer does not keep a process alive.
 *
 * @param harbor whose accounts, tokens and sessions
 * @param options how often
 * @returns what stops it, and resolves when no batch is under way
 * @throws {RangeError} when `everySeconds` is not above 0, or longer than a timer takes
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { schedulePurge, UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const harbor = new UserHarbor({
 *   store: new MemoryUserStore(),
 *   emailSender: new RecordingEmailSender(),
 *   passwordHasher: new FastPasswordHasher(), // for tests only
 * });
 * const stop = schedulePurge(harbor, { onError: console.error });
 * await stop(); // before the database is closed
 * assert.equal(await harbor.purgeExpired(), 0);
 * ```
 */
export function schedulePurge(
  harbor: Pick<UserHarbor, "purgeExpired">,
  { everySeconds = 600, limit = 500, onError }: SchedulePurgeOptions = {},
): () => Promise<void> {
  if (!(everySeconds > 0 && everySeconds <= MAX_SECONDS)) {
    throw new RangeError(`everySeconds must be above 0 and at most ${MAX_SECONDS}`);
  }
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function purge(): Promise<void> {
    try {
      while (!stopped && await harbor.purgeExpired({ limit }) > 0);
    } catch (error) {
      tell(error);
    }
    if (!stopped) timer = unref(setTimeout(() => purging = purge(), everySeconds * 1000));
  }

  function tell(error: unknown): void {
    try {
      onError?.(error);
    } catch {
      // A listener's mistake must not end the purges, nor the process.
    }
  }

  let purging = purge();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return purging;
  };
}

/** Deno, Node and Bun would wait for the timer before they end. */
function unref(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  const { unref } = Object(timer) as { readonly unref?: () => void };
  unref?.call(timer);
  return timer;
}
