import type { EmailSender } from "@userharbor/core";
import { createMessages, type Messages } from "@userharbor/messages";
import { DevInbox } from "./dev_inbox.ts";
import type { Settings } from "./settings.ts";
import { createSmtpSender } from "./smtp_sender.ts";

/** What carries the mail of this server. */
export interface Mail {
  /** What the harbor hands mail to. */
  readonly emailSender: EmailSender;
  /** What is shown instead of being sent; null: nothing is. */
  readonly inbox: DevInbox | null;
  /** Lets go of connections; to be called when no mail is under way. */
  close(): void;
}

/** How many mails the inbox keeps. */
const INBOX_CAPACITY = 200;

/**
 * Puts together what words mail, and what sends it, shows it, or lets it go nowhere: the one place that decides.
 *
 * @param settings what was asked for
 * @param pagesOrigin where this server has its pages; null: it has none
 */
export function composeMail({ mail, devInbox }: Settings, pagesOrigin: string | null): Mail {
  const { smtp, locale, baseUrl } = mail;
  const messages = wordsFor(baseUrl ?? pagesOrigin, locale);
  if (smtp === null || messages === null) {
    const inbox = new DevInbox({ capacity: devInbox ? INBOX_CAPACITY : 0, messages });
    return { emailSender: inbox, inbox: devInbox ? inbox : null, close: () => {} };
  }
  const emailSender = createSmtpSender(smtp, messages);
  return { emailSender, inbox: null, close: () => emailSender.close() };
}

/** Without a page for links to lead to there is no mail to be worded. */
function wordsFor(baseUrl: string | null, locale: string): Messages | null {
  return baseUrl === null ? null : createMessages({ appName: "UserHarbor", baseUrl, locale });
}
