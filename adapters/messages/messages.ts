import type {
  EmailChangeMessage,
  PasswordResetMessage,
  UserMessage,
  UsernameChangedMessage,
  VerificationMessage,
} from "@userharbor/core";

/** A mail as a person reads it. Every mail has both parts, so that it can be read everywhere. */
export interface MailContent {
  /** One line without controls; safe as a header. */
  readonly subject: string;
  /** The same as `html`, for whoever reads plain text. */
  readonly text: string;
  /** A whole document. */
  readonly html: string;
}

/** What a sender asks of the words: each of the mails that the core has sent, turned into text. */
export interface Messages {
  /** Asks a newcomer to prove the address; names the username. */
  verification(message: VerificationMessage): Promise<MailContent>;
  /** Brings the link that sets a new password. */
  passwordReset(message: PasswordResetMessage): Promise<MailContent>;
  /** Brings such a link to whom an account was made for; names the username. */
  invitation(message: PasswordResetMessage): Promise<MailContent>;
  /** Asks whoever reads the new address to confirm it; names the username. */
  emailChange(message: EmailChangeMessage): Promise<MailContent>;
  /** Tells that the address is now proved. */
  emailVerified(message: UserMessage): Promise<MailContent>;
  /** Tells that the password was changed. */
  passwordChanged(message: UserMessage): Promise<MailContent>;
  /** Tells that the account is gone. */
  accountDeleted(message: UserMessage): Promise<MailContent>;
  /** Tells the owner that somebody asked for the address. */
  addressInUse(message: UserMessage): Promise<MailContent>;
  /** Tells the earlier address that the account has another one. */
  emailChanged(message: UserMessage): Promise<MailContent>;
  /** Tells that the account has another name; names both. */
  usernameChanged(message: UsernameChangedMessage): Promise<MailContent>;
}

/** Which mail it is. */
export type MessageKind = keyof Messages;

/** What the core says for a mail of a kind. */
export type MessageOf<Kind extends MessageKind> = Parameters<Messages[Kind]>[0];
