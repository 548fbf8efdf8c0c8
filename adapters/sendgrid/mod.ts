/**
 * An `EmailSender` over the HTTP API of Twilio SendGrid, on nothing but `fetch`.
 *
 * @module
 */

export { SendGridEmailSender } from "./sendgrid_email_sender.ts";
export type { SendGridEmailSenderOptions } from "./sendgrid_email_sender.ts";
