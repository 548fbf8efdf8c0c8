/**
 * What every sender shares, over whatever it delivers: words, retries, time limits and errors. For authors of senders.
 *
 * @module
 */

export { checkCredential } from "./check_credential.ts";
export { checkDeliveryOptions } from "./delivery_options.ts";
export type { DeliveryOptions } from "./delivery_options.ts";
export type { Mailbox } from "./mailbox.ts";
export { RetryingEmailSender } from "./retrying_email_sender.ts";
export type { DeliveredMail, DeliveryFailure } from "./retrying_email_sender.ts";
