import type { UserStore } from "../mod.ts";
import { interceptStore, type StoreCall } from "./_intercept_store.ts";
import { SECRET, type Trial } from "./_trial.ts";

/** What becomes of the call that fails; `proceed` makes it. */
export type Fault = (proceed: () => Promise<unknown>, failure: Error) => Promise<unknown>;

/** Nothing happens. */
export const throws: Fault = (_proceed, failure) => Promise.reject(failure);

/** It takes effect, as a commit does whose connection breaks before the answer comes. */
export const losesAnswer: Fault = async (proceed, failure) => {
  await proceed();
  throw failure;
};

/** A store of which one call fails, those of a transaction's handle included. */
export class FaultyStore {
  readonly store: UserStore;
  readonly failure: Error;
  /** The call that failed; undefined while there were fewer calls than that. */
  failed: StoreCall | undefined;
  /** Whether it was made after the answer, by what no answer waits for. */
  wasLate = false;

  constructor(trial: Trial, { n, fault }: { readonly n: number; readonly fault: Fault }) {
    let count = 0;
    this.failure = new Error(`call ${n} failed: ${SECRET}`);
    this.store = interceptStore(trial.store, (call, proceed) => {
      if (++count !== n) return proceed();
      this.failed = call;
      this.wasLate = trial.answered;
      return fault(proceed, this.failure);
    });
  }
}
