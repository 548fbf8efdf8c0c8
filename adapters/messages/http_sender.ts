/**
 * What every sender over the HTTP API of a mail service shares. For authors of such senders.
 *
 * @module
 */

export { checkCredential } from "./check_credential.ts";
export type { DeliveryOptions } from "./delivery_options.ts";
export { HttpEmailSender } from "./http_email_sender.ts";
export type { HttpEmailSenderOptions } from "./http_email_sender.ts";
export type { HttpMailAnswer, HttpMailRequest, HttpMailService } from "./http_mail.ts";
export type { Mailbox } from "./mailbox.ts";
export { retryAt } from "./retry_at.ts";
export type { DeliveredMail, DeliveryFailure } from "./retrying_email_sender.ts";
