import type { EmailSender } from "@userharbor/core";

/**
 * Stands where the application has its sender, of which a command line knows nothing: it sends no mail, keeps no
 * token, and can say which mails are for the operator to replace.
 */
export class UnsentMail implements EmailSender {
  readonly #kinds: Set<string> = new Set();

  /** What was not sent, each kind once. */
  get kinds(): readonly string[] {
    return [...this.#kinds];
  }

  /** Sends nothing. */
  sendVerification(): Promise<void> {
    return this.#leaveOut("verification");
  }

  /** Sends nothing. */
  sendPasswordReset(): Promise<void> {
    return this.#leaveOut("password_reset");
  }

  /** Sends nothing. */
  sendEmailVerified(): Promise<void> {
    return this.#leaveOut("email_verified");
  }

  /** Sends nothing. */
  sendPasswordChanged(): Promise<void> {
    return this.#leaveOut("password_changed");
  }

  /** Sends nothing. */
  sendAccountDeleted(): Promise<void> {
    return this.#leaveOut("account_deleted");
  }

  /** Sends nothing. */
  sendAddressInUse(): Promise<void> {
    return this.#leaveOut("address_in_use");
  }

  /** Sends nothing. */
  sendEmailChange(): Promise<void> {
    return this.#leaveOut("email_change");
  }

  /** Sends nothing. */
  sendEmailChanged(): Promise<void> {
    return this.#leaveOut("email_changed");
  }

  /** Sends nothing. */
  sendUsernameChanged(): Promise<void> {
    return this.#leaveOut("username_changed");
  }

  /** Sends nothing. */
  sendInvitation(): Promise<void> {
    return this.#leaveOut("invitation");
  }

  #leaveOut(kind: string): Promise<void> {
    this.#kinds.add(kind);
    return Promise.resolve();
  }
}
