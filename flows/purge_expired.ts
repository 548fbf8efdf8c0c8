import type { Call, Harbor } from "./_harbor.ts";

/** How much to remove, and how long after it died. */
export interface PurgeExpiredInput {
  /** At most this many rows, so that nobody waits long behind them. Default: 500. */
  readonly limit?: number;
  /**
   * How long dead rows stay, in seconds: longer than the clocks of two computers differ. Default: 86 400, a day.
   */
  readonly graceSeconds?: number;
}

/**
 * Removes one batch of what nobody can use any more: expired tokens and sessions, lapsed accounts, attempts that no
 * limit counts any more, and what sessions remembered of their clients for as long as was chosen.
 *
 * Nothing depends on it, for dead rows are refused anyway; it keeps the tables small. Any number of them may run at
 * once.
 *
 * @throws {RangeError} when `limit` is no whole number from 1, or `graceSeconds` is below 0
 */
export async function purgeExpired(
  { store, clock, unverifiedTtlMs, sessionClientRetentionMs, throttling }: Harbor,
  { input: { limit = 500, graceSeconds = 86_400 }, trace }: Call<PurgeExpiredInput>,
): Promise<number> {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError("limit must be a whole number from 1");
  if (!(graceSeconds >= 0)) throw new RangeError("graceSeconds must not be below 0");
  const now = clock().getTime();
  const before = now - graceSeconds * 1000;
  let removed = await store.purgeExpired({
    before: new Date(before),
    unverifiedBefore: new Date(before - unverifiedTtlMs),
    // No grace: whoever chose how long it is kept did not choose a day more.
    ...(sessionClientRetentionMs === null ? {} : { clientsBefore: new Date(now - sessionClientRetentionMs) }),
    limit,
  });
  if (removed < limit) {
    const rest = { before: new Date(before), limit: limit - removed };
    removed += await throttling?.throttle.purgeExpired?.(rest) ?? 0;
  }
  if (removed === 0) {
    trace.because("no_change");
    // It comes every ten minutes, and mostly finds nothing.
    trace.isRecorded = true;
  }
  return removed;
}
