import type { UserMessage } from "@userharbor/core";
import { checkMessagesOptions, type MessageSettings } from "./_check_messages_options.ts";
import { durationInWords } from "./_duration_in_words.ts";
import { findLocale } from "./_find_locale.ts";
import { layOut, type MailFrame } from "./_lay_out.ts";
import { oneLine } from "./_one_line.ts";
import type { MailLink, MailParts } from "./mail_parts.ts";
import type { MessageOverrides, MessagesOptions, MessageTools } from "./message_options.ts";
import type { MailContent, MessageKind, MessageOf, Messages } from "./messages.ts";
import type { MailFacts, MailWording } from "./wording.ts";

/** What a mail holds beside its words. */
interface Extras {
  /** Where its token is spent, and when that ends. */
  readonly request?: { readonly link: string; readonly expiresAt: Date };
  /** Whether it leads to where one asks for a new password. */
  readonly askForPassword?: boolean;
  /** Whether it says how to reach whoever runs the application. */
  readonly contact?: boolean;
}

/** One mail to be worded. */
interface Draft<Kind extends MessageKind> {
  readonly kind: Kind;
  readonly message: MessageOf<Kind>;
  readonly extras: Extras;
}

/**
 * Words every mail in the reader's language, as plain text and as HTML.
 *
 * Links are built from `baseUrl` alone, never from what a request said, and lead to pages that spend the token when
 * somebody confirms, never when they are merely opened. Every value is escaped, and no subject can hold a second
 * line. Every mail says what to do if it was somebody else.
 *
 * @param options the application's name and address, and less
 * @returns the words, for a sender
 * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
 * @throws {RangeError} naming the option that is out of range
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 *
 * const messages = createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" });
 * const { subject, text } = await messages.passwordChanged({
 *   username: "ada",
 *   email: "ada@example.org",
 *   locale: "de-AT",
 * });
 * assert.equal(subject, "Ihr Passwort für Lighthouse wurde geändert");
 * assert.match(text, /https:\/\/lighthouse\.example\/forgot/);
 * ```
 */
export function createMessages(options: MessagesOptions): Messages {
  const settings = checkMessagesOptions(options);
  const { links } = settings;
  const word = <Kind extends MessageKind>(
    kind: Kind,
    { message, ...extras }: Extras & { readonly message: MessageOf<Kind> },
  ) => wordMail(settings, { kind, message, extras });

  return {
    verification: (message) => {
      const request = { link: links.verification(message.verificationToken), expiresAt: message.expiresAt };
      return word("verification", { message, request });
    },
    passwordReset: (message) => {
      const request = { link: links.passwordReset(message.resetToken), expiresAt: message.expiresAt };
      return word("passwordReset", { message, request });
    },
    invitation: (message) => {
      const request = { link: links.passwordReset(message.resetToken), expiresAt: message.expiresAt };
      return word("invitation", { message, request });
    },
    emailChange: (message) => {
      const request = { link: links.emailChange(message.emailChangeToken), expiresAt: message.expiresAt };
      return word("emailChange", { message, request });
    },
    emailVerified: (message) => word("emailVerified", { message, askForPassword: true }),
    passwordChanged: (message) => word("passwordChanged", { message, askForPassword: true, contact: true }),
    accountDeleted: (message) => word("accountDeleted", { message, contact: true }),
    addressInUse: (message) => word("addressInUse", { message, askForPassword: true }),
    emailChanged: (message) => word("emailChanged", { message, contact: true }),
    usernameChanged: (message) => word("usernameChanged", { message, askForPassword: true, contact: true }),
  };
}

async function wordMail<Kind extends MessageKind>(
  settings: MessageSettings,
  { kind, message, extras }: Draft<Kind>,
): Promise<MailContent> {
  const { appName, links, wordings, clock } = settings;
  const locale = findLocale(message.locale, { locales: wordings.keys(), otherwise: settings.locale });
  const wording = wordings.get(locale);
  if (wording === undefined) throw new TypeError(`There are no words in ${locale}`);
  const { direction, bareLink } = wording;
  const frame: MailFrame = { locale, direction, appName, home: links.home, bareLink };
  const { request } = extras;
  const expiresIn = request === undefined
    ? null
    : durationInWords(request.expiresAt.getTime() - clock().getTime(), wording);
  const parts = standardParts(settings, {
    kind,
    facts: factsOf(message, appName),
    wording,
    extras,
    expiresIn,
  });
  const standard = layOut(parts, frame);
  const override: MessageOverrides[Kind] = settings.overrides[kind];
  if (override === undefined) return standard;
  const tools: MessageTools = {
    standard,
    locale,
    appName,
    link: request?.link ?? null,
    expiresIn,
    layOut: (own) => layOut(own, frame),
  };
  return checkContent(kind, await override(message, tools));
}

interface Standard {
  readonly kind: MessageKind;
  readonly facts: MailFacts;
  readonly wording: MailWording;
  readonly extras: Extras;
  readonly expiresIn: string | null;
}

function standardParts(
  { links, contact }: MessageSettings,
  { kind, facts, wording, extras, expiresIn }: Standard,
): MailParts {
  const words = wording[kind];
  const { request, askForPassword = false } = extras;
  const content: (string | MailLink)[] = [wording.greeting(facts), words.story(facts)];
  if (request !== undefined && "button" in words) {
    content.push({ text: words.button, href: request.link, isButton: true });
  }
  if (expiresIn !== null) content.push(wording.expiry(expiresIn));
  content.push(words.ifNotYou(facts));
  if (askForPassword) content.push({ text: wording.askForPassword, href: links.askForPassword });
  if (extras.contact === true && contact !== null) content.push(wording.contact(contact));
  return { subject: words.subject(facts), content };
}

function factsOf(message: UserMessage & { readonly earlierUsername?: string }, appName: string): MailFacts {
  const { username, earlierUsername = username } = message;
  return { appName, username: isolated(username), earlierUsername: isolated(earlierUsername) };
}

/** Keeps a name that is written the other way from turning round what stands beside it. */
function isolated(username: string): string {
  return /[^ -~]/.test(username) ? `\u2068${username}\u2069` : username;
}

/** An override may be written in JavaScript, or compute its subject from a name. */
function checkContent(kind: MessageKind, { subject, text, html }: MailContent): MailContent {
  for (const [name, value] of Object.entries({ subject, text, html })) {
    if (typeof value !== "string" || !/\S/.test(value)) {
      throw new TypeError(`overrides.${kind} must answer with ${name}: a string that is not empty`);
    }
  }
  return { subject: oneLine(subject), text, html };
}
