/**
 * Mail that survives: kept sealed in the transaction of the change it tells of, and delivered by workers.
 *
 * At least once, and at most once effective with a sender that hands idempotency keys on.
 *
 * @module
 */

export { MailOutbox } from "./mail_outbox.ts";
export type { MailOutboxOptions, OutboxKey } from "./mail_outbox.ts";
export { makeOutboxKey } from "./make_outbox_key.ts";
export type { MailDelivery, MailFate, OutboxEvent } from "./outbox_event.ts";
export { OutboxWorker } from "./outbox_worker.ts";
export type { DrainReport } from "./outbox_worker.ts";
export type { MailReaders, OutboxWorkerOptions, RenewingHarbor } from "./worker_options.ts";
