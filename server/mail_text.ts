import type { DevMail } from "./dev_inbox.ts";
import type { Link, MailLinks } from "./pages/mod.ts";

/** A mail as a person reads it. */
export interface MailText {
  /** What it is about, in a line. */
  readonly subject: string;
  /** What it says. */
  readonly paragraphs: readonly string[];
  /** Where it leads, if anywhere. */
  readonly link: Link | null;
}

/** Each names the username, and says what to do about something that one did not do oneself. */
const TEXTS: Readonly<
  Record<DevMail["kind"], (username: string) => readonly [subject: string, ...string[]]>
> = {
  verification: (username) => [
    "Verify your address",
    `Somebody, hopefully you, registered with this address under the username ${username}. Was it you? Then verify it.`,
    "If it was not you, do nothing: the account stays unusable and goes away by itself.",
  ],
  password_reset: (username) => [
    "Set a new password",
    `Somebody, hopefully you, asked for a new password for your account ${username}. Was it you? Then set one.`,
    "If it was not you, do nothing: your password stays as it is.",
  ],
  email_verified: (username) => [
    "Your address is verified",
    `This address now belongs to your account ${username}. You can log in.`,
    "If you made no account, ask for a new password with this address: that makes the account yours.",
  ],
  password_changed: (username) => [
    "Your password was changed",
    `Your account ${username} has a new password, and was logged out wherever the old one was used.`,
    "If it was not you, ask for a new password at once.",
  ],
  account_deleted: (username) => [
    "Your account was deleted",
    `Your account ${username} and all that belonged to it is gone.`,
    "If it was not you, somebody knows your password: change it wherever else you use it.",
  ],
  address_in_use: (username) => [
    "Somebody registered with your address",
    `Somebody tried to register with this address, but it belongs to your account ${username}.`,
    "If it was you, log in, or ask for a new password. If not, there is nothing to do: your account is as it was.",
  ],
};

/**
 * Words a mail.
 *
 * @param mail what it is about
 * @param links where its token is spent; null: nowhere, so that the token itself is shown
 */
export function mailText({ kind, username, token }: DevMail, links: MailLinks | null): MailText {
  const [subject, ...sentences] = TEXTS[kind](username);
  const paragraphs = [`Hello ${username},`, ...sentences];
  if (token === undefined) return { subject, paragraphs, link: null };
  if (links === null) return { subject, paragraphs: [...paragraphs, `Your token is ${token}`], link: null };
  const href = kind === "password_reset" ? links.passwordReset(token) : links.verification(token);
  return { subject, paragraphs, link: { href, text: subject } };
}
