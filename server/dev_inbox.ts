import type {
  EmailChangeMessage,
  EmailSender,
  Finding,
  PasswordResetMessage,
  UserMessage,
  UsernameChangedMessage,
  VerificationMessage,
} from "@userharbor/core";

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
}

/** Keeps mail in memory, to be read instead of sent: the oldest goes when there is no room. */
export class DevInbox implements EmailSender {
  readonly #mails: DevMail[] = [];
  readonly #capacity: number;

  /** @param capacity how many mails it keeps; with 0 mail goes nowhere */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Every mail there is, newest last. */
  list(): readonly DevMail[] {
    return this.#mails;
  }

  /** Keeps a verification mail. */
  sendVerification(message: VerificationMessage): Promise<void> {
    return this.#keep("verification", message, { token: message.verificationToken });
  }

  /** Keeps a password reset mail. */
  sendPasswordReset(message: PasswordResetMessage): Promise<void> {
    return this.#keep("password_reset", message, { token: message.resetToken });
  }

  /** Keeps a notice of a verified address. */
  sendEmailVerified(message: UserMessage): Promise<void> {
    return this.#keep("email_verified", message);
  }

  /** Keeps a notice of a changed password. */
  sendPasswordChanged(message: UserMessage): Promise<void> {
    return this.#keep("password_changed", message);
  }

  /** Keeps a notice of a deleted account. */
  sendAccountDeleted(message: UserMessage): Promise<void> {
    return this.#keep("account_deleted", message);
  }

  /** Keeps a notice of a registration with somebody's address. */
  sendAddressInUse(message: UserMessage): Promise<void> {
    return this.#keep("address_in_use", message);
  }

  /** Keeps a mail that asks to confirm a new address. */
  sendEmailChange(message: EmailChangeMessage): Promise<void> {
    return this.#keep("email_change", message, { token: message.emailChangeToken });
  }

  /** Keeps a notice to the address that an account had. */
  sendEmailChanged(message: UserMessage): Promise<void> {
    return this.#keep("email_changed", message);
  }

  /** Keeps a notice of a new name. */
  sendUsernameChanged(message: UsernameChangedMessage): Promise<void> {
    return this.#keep("username_changed", message, { earlierUsername: message.earlierUsername });
  }

  /** Keeps an invitation. */
  sendInvitation(message: PasswordResetMessage): Promise<void> {
    return this.#keep("invitation", message, { token: message.resetToken });
  }

  /** Warns whoever lets others in: what nobody receives, everybody can read here. */
  diagnose(): Promise<readonly Finding[]> {
    const message = this.#capacity > 0
      ? "Mail is shown at /dev/inbox instead of being sent: whoever can open it can take over any account"
      : "Mail goes nowhere: nobody can verify an address or reset a password";
    return Promise.resolve([{ code: "no_real_sender", level: "unsafe", message }]);
  }

  #keep(
    kind: DevMail["kind"],
    { email, username }: UserMessage,
    details: Pick<DevMail, "token" | "earlierUsername"> = {},
  ): Promise<void> {
    this.#mails.push({ kind, to: email, username, ...details, sentAt: new Date().toISOString() });
    if (this.#mails.length > this.#capacity) this.#mails.shift();
    return Promise.resolve();
  }
}
