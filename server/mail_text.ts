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

type Wording = (
  username: string,
  earlierUsername: string,
) => readonly [subject: string, ...sentences: string[]];

/** Each names the username, and says what to do about something that one did not do oneself. */
const TEXTS: Readonly<Record<DevMail["kind"], Wording>> = {
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
  invitation: (username) => [
    "Choose your password",
    `An account was made for you with this address, under the username ${username}. Choose your password to use it.`,
    "If you do not know what this is about, do nothing: without this mail nobody can use the account.",
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
    "Somebody tried to use your address",
    `Somebody tried to register with this address, or to move an account to it, but it belongs to your account ${username}.`,
    "If it was you, log in, or ask for a new password. If not, there is nothing to do: your account is as it was.",
  ],
  email_change: (username) => [
    "Confirm your new address",
    `Somebody, hopefully you, wants mail for the account ${username} to come to this address. Was it you? Then confirm it.`,
    "If it was not you, do nothing: nobody can use this address without this mail.",
  ],
  email_changed: (username) => [
    "Your address was changed",
    `Your account ${username} has another e-mail address now. This one no longer belongs to it.`,
    "If it was not you, somebody knows your password: tell whoever runs this site at once.",
  ],
  username_changed: (username, earlierUsername) => [
    "Your username was changed",
    `Your account ${earlierUsername} is now called ${username}. Log in under that name.`,
    "If it was not you, somebody knows your password: ask for a new one at once.",
  ],
};

/**
 * Words a mail.
 *
 * @param mail what it is about
 * @param links where its token is spent; null: nowhere, so that the token itself is shown
 */
export function mailText(
  { kind, username, earlierUsername = username, token }: DevMail,
  links: MailLinks | null,
): MailText {
  const [subject, ...sentences] = TEXTS[kind](username, earlierUsername);
  const paragraphs = [`Hello ${username},`, ...sentences];
  if (token === undefined) return { subject, paragraphs, link: null };
  if (links === null) return { subject, paragraphs: [...paragraphs, `Your token is ${token}`], link: null };
  return { subject, paragraphs, link: { href: hrefFor(kind, links)(token), text: subject } };
}

function hrefFor(kind: DevMail["kind"], links: MailLinks): (token: string) => string {
  if (kind === "password_reset" || kind === "invitation") return links.passwordReset;
  return kind === "email_change" ? links.emailChange : links.verification;
}
