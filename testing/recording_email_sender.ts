import type {
  EmailChangeMessage,
  EmailSender,
  Finding,
  PasswordResetMessage,
  UserMessage,
  UsernameChangedMessage,
  VerificationMessage,
} from "../interfaces.ts";

/** A mail that a {@link RecordingEmailSender} was asked to send. */
export interface RecordedEmail {
  /** Which method was called. */
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
  /** When the token ends, if this kind carries one. */
  readonly expiresAt?: Date;
  /** The language asked for. */
  readonly locale?: string;
}

/**
 * Keeps every mail instead of sending it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { RecordingEmailSender } from "@userharbor/core/testing";
 *
 * const sender = new RecordingEmailSender();
 * await sender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * assert.deepEqual(sender.sent, [{ kind: "password_changed", to: "ada@example.org", username: "ada" }]);
 * ```
 */
export class RecordingEmailSender implements EmailSender {
  /** Every mail so far, oldest first. */
  readonly sent: RecordedEmail[] = [];

  /** Keeps a verification mail. */
  sendVerification(message: VerificationMessage): Promise<void> {
    return this.#keep("verification", message, {
      token: message.verificationToken,
      expiresAt: message.expiresAt,
    });
  }

  /** Keeps a password reset mail. */
  sendPasswordReset(message: PasswordResetMessage): Promise<void> {
    return this.#keep("password_reset", message, { token: message.resetToken, expiresAt: message.expiresAt });
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
    return this.#keep("email_change", message, {
      token: message.emailChangeToken,
      expiresAt: message.expiresAt,
    });
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
    return this.#keep("invitation", message, { token: message.resetToken, expiresAt: message.expiresAt });
  }

  /** Warns whoever put it where people wait for mail. */
  diagnose(): Promise<readonly Finding[]> {
    const message = "RecordingEmailSender is for tests: it keeps mail, tokens included, and sends none. " +
      "Use a sender that delivers";
    return Promise.resolve([{ code: "no_real_sender", level: "unsafe", message }]);
  }

  /**
   * The newest token mailed to an address.
   *
   * @param kind which mail carried it
   * @param to the address
   * @returns 43 characters of base64url
   * @throws {Error} when no such mail was sent
   */
  tokenFor(kind: "verification" | "password_reset" | "email_change" | "invitation", to: string): string {
    const token = this.sent.findLast((email) => email.kind === kind && email.to === to)?.token;
    if (token === undefined) throw new Error(`Cannot find a token: no ${kind} mail was sent there`);
    return token;
  }

  #keep(
    kind: RecordedEmail["kind"],
    { email, username, locale }: UserMessage,
    details: Pick<RecordedEmail, "token" | "expiresAt" | "earlierUsername"> = {},
  ): Promise<void> {
    this.sent.push({ kind, to: email, username, ...details, ...(locale === undefined ? {} : { locale }) });
    return Promise.resolve();
  }
}
