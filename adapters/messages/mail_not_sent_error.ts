/** What is known of a mail that was not handed over. */
export interface MailNotSentDetails {
  /** Who was to take it, such as `Resend`. */
  readonly provider: string;
  /** The HTTP status, or the SMTP reply; absent: there was no answer, or none in time. */
  readonly status?: number | undefined;
  /** The provider's own code for it, or what the network said: a word without spaces. */
  readonly reason?: string | undefined;
  /** Whether the same mail may well be taken later. */
  readonly retryable: boolean;
  /** How often it was tried. */
  readonly attempts: number;
}

/** A code as providers write them. Shorter than a token, and no address fits. */
const REASON = /^[A-Za-z0-9_.-]{1,40}$/;

/**
 * A mail was not handed over.
 *
 * Holds no token, address, password or key, and none of the provider's own sentences, which may quote them: it may
 * be logged. A harbor turns it into an event.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MailNotSentError } from "@userharbor/messages";
 *
 * const details = { provider: "Resend", status: 429, reason: "rate_limit_exceeded", retryable: true, attempts: 3 };
 * const error = new MailNotSentError(details);
 * assert.equal(error.message, "Cannot hand the mail over: Resend answered 429 (rate_limit_exceeded)");
 * ```
 */
export class MailNotSentError extends Error {
  /** Fixed, so that events and logs name it alike wherever it comes from. */
  override readonly name: "MailNotSentError" = "MailNotSentError";
  /** See {@link MailNotSentDetails.provider}. */
  readonly provider: string;
  /** See {@link MailNotSentDetails.status}. */
  readonly status: number | undefined;
  /** See {@link MailNotSentDetails.reason}; undefined when it was none that can be told. */
  readonly reason: string | undefined;
  /** See {@link MailNotSentDetails.retryable}. */
  readonly retryable: boolean;
  /** See {@link MailNotSentDetails.attempts}. */
  readonly attempts: number;

  /**
   * Makes one; a `reason` that could hold a secret is left out.
   *
   * @param details what is known of it
   */
  constructor({ provider, status, reason, retryable, attempts }: MailNotSentDetails) {
    const told = reason !== undefined && REASON.test(reason) ? reason : undefined;
    const answer = status === undefined ? "gave no answer" : `answered ${status}`;
    super(`Cannot hand the mail over: ${provider} ${answer}${told === undefined ? "" : ` (${told})`}`);
    this.provider = provider;
    this.status = status;
    this.reason = told;
    this.retryable = retryable;
    this.attempts = attempts;
  }
}
