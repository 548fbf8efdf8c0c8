import { createMessages } from "@userharbor/messages";
import { MailOutbox } from "@userharbor/outbox";
import type { Environment } from "./environment.ts";
import { createSmtpSender, type SmtpSettings } from "./smtp_sender.ts";

/** Where mail goes and what it says. */
export interface MailSettings {
  /** What sends it; null: it is not sent. */
  readonly smtp: SmtpSettings | null;
  /** Where the pages are that links in mails lead to; null: where this server has them. */
  readonly baseUrl: string | null;
  /** BCP 47 tag of the language for whom no better one is known. */
  readonly locale: string;
  /** What mails that wait are sealed under, the current key first; null: a key in a file beside the database. */
  readonly outboxKeys: readonly string[] | null;
}

/** Good ones, to try the others with. */
const SAMPLE = {
  url: "smtps://user:password@mail.example.org",
  from: "accounts@example.org",
  words: { appName: "UserHarbor", baseUrl: "https://example.org" },
} as const;

/**
 * Reads `SMTP_URL`, `BASE_URL`, `MAIL_FROM`, `LOCALE` and `OUTBOX_KEY`.
 *
 * @param environment the variables of the process
 * @throws {RangeError} naming the variable that cannot be used, and never its value: each could hold the secret of
 * another, if they were mixed up
 */
export function readMailSettings(environment: Environment): MailSettings {
  const { SMTP_URL, BASE_URL, MAIL_FROM, LOCALE, OUTBOX_KEY } = environment;
  const outboxKeys = OUTBOX_KEY ? OUTBOX_KEY.split(",").map((key) => key.trim()) : null;
  const messages = createMessages(SAMPLE.words);
  if (SMTP_URL) {
    requireUsable(
      () => createSmtpSender({ ...SAMPLE, url: SMTP_URL }, messages).close(),
      "SMTP_URL must be smtps://user:password@host, or smtp:// for STARTTLS, with name and password percent-encoded, " +
        "a port if need be, and without path or query",
    );
    if (!BASE_URL) throw new RangeError("BASE_URL must be set with SMTP_URL: links in mails lead there");
    if (!MAIL_FROM) throw new RangeError("MAIL_FROM must be set with SMTP_URL: mails are from this address");
  }
  if (BASE_URL) {
    requireUsable(
      () => createMessages({ ...SAMPLE.words, baseUrl: BASE_URL }),
      "BASE_URL must be https:// and a host, or http:// and a loopback host, with port and path if need be, and " +
        "without query",
    );
  }
  if (MAIL_FROM) {
    requireUsable(
      () => createSmtpSender({ ...SAMPLE, from: MAIL_FROM }, messages).close(),
      "MAIL_FROM must be one address, such as Example <accounts@example.org>",
    );
  }
  if (LOCALE) {
    requireUsable(
      () => createMessages({ ...SAMPLE.words, locale: LOCALE }),
      "LOCALE must be en, de or fr: in these languages there are words",
    );
  }
  if (outboxKeys !== null) {
    requireUsable(
      () => new MailOutbox({ keys: outboxKeys }),
      "OUTBOX_KEY must be 43 characters of base64url, which are 32 random bytes, or several of them between commas",
    );
  }
  return {
    smtp: SMTP_URL && MAIL_FROM ? { url: SMTP_URL, from: MAIL_FROM } : null,
    baseUrl: BASE_URL || null,
    locale: LOCALE || "en",
    outboxKeys,
  };
}

function requireUsable(attempt: () => unknown, requirement: string): void {
  try {
    attempt();
  } catch {
    throw new RangeError(requirement);
  }
}
