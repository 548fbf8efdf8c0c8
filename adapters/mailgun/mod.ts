/**
 * An `EmailSender` over the HTTP API of Mailgun, on nothing but `fetch`.
 *
 * @module
 */

export { MailgunEmailSender } from "./mailgun_email_sender.ts";
export type { MailgunEmailSenderOptions } from "./mailgun_email_sender.ts";
