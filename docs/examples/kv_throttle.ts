import {
  type AttemptCount,
  type AttemptRequest,
  type AttemptReservation,
  countAttempt,
  refundAttempt,
  type Throttle,
} from "@userharbor/core";

type KvKey = readonly string[];

/** Changes that are made together, or not at all. */
export interface KvChange {
  check(read: { readonly key: KvKey; readonly versionstamp: string | null }): KvChange;
  set(key: KvKey, value: unknown): KvChange;
  delete(key: KvKey): KvChange;
  commit(): Promise<{ readonly ok: boolean }>;
}

/** The part of a key-value store that is touched; `Deno.Kv` has it. */
export interface KvStore {
  get(key: KvKey): Promise<{ readonly value: unknown; readonly versionstamp: string | null }>;
  atomic(): KvChange;
}

/** What one call makes of the count of its key. */
interface Step<T> {
  readonly count: AttemptCount | null;
  readonly answer: T;
}

/** Counts attempts in a key-value store, for all processes that use it. */
export class KvThrottle implements Throttle {
  readonly #kv: KvStore;

  constructor(kv: KvStore) {
    this.#kv = kv;
  }

  reserve(request: AttemptRequest): Promise<AttemptReservation> {
    return this.#change(request.key, (stored) => {
      const { reservation, count } = countAttempt(stored, request);
      return { answer: reservation, count: count ?? stored };
    });
  }

  refund(key: string): Promise<void> {
    return this.#change(key, (stored) => ({
      answer: undefined,
      count: stored === null ? null : refundAttempt(stored),
    }));
  }

  clear(key: string): Promise<void> {
    return this.#change(key, () => ({ answer: undefined, count: null }));
  }

  /** Tries again when another call came between: that one was allowed then, so this does not go on for ever. */
  async #change<T>(key: string, step: (stored: AttemptCount | null) => Step<T>): Promise<T> {
    const path = ["throttle", key];
    for (;;) {
      const { value, versionstamp } = await this.#kv.get(path);
      const stored = value as AttemptCount | null;
      const { count, answer } = step(stored);
      if (count === stored) return answer;
      const change = this.#kv.atomic().check({ key: path, versionstamp });
      const { ok } = await (count === null ? change.delete(path) : change.set(path, count)).commit();
      if (ok) return answer;
    }
  }
}
