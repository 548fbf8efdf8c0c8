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
      const guarded = async () => {
        started = true;
        try {
          await work();
        } catch (error) {
          this.#events.failure(subject, error);
        } finally {
          resolve();
        }
      };
      const notStarted = (error: unknown) => {
        this.#events.failure(subject, error);
        if (!started) resolve();
      };
      try {
        const answer = this.#defer(guarded);
        // An async `defer` may reject although nobody waits for it; that must not end the process.
        if (answer instanceof Promise) answer.catch(notStarted);
      } catch (error) {
        notStarted(error);
      }
    });
    this.#pending.add(done);
    void done.then(() => this.#pending.delete(done));
  }

  /** Resolves when nothing is pending, work that other work started included. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}
