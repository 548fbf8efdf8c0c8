import type { AttemptCount } from "./attempt_count.ts";

/** Keys with so many attempts or more are worth the same. */
const LEVELS = 16;

/** How much of the room is left to the keys that were tried last, whatever else is there. */
const RECENT_SHARE = 1 / 8;

/** How many are forgotten at once: finding the oldest of a map takes longer, the more were removed from it. */
const EVICTED_SHARE = 1 / 128;

/**
 * Counts of keys in a room of fixed size. What is over is cleared out. When all is still needed, the keys with the
 * fewest attempts go first, the oldest of them before the others.
 *
 * Those that were tried last stay, however few their attempts: or else whoever fills the room with many attempts
 * could have a new key forgotten before its next one.
 */
export class BoundedCounts {
  readonly #maxKeys: number;
  readonly #recentKeys: number;
  /** In the order in which they were tried; as many again may wait to be moved. */
  readonly #recent: Map<string, AttemptCount> = new Map();
  /** All others by number of attempts, each in the order in which its keys came to it. */
  readonly #levels: readonly Map<string, AttemptCount>[] = Array.from({ length: LEVELS }, () => new Map());
  #newKeysUntilSweep = 0;

  /** @param maxKeys how many keys there is room for: 1 or more */
  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
    this.#recentKeys = Math.floor(maxKeys * RECENT_SHARE);
  }

  /** How many keys are kept. */
  get size(): number {
    return this.#levels.reduce((sum, level) => sum + level.size, this.#recent.size);
  }

  /** What is kept of a key. */
  get(key: string): AttemptCount | null {
    return this.#mapOf(key)?.get(key) ?? null;
  }

  /** Keeps the count of a key; for a new one, {@link makeRoom} comes first. */
  set(key: string, count: AttemptCount): void {
    this.delete(key);
    this.#recent.set(key, count);
    if (this.#recent.size > 2 * this.#recentKeys) this.#age();
  }

  /** Forgets a key. */
  delete(key: string): void {
    this.#mapOf(key)?.delete(key);
  }

  /** Forgets keys whose window ended before the instant, at most `limit`, and answers how many. */
  deleteEnded(instant: Date, limit: number): number {
    let deleted = 0;
    for (const counts of [this.#recent, ...this.#levels]) {
      for (const [key, { windowEndsAt }] of counts) {
        if (deleted >= limit) return deleted;
        if (windowEndsAt >= instant) continue;
        counts.delete(key);
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

  #age(): void {
    let left = this.#recent.size - this.#recentKeys;
    for (const [key, count] of this.#recent) {
      if (left-- === 0) return;
      this.#recent.delete(key);
      this.#levels[Math.min(count.attempts, LEVELS) - 1]?.set(key, count);
    }
  }

  #evict(): void {
    const victims = this.#levels.find(({ size }) => size > 0);
    let left = Math.max(1, Math.floor(this.#maxKeys * EVICTED_SHARE));
    for (const key of victims?.keys() ?? []) {
      if (left-- === 0) return;
      victims?.delete(key);
    }
  }

  #mapOf(key: string): Map<string, AttemptCount> | undefined {
    return this.#recent.has(key) ? this.#recent : this.#levels.find((level) => level.has(key));
  }
}
