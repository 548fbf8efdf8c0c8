/** A link, on a line of its own. */
export interface MailLink {
  /** What stands on it. */
  readonly text: string;
  /** Where it leads: `https:`, or `http:` while you try things out. */
  readonly href: string;
  /** True: it is what the mail is for, so it is shown as a button. Absent: false. */
  readonly isButton?: boolean;
}

/** A mail in parts, to be laid out like all the others. Nothing in it is HTML. */
export interface MailParts {
  /** What it is about, in a line. */
  readonly subject: string;
  /** Paragraphs and links, from top to bottom. */
  readonly content: readonly (string | MailLink)[];
}
