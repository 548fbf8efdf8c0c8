import { isUserHarborError } from "../errors.ts";
import type { BackgroundWorkName, HarborEvent, RequestContext } from "../events.ts";
import type { StoreRecord } from "../interfaces.ts";
import { errorName } from "../primitives/error_name.ts";
import type { OperationTrace } from "./_operation_trace.ts";

/** Work that no answer waits for. */
export interface BackgroundSubject {
  readonly name: BackgroundWorkName;
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

  /** Whether anybody is told. */
  get isHeard(): boolean {
    return this.#onEvent !== undefined;
  }

  /** Makes the one event of an operation when it has ended, and passes its outcome through. */
  operation<T>(trace: OperationTrace, outcome: Promise<T>): Promise<T> {
    if (this.#onEvent === undefined) return outcome;
    return outcome.then((result) => {
      this.#emit(this.#eventOf(trace, { outcome: "succeeded" }));
      return result;
    }, (error: unknown) => {
      this.#emit(this.#eventOf(trace, endingOf(error)));
      throw error;
    });
  }

  /** Makes the event of background work that failed. */
  failure({ name, context }: BackgroundSubject, error: unknown): void {
    if (this.#onEvent === undefined) return;
    this.#emit({
      name,
      ...endingOf(error),
      at: this.#clock(),
      ...(context === undefined ? {} : { context }),
    });
  }

  /** The record that commits with the change an operation makes. */
  recordOfChange(trace: OperationTrace, id: string): StoreRecord {
    const event = this.#eventOf(trace, { outcome: "succeeded" });
    return {
      id,
      kind: "event",
      createdAt: event.at,
      ...(event.userId === undefined ? {} : { userId: event.userId }),
      body: JSON.stringify(event),
    };
  }

  #eventOf({ name, user, reason, context }: OperationTrace, ending: Ending): HarborEvent {
    return {
      name,
      ...ending,
      at: this.#clock(),
      ...(user === undefined ? {} : { userId: user.id, username: user.username }),
      ...(reason === undefined ? {} : { reason }),
      ...(context === undefined ? {} : { context }),
    };
  }

  #emit(event: HarborEvent): void {
    try {
      const answer = this.#onEvent?.(event);
      // A listener may be async although nobody waits for it; its rejection must not end the process.
      if (answer instanceof Promise) answer.catch(() => {});
    } catch {
      // The change is made and the answer is due: a listener's mistake alters neither.
    }
  }
}

type Ending = Pick<HarborEvent, "outcome" | "code" | "errorName">;

function endingOf(error: unknown): Ending {
  if (isUserHarborError(error)) return { outcome: "refused", code: error.code };
  return { outcome: "failed", errorName: errorName(error) };
}
