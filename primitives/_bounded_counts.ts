import type { AttemptCount } from "./attempt_count.ts";

/** Keys with so many attempts or more are worth the same. */
const LEVELS = 16;

/** How much of the room is left to the keys with the fewest attempts, whatever else is there. */
const YOUNG_SHARE = 1 / 8;

/** How many are forgotten at once: finding the oldest of a map takes longer, the more were removed from it. */
const EVICTED_SHARE = 1 / 128;

/**
 * Counts of keys in a room of fixed size: what is over is cleared out, and when all is still needed, the keys
 * with the fewest attempts go first, the oldest of them before the others.
 *
 * A share of the room is left to those keys, so that nobody who fills the rest with many attempts can have every
 * new key forgotten at its next attempt.
 */
export class BoundedCounts {
  readonly #maxKeys: number;
  /** By number of attempts, each in the order in which its keys came to it. */
  readonly #levels: readonly Map<string, AttemptCount>[] = Array.from({ length: LEVELS }, () => new Map());
  #newKeysUntilSweep = 0;

  /** @param maxKeys how many keys there is room for: 1 or more */
  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  /** How many keys are kept. */
  get size(): number {
    return this.#levels.reduce((sum, level) => sum + level.size, 0);
  }

  /** What is kept of a key. */
  get(key: string): AttemptCount | null {
    return this.#levelOf(key)?.get(key) ?? null;
  }

  /** Keeps the count of a key; for a new one, {@link makeRoom} comes first. */
  set(key: string, count: AttemptCount): void {
    const before = this.#levelOf(key);
    const after = this.#levels[Math.min(count.attempts, LEVELS) - 1];
    if (before !== after) before?.delete(key);
    after?.set(key, count);
  }

  /** Forgets a key. */
  delete(key: string): void {
    this.#levelOf(key)?.delete(key);
  }

  /** Forgets keys whose window ended before the instant, at most `limit`, and answers how many. */
  deleteEnded(instant: Date, limit: number): number {
    let deleted = 0;
    for (const level of this.#levels) {
      for (const [key, { windowEndsAt }] of level) {
        if (deleted >= limit) return deleted;
        if (windowEndsAt >= instant) continue;
        level.delete(key);
        deleted++;
      }
    }
    return deleted;
  }

  /** Makes room for one new key; `now` tells which of the others are over. */
  makeRoom(now: Date): void {
    if (--this.#newKeysUntilSweep <= 0) {
      this.deleteEnded(now, Infinity);
      // Seldom enough that a new key pays for a look at eight others, however many there are.
      this.#newKeysUntilSweep = Math.floor(this.size / 8);
    }
    if (this.size >= this.#maxKeys) this.#evict();
  }

  #evict(): void {
    let keys = 0;
    const victims = this.#levels.find((level) => (keys += level.size) >= this.#maxKeys * YOUNG_SHARE);
    let left = Math.max(1, Math.floor(this.#maxKeys * EVICTED_SHARE));
    for (const key of victims?.keys() ?? []) {
      victims?.delete(key);
      if (--left === 0) return;
    }
  }

  #levelOf(key: string): Map<string, AttemptCount> | undefined {
    return this.#levels.find((level) => level.has(key));
  }
}
