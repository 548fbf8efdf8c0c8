/**
 * For authors of stores: what every `transaction(work)` has to get right, once.
 *
 * {@link TransactionGate} serves stores on a single connection, {@link runInScope} every store.
 * `@userharbor/memory` shows both in use.
 *
 * @module
 */

/** Calls that wait are refused once one transaction has been open this long, in milliseconds of real time. */
const STALLED_AFTER_MS = 5_000;

interface Waiter {
  readonly begin: () => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Keeps transactions on one connection apart.
 *
 * While none is open a call passes at once and synchronously. While one is open everything from outside waits
 * its turn, reads included, first come first served. Whoever waits is rejected with a plain `Error` once one
 * transaction has been open five seconds: its work most likely calls the outer store, which waits for itself.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TransactionGate } from "@userharbor/core/transactions";
 *
 * const gate = new TransactionGate();
 * const seen: string[] = [];
 * const transaction = gate.exclusive(async () => {
 *   await Promise.resolve();
 *   seen.push("transaction");
 * });
 * await gate.run(() => seen.push("call from outside"));
 * await transaction;
 * assert.deepEqual(seen, ["transaction", "call from outside"]);
 * ```
 */
export class TransactionGate {
  #open = false;
  #openedAt = 0;
  #stalled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: Waiter[] = [];

  /**
   * Runs one synchronous call, at once or when the open transaction has ended.
   *
   * @param call what to do on the connection; must not await
   * @returns what the call returned
   */
  run<T>(call: () => T): Promise<T> {
    if (this.#open) return this.#wait(call);
    try {
      return Promise.resolve(call());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Runs one transaction; nothing else passes until it has settled.
   *
   * @param work begins, works, and commits or rolls back
   * @returns what the work resolved to
   */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open) return this.#wait(() => this.#begin(work));
    return this.#begin(work);
  }

  async #begin<T>(work: () => Promise<T>): Promise<T> {
    this.#open = true;
    this.#openedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stalled = false;
    this.#open = false;
    while (!this.#open) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.begin();
    }
    if (this.#waiting.length > 0) this.#watch();
  }

  #wait<T>(call: () => T | Promise<T>): Promise<T> {
    if (this.#stalled) return Promise.reject(stalled());
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        begin: () => {
          try {
            resolve(call());
          } catch (error) {
            reject(error);
          }
        },
        reject,
      });
      this.#watch();
    });
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    const left = STALLED_AFTER_MS - (performance.now() - this.#openedAt);
    this.#timer = setTimeout(() => {
      this.#stalled = true;
      for (const waiter of this.#waiting.splice(0)) waiter.reject(stalled());
    }, Math.max(0, left));
  }
}

function stalled(): Error {
  return new Error(
    "Cannot reach the store: one transaction has been open for 5 seconds. " +
      "Inside transaction(work), call the store that work is handed, not the outer one",
  );
}

/**
 * What one open transaction allows: calls through it, until it ends; and whether it may still commit.
 *
 * Any call that rejects dooms the transaction, whether or not its caller caught the rejection.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TransactionScope } from "@userharbor/core/transactions";
 *
 * const scope = new TransactionScope();
 * assert.equal(await scope.run(() => "row"), "row");
 * await scope.end(); // may commit
 * await assert.rejects(scope.run(() => "too late"), TypeError);
 * ```
 */
export class TransactionScope {
  #ended = false;
  #doom: { readonly cause: unknown } | undefined;
  #pending: Set<Promise<unknown>> = new Set();

  /**
   * Makes one call of the transaction's handle; a nested `transaction` is such a call, too.
   *
   * @param call what to do on the transaction's connection
   * @returns what the call returned
   * @throws {TypeError} when the transaction has ended
   */
  run<T>(call: () => T | Promise<T>): Promise<T> {
    if (this.#ended) {
      return Promise.reject(new TypeError("Cannot use the store of a transaction that has ended"));
    }
    const outcome = (async () => await call())();
    const watched = outcome.then(() => {}, (cause) => {
      this.#doom ??= { cause };
    }).finally(() => this.#pending.delete(watched));
    this.#pending.add(watched);
    return outcome;
  }

  /**
   * Ends the scope once the calls under way have settled.
   *
   * @returns resolves when the transaction may commit
   * @throws what the first rejected call rejected with
   */
  async end(): Promise<void> {
    this.#ended = true;
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    if (this.#doom !== undefined) throw this.#doom.cause;
  }
}

/**
 * Runs `work` once with a handle that lives as long as the transaction does.
 *
 * The caller begins before, commits when this resolves and rolls back when it rejects.
 *
 * @param work the transaction's work
 * @param makeHandle makes the store that `work` is handed; it sends every call through the scope
 * @returns what `work` resolved to
 * @throws what `work` rejected with, or what a call inside rejected with although `work` caught it
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runInScope } from "@userharbor/core/transactions";
 *
 * const swallowed = runInScope(
 *   async (handle: { refuse(): Promise<void> }) => {
 *     await handle.refuse().catch(() => {});
 *     return "looks fine";
 *   },
 *   (scope) => ({ refuse: () => scope.run(() => Promise.reject(new Error("refused"))) }),
 * );
 * await assert.rejects(swallowed, /refused/);
 * ```
 */
export async function runInScope<Handle, T>(
  work: (handle: Handle) => Promise<T>,
  makeHandle: (scope: TransactionScope) => Handle,
): Promise<T> {
  const scope = new TransactionScope();
  let result: T;
  try {
    result = await work(makeHandle(scope));
  } catch (error) {
    await scope.end().catch(() => {});
    throw error;
  }
  await scope.end();
  return result;
}
