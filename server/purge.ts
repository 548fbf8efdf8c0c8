import type { UserStore } from "@userharbor/core";

const INTERVAL_MS = 600_000;
/** Small enough that no request waits long behind one batch. */
const BATCH_ROWS = 500;
/** As long as the harbor lets an account stay unverified: `unverifiedTtlSeconds`. */
const UNVERIFIED_TTL_MS = 604_800_000;

/**
 * Removes expired rows now and every ten minutes.
 *
 * @param store where they are
 * @returns what stops it, and resolves when no batch is under way
 */
export function startPurging(store: UserStore): () => Promise<void> {
  let stopped = false;
  let purging = purge();
  const timer = setInterval(() => purging = purging.then(purge), INTERVAL_MS);
  Deno.unrefTimer(timer);

  async function purge(): Promise<void> {
    const now = Date.now();
    const request = {
      before: new Date(now),
      unverifiedBefore: new Date(now - UNVERIFIED_TTL_MS),
      limit: BATCH_ROWS,
    };
    try {
      while (!stopped && await store.purgeExpired(request) > 0);
    } catch (error) {
      console.error("Cannot purge expired rows:", error);
    }
  }

  return () => {
    stopped = true;
    clearInterval(timer);
    return purging;
  };
}
