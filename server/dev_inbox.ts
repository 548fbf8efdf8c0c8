import type {
  EmailChangeMessage,
  EmailSender,
  Finding,
  PasswordResetMessage,
  UserMessage,
  UsernameChangedMessage,
  VerificationMessage,
} from "@userharbor/core";
import type { MailContent, Messages } from "@userharbor/messages";

/** A mail that would have been sent. */
export interface DevMail {
  /** What it is about. */
  readonly kind:
    | "verification"
    | "password_reset"
    | "email_verified"
    | "password_changed"
    | "account_deleted"
    | "address_in_use"
    | "email_change"
    | "email_changed"
    | "username_changed"
    | "invitation";
  /** The address it goes to. */
  readonly to: string;
  /** The account it is about. */
  readonly username: string;
  /** The name until now, if this kind tells of a new one. */
  readonly earlierUsername?: string;
  /** The token, if this kind carries one. */
  readonly token?: string;
  /** RFC 3339, UTC. */
  readonly sentAt: string;
  /** What it says; null: there are no words. */
  readonly content: MailContent | null;
}

/** How much the inbox keeps, and in which words. */
export interface DevInboxOptions {
  /** How many mails; with 0 mail goes nowhere. */
  readonly capacity: number;
  /** The words; null: none, since there is no page for a link to lead to. */
  readonly messages: Messages | null;
}

/** Keeps mail in memory, to be read instead of sent: the oldest goes when there is no room. */
export class DevInbox implements EmailSender {
  readonly #mails: DevMail[] = [];
  readonly #capacity: number;
  readonly #messages: Messages | null;

  /** @param options how much, and in which words */
  constructor({ capacity, messages }: DevInboxOptions) {
    this.#capacity = capacity;
    this.#messages = messages;
  }

  /** Every mail there is, newest last. */
  list(): readonly DevMail[] {
    return this.#mails;
  }

  /** Keeps a verification mail. */
  sendVerification(message: VerificationMessage): Promise<void> {
    return this.#keep(
      { kind: "verification", token: message.verificationToken },
      message,
      (words) => words.verification(message),
    );
  }

  /** Keeps a password reset mail. */
  sendPasswordReset(message: PasswordResetMessage): Promise<void> {
    return this.#keep(
      { kind: "password_reset", token: message.resetToken },
      message,
      (words) => words.passwordReset(message),
    );
  }

  /** Keeps a notice of a verified address. */
  sendEmailVerified(message: UserMessage): Promise<void> {
    return this.#keep({ kind: "email_verified" }, message, (words) => words.emailVerified(message));
  }

  /** Keeps a notice of a changed password. */
  sendPasswordChanged(message: UserMessage): Promise<void> {
    return this.#keep({ kind: "password_changed" }, message, (words) => words.passwordChanged(message));
  }

  /** Keeps a notice of a deleted account. */
  sendAccountDeleted(message: UserMessage): Promise<void> {
    return this.#keep({ kind: "account_deleted" }, message, (words) => words.accountDeleted(message));
  }

  /** Keeps a notice of a registration with somebody's address. */
  sendAddressInUse(message: UserMessage): Promise<void> {
    return this.#keep({ kind: "address_in_use" }, message, (words) => words.addressInUse(message));
  }

  /** Keeps a mail that asks to confirm a new address. */
  sendEmailChange(message: EmailChangeMessage): Promise<void> {
    return this.#keep(
      { kind: "email_change", token: message.emailChangeToken },
      message,
      (words) => words.emailChange(message),
    );
  }

  /** Keeps a notice to the address that an account had. */
  sendEmailChanged(message: UserMessage): Promise<void> {
    return this.#keep({ kind: "email_changed" }, message, (words) => words.emailChanged(message));
  }

  /** Keeps a notice of a new name. */
  sendUsernameChanged(message: UsernameChangedMessage): Promise<void> {
    return this.#keep(
      { kind: "username_changed", earlierUsername: message.earlierUsername },
      message,
      (words) => words.usernameChanged(message),
    );
  }

  /** Keeps an invitation. */
  sendInvitation(message: PasswordResetMessage): Promise<void> {
    return this.#keep(
      { kind: "invitation", token: message.resetToken },
      message,
      (words) => words.invitation(message),
    );
  }

  /** Warns whoever lets others in: what nobody receives, everybody can read here. */
  diagnose(): Promise<readonly Finding[]> {
    const message = this.#capacity > 0
      ? "Mail is shown at /dev/inbox instead of being sent: whoever can open it can take over any account"
      : "Mail goes nowhere: nobody can verify an address or reset a password";
    return Promise.resolve([{ code: "no_real_sender", level: "unsafe", message }]);
  }

  async #keep(
    about: Pick<DevMail, "kind" | "token" | "earlierUsername">,
    { email, username }: UserMessage,
    word: (words: Messages) => Promise<MailContent>,
  ): Promise<void> {
    const content = this.#messages === null ? null : await word(this.#messages);
    this.#mails.push({ ...about, to: email, username, sentAt: new Date().toISOString(), content });
    if (this.#mails.length > this.#capacity) this.#mails.shift();
  }
}
