/**
 * An `EmailSender` over the HTTP API of Postmark, on nothing but `fetch`.
 *
 * @module
 */

export { PostmarkEmailSender } from "./postmark_email_sender.ts";
export type { PostmarkEmailSenderOptions } from "./postmark_email_sender.ts";
