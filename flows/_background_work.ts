import type { BackgroundSubject, EventReport } from "./_events.ts";

/** Work that an answer does not wait for: mail above all, so that neither its speed nor its failure shows. */
export class BackgroundWork {
  readonly #defer: (work: () => Promise<void>) => unknown;
  readonly #events: EventReport;
  readonly #pending: Set<Promise<void>> = new Set();

  constructor(defer: (work: () => Promise<void>) => unknown, events: EventReport) {
    this.#defer = defer;
    this.#events = events;
  }

  /** Hands the work to `defer`; a failure of either becomes an event. */
  start(
    subject: BackgroundSubject,
    work: () => Promise<void>,
  ): void {
    const done = new Promise<void>((resolve) => {
      let started = false;
      const failed = (error: unknown) => this.#events.failure(subject, error);
      const guarded = async () => {
        started = true;
        try {
          await work();
        } catch (error) {
          failed(error);
        }
        resolve();
      };
      // It may throw, or be async and reject although nobody waits for it; that must not end the process.
      const handOver = async () => await this.#defer(guarded);
      handOver().catch((error) => {
        failed(error);
        if (!started) resolve();
      });
    });
    this.#pending.add(done);
    void done.then(() => this.#pending.delete(done));
  }

  /** Resolves when nothing is pending, work that other work started included. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}
