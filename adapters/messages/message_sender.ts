import type {
  EmailChangeMessage,
  EmailSender,
  PasswordResetMessage,
  UserMessage,
  UsernameChangedMessage,
  VerificationMessage,
} from "@userharbor/core";
import type { MailContent, MessageKind, Messages } from "./messages.ts";

/** A mail that was worded, and whom it goes to. */
export interface OutgoingMail extends MailContent {
  /** Which mail it is. */
  readonly kind: MessageKind;
  /** The one address it goes to, as the store has it. */
  readonly to: string;
  /** As the core says: the same each time this mail is sent again; absent: it is sent once. */
  readonly idempotencyKey?: string;
}

/**
 * An `EmailSender` that words every mail with {@link Messages} and leaves to its subclass only how a worded mail is
 * delivered.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages, MessageSender, type OutgoingMail } from "@userharbor/messages";
 *
 * class PrintingSender extends MessageSender {
 *   protected override deliver({ to, subject }: OutgoingMail): Promise<void> {
 *     console.log(`${to}: ${subject}`);
 *     return Promise.resolve();
 *   }
 * }
 *
 * const messages = createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" });
 * const sender = new PrintingSender(messages);
 * await sender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * assert.ok(sender instanceof MessageSender);
 * ```
 */
export abstract class MessageSender implements EmailSender {
  readonly #messages: Messages;

  /**
   * Takes the words.
   *
   * @param messages the words
   * @throws {TypeError} when there are none
   */
  constructor(messages: Messages) {
    if (typeof messages?.verification !== "function") {
      throw new TypeError("messages must be given: what createMessages answers");
    }
    this.#messages = messages;
  }

  /** Asks a newcomer to prove the address. */
  async sendVerification(message: VerificationMessage): Promise<void> {
    await this.#deliver("verification", message, await this.#messages.verification(message));
  }

  /** Sends the link that sets a new password. */
  async sendPasswordReset(message: PasswordResetMessage): Promise<void> {
    await this.#deliver("passwordReset", message, await this.#messages.passwordReset(message));
  }

  /** Invites whoever an account was made for to choose its password. */
  async sendInvitation(message: PasswordResetMessage): Promise<void> {
    await this.#deliver("invitation", message, await this.#messages.invitation(message));
  }

  /** Tells that the address is now proved. */
  async sendEmailVerified(message: UserMessage): Promise<void> {
    await this.#deliver("emailVerified", message, await this.#messages.emailVerified(message));
  }

  /** Tells that the password was changed. */
  async sendPasswordChanged(message: UserMessage): Promise<void> {
    await this.#deliver("passwordChanged", message, await this.#messages.passwordChanged(message));
  }

  /** Tells that the account is gone. */
  async sendAccountDeleted(message: UserMessage): Promise<void> {
    await this.#deliver("accountDeleted", message, await this.#messages.accountDeleted(message));
  }

  /** Tells the owner that somebody asked for the address. */
  async sendAddressInUse(message: UserMessage): Promise<void> {
    await this.#deliver("addressInUse", message, await this.#messages.addressInUse(message));
  }

  /** Asks whoever reads the new address to confirm it. */
  async sendEmailChange(message: EmailChangeMessage): Promise<void> {
    await this.#deliver("emailChange", message, await this.#messages.emailChange(message));
  }

  /** Tells the earlier address that the account has another one. */
  async sendEmailChanged(message: UserMessage): Promise<void> {
    await this.#deliver("emailChanged", message, await this.#messages.emailChanged(message));
  }

  /** Tells that the account has another name. */
  async sendUsernameChanged(message: UsernameChangedMessage): Promise<void> {
    await this.#deliver("usernameChanged", message, await this.#messages.usernameChanged(message));
  }

  /**
   * Hands one mail over; rejects when that failed, with an error that holds neither the mail nor a secret.
   *
   * @param mail whom it goes to and what it says
   */
  protected abstract deliver(mail: OutgoingMail): Promise<void>;

  #deliver(
    kind: MessageKind,
    { email, idempotencyKey }: UserMessage,
    { subject, text, html }: MailContent,
  ): Promise<void> {
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    // Each by name: words of an application's own decide about nothing else.
    return this.deliver({ kind, to: email, subject, text, html, ...key });
  }
}
