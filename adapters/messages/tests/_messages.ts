import { createMessages, type MailContent, type Messages, type MessagesOptions } from "@userharbor/messages";

/** When every mail here is written. */
export const NOW: Date = new Date("2031-01-01T00:00:00.000Z");

/** When tokens end that last an hour, and those that last a day. */
export const IN_AN_HOUR: Date = new Date("2031-01-01T01:00:00.000Z");
/** See {@link IN_AN_HOUR}. */
export const IN_A_DAY: Date = new Date("2031-01-02T00:00:00.000Z");

/** 43 characters of base64url, with what mail programs most like to break a link at. */
export const TOKEN = "-Vq3x_pLr8Tz0mWc5Jd7Yb2Nf4Hs6Kg9Ua1Ei-Xo_w8";

/** Words for Lighthouse, at a time that stands still. */
export function lighthouse(options: Partial<MessagesOptions> = {}): Messages {
  return createMessages({
    appName: "Lighthouse",
    baseUrl: "https://lighthouse.example/accounts",
    contact: "help@lighthouse.example",
    clock: () => NOW,
    ...options,
  });
}

/** Whom mails here are about. */
export interface Reader {
  /** The account's name. */
  readonly username?: string;
  /** Its name until now. */
  readonly earlierUsername?: string;
  /** The language asked for. */
  readonly locale?: string;
}

/** Every mail there is, by its kind. */
export async function everyMail(
  messages: Messages,
  { username = "ada.lovelace", earlierUsername = "countess", locale }: Reader = {},
): Promise<Readonly<Record<keyof Messages, MailContent>>> {
  const to = { username, email: "ada@example.org", ...(locale === undefined ? {} : { locale }) };
  return {
    verification: await messages.verification({ ...to, verificationToken: TOKEN, expiresAt: IN_A_DAY }),
    passwordReset: await messages.passwordReset({ ...to, resetToken: TOKEN, expiresAt: IN_AN_HOUR }),
    invitation: await messages.invitation({ ...to, resetToken: TOKEN, expiresAt: IN_A_DAY }),
    emailChange: await messages.emailChange({ ...to, emailChangeToken: TOKEN, expiresAt: IN_AN_HOUR }),
    emailVerified: await messages.emailVerified(to),
    passwordChanged: await messages.passwordChanged(to),
    accountDeleted: await messages.accountDeleted(to),
    addressInUse: await messages.addressInUse(to),
    emailChanged: await messages.emailChanged(to),
    usernameChanged: await messages.usernameChanged({ ...to, earlierUsername }),
  };
}
