import type { MailLinkPaths } from "./mail_links.ts";
import type { MailParts } from "./mail_parts.ts";
import type { MailContent, MessageKind, MessageOf } from "./messages.ts";
import type { MailWording } from "./wording.ts";

/** What an override has to work with. */
export interface MessageTools {
  /** The mail as it would be without the override. */
  readonly standard: MailContent;
  /** BCP 47 tag of the language that was settled on. */
  readonly locale: string;
  /** What people know the application by. */
  readonly appName: string;
  /** Leads to the page where the token is spent; null for a mail without a token. */
  readonly link: string | null;
  /** How long the link works, in words; null for a mail without a token. */
  readonly expiresIn: string | null;
  /** Lays parts out like every other mail, as text and as HTML, with everything escaped. */
  layOut(parts: MailParts): MailContent;
}

/** Words one kind of mail in your own way. */
export type MessageOverride<Kind extends MessageKind> = (
  message: MessageOf<Kind>,
  tools: MessageTools,
) => MailContent | Promise<MailContent>;

/** Overrides by kind; a kind left out stays as it is. */
export type MessageOverrides = { readonly [Kind in MessageKind]?: MessageOverride<Kind> };

/** What mails say and where their links lead. */
export interface MessagesOptions {
  /** What people know your application by: 1 to 64 characters. */
  readonly appName: string;
  /**
   * Where people see it, such as `https://example.org/accounts`; every link is below it. `https:`, or `http:` on this
   * very computer.
   */
  readonly baseUrl: string;
  /** Where its pages are, if not where the account server has them. */
  readonly links?: MailLinkPaths;
  /** Where people can tell you that something was not them: an address of mail, or of an `https:` page. */
  readonly contact?: string;
  /** BCP 47 tag of the language for whom no better one is known. Default: `en`. */
  readonly locale?: string;
  /** More languages, or other words for `en`, `de` and `fr`, by BCP 47 tag. */
  readonly wordings?: Readonly<Record<string, MailWording>>;
  /** Mails of your own, one by one. */
  readonly overrides?: MessageOverrides;
  /** Tells the time, to say how long a link works. Default: the computer's. */
  readonly clock?: () => Date;
}
