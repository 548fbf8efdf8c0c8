import type { HarborEvent } from "@userharbor/core";

/**
 * What became of a mail, for now or for good.
 *
 * `renewed`: its token had expired, so another mail with another one takes its place. `withdrawn`: there was nothing
 * left to tell, such as a token that a later one has replaced. `buried`: given up, and kept in the queue.
 */
export type MailFate = "delivered" | "postponed" | "renewed" | "withdrawn" | "buried";

/** What a worker did with a mail. */
export interface MailDelivery {
  /** The id of its record, which is the idempotency key of the mail as well. */
  readonly mailId: string;
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** What became of it. */
  readonly fate: MailFate;
  /** Why it was not delivered; stable, snake_case. */
  readonly reason?: string;
  /** When it is tried again, if it is. */
  readonly dueAt?: Date;
}

/** What a worker tells: an event like those of a harbor, so that one listener may take both. */
export interface OutboxEvent extends HarborEvent {
  /** Absent: it was about no mail, as when the queue cannot be reached. */
  readonly delivery?: MailDelivery;
}
