import type { ClaimedMail } from "@userharbor/core";
import { attempt, type Outcome } from "./_attempt.ts";
import { report } from "./_report.ts";
import type { MailFate } from "./outbox_event.ts";
import { type CheckedOptions, checkWorkerOptions, type OutboxWorkerOptions } from "./worker_options.ts";

/** How many mails had which fate. */
export type DrainReport = Readonly<Record<MailFate, number>>;

/**
 * Delivers the mails of an outbox.
 *
 * Any number of workers may run, in any number of processes: a mail is one worker's until its lease ends. What is not
 * delivered is tried again after 5 s, 10 s, and so on up to an hour, each time the same mail with the same
 * `idempotencyKey`; a mail whose token has expired is replaced by one with another token and another key. What is refused
 * for good, or was tried too often, stays in the queue, buried.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 * import { MailOutbox, makeOutboxKey, OutboxWorker } from "@userharbor/outbox";
 *
 * const store = new MemoryUserStore();
 * const emailSender = new RecordingEmailSender();
 * const outbox = new MailOutbox({ keys: makeOutboxKey() });
 * const harbor = new UserHarbor({ store, emailSender, passwordHasher: new FastPasswordHasher(), outbox });
 *
 * const worker = new OutboxWorker({ outbox, queue: store.outboxQueue, store, harbor, emailSender });
 * worker.start(); // once, when the application starts
 * await harbor.users.create({ username: "ada", email: "ada@example.org" });
 * await worker.stop(); // before the database is closed
 * assert.deepEqual(await worker.drain(), { delivered: 1, postponed: 0, renewed: 0, withdrawn: 0, buried: 0 });
 * ```
 */
export class OutboxWorker {
  readonly #options: CheckedOptions;
  #run: { readonly stopping: AbortController; readonly ended: Promise<void> } | null = null;

  /**
   * Makes a worker, which does nothing yet.
   *
   * @param options where mails are, and who delivers them
   * @throws {TypeError} for a missing port, an option of the wrong type, or one that does not exist
   * @throws {RangeError} for a number out of range; both name the option
   */
  constructor(options: OutboxWorkerOptions) {
    this.#options = checkWorkerOptions(options);
  }

  /**
   * Delivers from now on, as mail comes. The process goes on until {@link OutboxWorker.stop}, or until the signal aborts.
   *
   * A queue that cannot be reached is an event `outbox`, and is asked again.
   *
   * @param options a signal that stops the worker
   * @throws {TypeError} when it runs already
   */
  start({ signal }: { readonly signal?: AbortSignal } = {}): void {
    if (this.#run !== null) throw new TypeError("Cannot start the worker: it runs already");
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    const ended = this.#deliverUntil(stopping.signal).finally(() => {
      signal?.removeEventListener("abort", stop);
      this.#run = null;
    });
    this.#run = { stopping, ended };
  }

  /** Claims nothing more, and resolves once what is on its way has ended. */
  async stop(): Promise<void> {
    this.#run?.stopping.abort();
    await this.#run?.ended;
  }

  /**
   * Delivers what is due, once: for a cron job, or a function that is called now and then.
   *
   * @param options a signal after which nothing more is claimed
   * @returns how many mails had which fate
   * @throws what the queue or the store rejects with; the mails in hand are due again when their lease ends
   */
  async drain({ signal }: { readonly signal?: AbortSignal } = {}): Promise<DrainReport> {
    const fates = { delivered: 0, postponed: 0, renewed: 0, withdrawn: 0, buried: 0 };
    for (let renewed = -1; renewed < fates.renewed;) {
      renewed = fates.renewed;
      while (!signal?.aborted) {
        const claimed = await this.#claim(this.#options.concurrency);
        if (claimed.length === 0) break;
        const ended = await Promise.allSettled(claimed.map((mail) => this.#deliver(mail)));
        for (const each of ended) {
          if (each.status === "rejected") throw each.reason;
          fates[each.value]++;
        }
      }
      // The mails that take the place of expired ones are made behind the harbor's answers.
      if (fates.renewed > renewed) await this.#options.harbor.settled();
    }
    return fates;
  }

  async #deliverUntil(signal: AbortSignal): Promise<void> {
    const { outbox, concurrency, pollSeconds } = this.#options;
    const onTheirWay = new Set<Promise<void>>();
    let rouse = () => {};
    let isRoused = false;
    // There may be more than there was room for.
    let mayBeMore = false;
    const wake = () => {
      isRoused = true;
      rouse();
    };
    const unsubscribe = outbox.onWake(wake);
    signal.addEventListener("abort", wake, { once: true });
    while (!signal.aborted) {
      isRoused = false;
      const free = concurrency - onTheirWay.size;
      const claimed = free === 0 ? [] : await this.#claim(free).catch((error) => this.#failed(error));
      mayBeMore = claimed.length === free;
      for (const mail of claimed) {
        const delivery = this.#deliver(mail).then(() => {}, (error) => void this.#failed(error)).finally(
          () => {
            onTheirWay.delete(delivery);
            if (mayBeMore) wake();
          },
        );
        onTheirWay.add(delivery);
      }
      if (isRoused || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollSeconds * 1_000);
        rouse = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    unsubscribe();
    await Promise.all(onTheirWay);
  }

  #claim(limit: number): Promise<readonly ClaimedMail[]> {
    const { queue, clock, leaseSeconds } = this.#options;
    const at = clock();
    return queue.claim({ at, leaseUntil: new Date(at.getTime() + leaseSeconds * 1_000), limit });
  }

  async #deliver(claimed: ClaimedMail): Promise<MailFate> {
    const outcome = await attempt(this.#options, claimed);
    await this.#settle(claimed, outcome);
    report(this.#options, { claimed, outcome });
    return outcome.fate;
  }

  async #settle(claimed: ClaimedMail, { fate, reason = "", dueAt }: Outcome): Promise<void> {
    const { queue, clock } = this.#options;
    if (fate === "buried") await queue.bury(claimed, { at: clock(), reason });
    else if (dueAt !== undefined) await queue.postpone(claimed, dueAt);
    else await queue.settle(claimed);
  }

  #failed(error: unknown): readonly never[] {
    report(this.#options, { error });
    return [];
  }
}
