import { isUserHarborError } from "../errors.ts";
import type { BackgroundWorkName, HarborEvent, OperationName, RequestContext } from "../events.ts";

/** What an event is about. */
interface Subject {
  readonly name: OperationName | BackgroundWorkName;
  readonly context: RequestContext | undefined;
}

/** Tells the application what happened, and keeps what its listener throws away from the flows. */
export class EventReport {
  readonly #onEvent: ((event: HarborEvent) => unknown) | undefined;
  readonly #clock: () => Date;

  constructor(onEvent: ((event: HarborEvent) => unknown) | undefined, clock: () => Date) {
    this.#onEvent = onEvent;
    this.#clock = clock;
  }

  /** Makes the one event of an operation when it has ended, and passes its outcome through. */
  operation<T>(subject: Subject, outcome: Promise<T>): Promise<T> {
    if (this.#onEvent === undefined) return outcome;
    return outcome.then((result) => {
      this.#emit(subject, { outcome: "succeeded" });
      return result;
    }, (error: unknown) => {
      this.#emit(
        subject,
        isUserHarborError(error)
          ? { outcome: "refused", code: error.code }
          : { outcome: "failed", errorName: nameOf(error) },
      );
      throw error;
    });
  }

  /** Makes the event of background work that failed. */
  failure(subject: Subject, error: unknown): void {
    this.#emit(subject, { outcome: "failed", errorName: nameOf(error) });
  }

  #emit({ name, context }: Subject, ending: Pick<HarborEvent, "outcome" | "code" | "errorName">): void {
    if (this.#onEvent === undefined) return;
    try {
      const event = { name, ...ending, at: this.#clock(), ...(context === undefined ? {} : { context }) };
      const answer = this.#onEvent(event);
      // A listener may be async although nobody waits for it; its rejection must not end the process.
      if (answer instanceof Promise) answer.catch(() => {});
    } catch {
      // The change is made and the answer is due: a listener's mistake alters neither.
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
