import type { AttemptCount } from "@userharbor/core";

/** What one call makes of the count of its key. */
export interface CountStep<T> {
  /** What is kept from now on; the very count that was handed in: nothing is changed. */
  readonly count: AttemptCount | null;
  /** What the call answers. */
  readonly answer: T;
}

/** Reads the count of a key, and writes what is made of it. */
type Change = (key: string, make: (stored: AttemptCount | null) => AttemptCount | null) => Promise<void>;

interface Call {
  apply(stored: AttemptCount | null): AttemptCount | null;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Calls of this process: those that come while one of the same key is under way go together, as one read and one
 * write. So whoever knocks a thousand times at once costs a database no more than two calls, and when it is down
 * nobody waits in line for it.
 */
export class KeyBatches {
  readonly #change: Change;
  /** Keys with a call under way, and the calls that came since. */
  readonly #waiting: Map<string, Call[]> = new Map();

  /** @param change may call `make` several times; the last one counts */
  constructor(change: Change) {
    this.#change = change;
  }

  /** Takes a step; steps of one key see what those before them made. */
  run<T>(key: string, step: (stored: AttemptCount | null) => CountStep<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let taken: CountStep<T> | undefined;
      const apply = (stored: AttemptCount | null): AttemptCount | null => {
        taken = step(stored);
        return taken.count;
      };
      const call = { apply, reject, resolve: () => taken !== undefined && resolve(taken.answer) };
      const waiting = this.#waiting.get(key);
      if (waiting !== undefined) return void waiting.push(call);
      this.#waiting.set(key, []);
      void this.#work(key, [call]);
    });
  }

  async #work(key: string, first: readonly Call[]): Promise<void> {
    for (let calls = first; calls.length > 0;) {
      try {
        await this.#change(key, (stored) => calls.reduce((count, call) => call.apply(count), stored));
        for (const call of calls) call.resolve();
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
      calls = this.#waiting.get(key) ?? [];
      if (calls.length > 0) this.#waiting.set(key, []);
    }
    this.#waiting.delete(key);
  }
}
