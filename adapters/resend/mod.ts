/**
 * An `EmailSender` over the HTTP API of Resend, on nothing but `fetch`.
 *
 * @module
 */

export { ResendEmailSender } from "./resend_email_sender.ts";
export type { ResendEmailSenderOptions } from "./resend_email_sender.ts";
