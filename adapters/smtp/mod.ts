/**
 * An `EmailSender` over SMTP: encrypted, pooled, with retries and a bound on the time. For Deno, Bun and Node.
 *
 * @module
 */

export { SmtpEmailSender } from "./smtp_email_sender.ts";
export type { SmtpEmailSenderOptions } from "./smtp_email_sender.ts";
