import type { Messages } from "@userharbor/messages";
import { SmtpEmailSender } from "@userharbor/smtp";
import { isLoopback } from "./is_loopback.ts";

/** Which server takes the mail, and who it is from. */
export interface SmtpSettings {
  /** `smtps://user:password@host` or `smtp://…`; holds a secret. */
  readonly url: string;
  /** `Example <accounts@example.org>`, or the address alone. */
  readonly from: string;
}

/**
 * Makes what sends mail over SMTP; it connects with the first mail. A mail server on this very computer need not
 * encrypt, as mail catchers do not.
 *
 * @param settings where and from whom
 * @param messages the words
 * @throws {RangeError} when either cannot be; holds neither
 */
export function createSmtpSender({ url, from }: SmtpSettings, messages: Messages): SmtpEmailSender {
  return new SmtpEmailSender({
    url,
    from,
    messages,
    allowPlaintext: URL.canParse(url) && isLoopback(new URL(url).hostname),
    onNotSent: ({ message, attempts }) => console.error(`${message}, at try ${attempts}`),
  });
}
