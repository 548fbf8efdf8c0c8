/**
 * An `EmailSender` over the HTTP API of Amazon SES (version 2), signed with Web Crypto, on nothing but `fetch`.
 *
 * @module
 */

export { SesEmailSender } from "./ses_email_sender.ts";
export type { SesCredentials, SesEmailSenderOptions } from "./ses_email_sender.ts";
