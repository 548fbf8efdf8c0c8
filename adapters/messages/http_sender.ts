/**
 * What every sender over the HTTP API of a mail service shares: words, retries, time limits and errors. For authors of
 * senders.
 *
 * @module
 */

export { checkCredential } from "./check_credential.ts";
export { HttpEmailSender } from "./http_email_sender.ts";
export type { HttpMail, HttpMailAnswer, HttpMailRequest, HttpMailService } from "./http_mail.ts";
export type { HttpEmailSenderOptions } from "./http_sender_options.ts";
export type { Mailbox } from "./mailbox.ts";
export { retryAt } from "./retry_at.ts";
