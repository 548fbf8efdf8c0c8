import { isUserHarborError } from "../errors.ts";
import type { BackgroundWorkName, HarborEvent, RequestContext } from "../events.ts";
import { errorName } from "../primitives/error_name.ts";
import { present } from "../primitives/present.ts";
import { type EventSubject, OperationTrace } from "./_operation_trace.ts";

/** Work that no answer waits for. */
export interface BackgroundSubject {
  readonly name: BackgroundWorkName;
  readonly context?: RequestContext | undefined;
  /** Whose account it is for; absent: nobody's in particular. */
  readonly user?: EventSubject | undefined;
}

/** How something ended. */
export type Ending = Pick<HarborEvent, "outcome" | "code" | "errorName">;

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

  /** The one event of an operation, ended just now. */
  eventOf({ name, user, role, permission, reason, context }: OperationTrace, ending: Ending): HarborEvent {
    return {
      name,
      ...ending,
      at: this.#clock(),
      ...present({
        userId: user?.id,
        username: user?.username,
        role,
        permission,
        // What a failure interrupts was not answered, so nothing was hidden.
        reason: ending.outcome === "failed" ? undefined : reason,
        context,
      }),
    };
  }

  /** Makes the event of background work that failed. */
  failure({ name, context, user }: BackgroundSubject, error: unknown): void {
    if (!this.isHeard) return;
    const trace = new OperationTrace(name, context);
    if (user !== undefined) trace.about(user);
    this.tell(this.eventOf(trace, endingOf(error)));
  }

  /** Tells the application. */
  tell(event: HarborEvent): void {
    // It may throw, or be async and reject although nobody waits for it.
    const hand = async () => await this.#onEvent?.(event);
    // The change is made and the answer is due: a listener's mistake alters neither, nor does it end the process.
    hand().catch(() => {});
  }
}

/** How something ended that threw. */
export function endingOf(error: unknown): Ending {
  if (isUserHarborError(error)) return { outcome: "refused", code: error.code };
  return { outcome: "failed", errorName: errorName(error) };
}
