import type {
  EmailChangeMessage,
  EmailSender,
  PasswordResetMessage,
  UserMessage,
  UsernameChangedMessage,
  VerificationMessage,
} from "@userharbor/core";

/** How the mail service is reached, and where the links in the mails lead. */
export interface HttpEmailSenderOptions {
  /** Takes `{ from, to, subject, text }` as JSON. */
  readonly endpoint: string;
  /** Sent as a bearer token. */
  readonly apiKey: string;
  /** Such as `Example <accounts@example.org>`. */
  readonly from: string;
  /** The page that posts the verification token. */
  readonly verificationPage: string;
  /** The page that posts the reset token with a new password. */
  readonly passwordResetPage: string;
  /** The page that posts the token of a new address. */
  readonly emailChangePage: string;
}

/** Why a mail was not handed over. Holds no token, no address, no key, and not the service's own words. */
export class MailServiceError extends Error {
  override readonly name: "MailServiceError" = "MailServiceError";
  /** What the service answered; undefined: nothing, or not in time. */
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    super(`Cannot hand the mail over: the service answered ${status ?? "nothing"}`);
    this.status = status;
  }
}

interface Content {
  readonly subject: string;
  readonly lines: readonly string[];
}

/** How long the service may take. Nobody waits for it, but a stalled connection should not stay forever. */
const TIMEOUT_MS = 10_000;

/** Sends mail through the HTTP API of a mail service. */
export class HttpEmailSender implements EmailSender {
  readonly #options: HttpEmailSenderOptions;

  constructor(options: HttpEmailSenderOptions) {
    this.#options = options;
  }

  sendVerification({ verificationToken, ...message }: VerificationMessage): Promise<void> {
    const link = withToken(this.#options.verificationPage, verificationToken);
    return this.#send(message, {
      subject: "Is this your address?",
      lines: [
        `The account "${message.username}" was registered with this address. If that was you, open`,
        link,
        "If not, ignore this mail.",
      ],
    });
  }

  sendPasswordReset({ resetToken, ...message }: PasswordResetMessage): Promise<void> {
    const link = withToken(this.#options.passwordResetPage, resetToken);
    return this.#send(message, {
      subject: "A new password",
      lines: [
        `To set a new password for the account "${message.username}", open`,
        link,
        "If you did not ask for it, ignore this mail: nothing changes.",
      ],
    });
  }

  sendEmailVerified(message: UserMessage): Promise<void> {
    return this.#send(message, {
      subject: "Welcome",
      lines: [`The account "${message.username}" is ready.`],
    });
  }

  sendPasswordChanged(message: UserMessage): Promise<void> {
    return this.#send(message, {
      subject: "Your password was changed",
      lines: [
        `The password of the account "${message.username}" was changed. If that was not you, reset it now.`,
      ],
    });
  }

  sendAccountDeleted(message: UserMessage): Promise<void> {
    return this.#send(message, {
      subject: "Your account was deleted",
      lines: [`"${message.username}" is gone.`],
    });
  }

  sendAddressInUse(message: UserMessage): Promise<void> {
    return this.#send(message, {
      subject: "You have an account already",
      lines: [
        `Somebody asked for this address, which belongs to the account "${message.username}".`,
      ],
    });
  }

  sendEmailChange({ emailChangeToken, ...message }: EmailChangeMessage): Promise<void> {
    const link = withToken(this.#options.emailChangePage, emailChangeToken);
    return this.#send(message, {
      subject: "Is this your new address?",
      lines: [
        `To have mail for the account "${message.username}" come to this address, open`,
        link,
        "If that is not your account, ignore this mail: nothing changes.",
      ],
    });
  }

  sendEmailChanged(message: UserMessage): Promise<void> {
    return this.#send(message, {
      subject: "Your address was changed",
      lines: [
        `The account "${message.username}" has another address now. If that was not you, write to us at once.`,
      ],
    });
  }

  sendUsernameChanged({ earlierUsername, ...message }: UsernameChangedMessage): Promise<void> {
    return this.#send(message, {
      subject: "Your username was changed",
      lines: [
        `"${earlierUsername}" is called "${message.username}" now. If that was not you, reset the password now.`,
      ],
    });
  }

  async #send({ email }: UserMessage, { subject, lines }: Content): Promise<void> {
    const { endpoint, apiKey, from } = this.#options;
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ from, to: [email], subject, text: lines.join("\n\n") }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined); // what fetch rejects with may name what was sent
    await response?.body?.cancel();
    if (response?.ok !== true) throw new MailServiceError(response?.status);
  }
}

function withToken(page: string, token: string): string {
  const link = new URL(page);
  link.searchParams.set("token", token);
  return link.href;
}
