/**
 * Every mail of UserHarbor in words: as plain text and as HTML, in English, German, French or a language of yours,
 * with links that are built from your configuration alone.
 *
 * @module
 */

export { AUTOMATIC_MAIL_HEADERS } from "./automatic_mail_headers.ts";
export { ConsoleEmailSender } from "./console_email_sender.ts";
export type { ConsoleEmailSenderOptions } from "./console_email_sender.ts";
export { createMessages } from "./create_messages.ts";
export type { MailLinkPaths } from "./mail_links.ts";
export { MailNotSentError } from "./mail_not_sent_error.ts";
export type { MailNotSentDetails } from "./mail_not_sent_error.ts";
export type { MailLink, MailParts } from "./mail_parts.ts";
export type { MessageOverride, MessageOverrides, MessagesOptions, MessageTools } from "./message_options.ts";
export { MessageSender } from "./message_sender.ts";
export type { OutgoingMail } from "./message_sender.ts";
export type { MailContent, MessageKind, MessageOf, Messages } from "./messages.ts";
export type { DurationUnit, MailFacts, MailWording, NoticeWording, RequestWording } from "./wording.ts";
export { ENGLISH } from "./wording/english.ts";
export { FRENCH } from "./wording/french.ts";
export { GERMAN } from "./wording/german.ts";
