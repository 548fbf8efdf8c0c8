import { backoffSeconds } from "./_backoff.ts";
import { withinSeconds } from "./_within_seconds.ts";
import { DEFAULT_TIMEOUT_SECONDS, type DeliveryOptions } from "./delivery_options.ts";
import { MailNotSentError } from "./mail_not_sent_error.ts";
import { type Mailbox, readMailbox } from "./mailbox.ts";
import { MessageSender, type OutgoingMail } from "./message_sender.ts";

/** A mail on its way to a service. */
export interface DeliveredMail extends OutgoingMail {
  /** Names this mail, the same at every try, and each time an outbox sends it again: what repetitions are told by. */
  readonly id: string;
}

/** Why one try failed. */
export interface DeliveryFailure {
  /** The HTTP status, or the SMTP reply; absent: there was no answer. */
  readonly status?: number | undefined;
  /** The service's own code; whatever else it is, is not told. */
  readonly reason?: string | undefined;
  /** Whether the same mail may well be taken later. */
  readonly retryable: boolean;
  /** When the service wants to be asked again; absent: it does not say. */
  readonly retryAt?: Date | null;
}

/** Longer than this, one try is taken for lost, so that there is time for another. */
const MAX_ATTEMPT_SECONDS = 10;

const MAX_ATTEMPTS = 3;

/**
 * A sender that tries again: the subclass says how one try to hand a mail over is made, and what came of it.
 *
 * A mail is tried 3 times within `timeoutSeconds`, if that may help, and not before the service wants to be asked
 * again. What a failure says is a `MailNotSentError`, which holds no secret.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { type DeliveredMail, type DeliveryFailure, RetryingEmailSender } from "@userharbor/messages/delivery";
 *
 * const tries: string[] = [];
 * class PigeonSender extends RetryingEmailSender {
 *   protected override attempt({ id }: DeliveredMail): Promise<DeliveryFailure | null> {
 *     tries.push(id);
 *     return Promise.resolve(tries.length === 1 ? { reason: "hawk", retryable: true } : null);
 *   }
 * }
 *
 * const sender = new PigeonSender("Pigeon Post", {
 *   from: "Lighthouse <accounts@lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 *   wait: () => Promise.resolve(), // yours leaves this out
 * });
 * await sender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * assert.equal(tries.length, 2);
 * assert.equal(tries[0], tries[1]);
 * ```
 */
export abstract class RetryingEmailSender extends MessageSender {
  /** Who the mails are from. */
  protected readonly sender: Mailbox;
  /** Where answers go; undefined: to the sender. */
  protected readonly replyTo: string | undefined;
  /** Tells the time. */
  protected readonly clock: () => Date;
  readonly #provider: string;
  readonly #timeoutSeconds: number;
  readonly #onNotSent: ((error: MailNotSentError) => unknown) | undefined;
  readonly #wait: (seconds: number) => Promise<void>;

  /**
   * Takes options that {@link checkDeliveryOptions} has let pass.
   *
   * @param provider what people call the service
   * @param options what every sender takes
   * @throws {TypeError} naming the option that is missing
   * @throws {RangeError} naming the option that is no mailbox
   */
  constructor(provider: string, options: DeliveryOptions) {
    super(options.messages);
    const { from, replyTo, timeoutSeconds, onNotSent, clock, wait } = options;
    this.sender = readMailbox("from", from);
    this.replyTo = replyTo === undefined ? undefined : readMailbox("replyTo", replyTo).address;
    this.clock = clock ?? (() => new Date());
    this.#provider = provider;
    this.#timeoutSeconds = timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    this.#onNotSent = onNotSent;
    this.#wait = wait ?? ((seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000)));
  }

  /**
   * Tries to hand a mail over, once. A rejection is a failure on the way, of which no more is told than a code.
   *
   * @param mail whom it goes to and what it says
   * @param signal aborts when the time for this try is over
   * @returns null when it was taken
   */
  protected abstract attempt(mail: DeliveredMail, signal: AbortSignal): Promise<DeliveryFailure | null>;

  /** Tries until the service took the mail, or there is no point or no time left. */
  protected override async deliver(outgoing: OutgoingMail): Promise<void> {
    const mail: DeliveredMail = { ...outgoing, id: checkKey(outgoing.idempotencyKey ?? crypto.randomUUID()) };
    const startedAt = this.clock().getTime();
    const secondsLeft = () => this.#timeoutSeconds - (this.clock().getTime() - startedAt) / 1_000;
    for (let attempts = 1;; attempts++) {
      const failure = await this.#attempt(mail, Math.min(secondsLeft(), MAX_ATTEMPT_SECONDS));
      if (failure === null) return;
      const pause = this.#pauseAfter(failure, attempts);
      if (!failure.retryable || attempts === MAX_ATTEMPTS || pause >= secondsLeft()) {
        throw this.#notSent(failure, attempts);
      }
      await this.#wait(pause);
    }
  }

  async #attempt(mail: DeliveredMail, seconds: number): Promise<DeliveryFailure | null> {
    try {
      return await withinSeconds(seconds, (signal) => this.attempt(mail, signal));
    } catch (error) {
      return { reason: networkReason(error), retryable: true };
    }
  }

  #pauseAfter({ retryAt = null }: DeliveryFailure, attempts: number): number {
    const own = backoffSeconds(attempts);
    if (retryAt === null) return own;
    return Math.max(own, (retryAt.getTime() - this.clock().getTime()) / 1_000);
  }

  #notSent({ status, reason, retryable }: DeliveryFailure, attempts: number): MailNotSentError {
    const error = new MailNotSentError({ provider: this.#provider, status, reason, retryable, attempts });
    try {
      const answer = this.#onNotSent?.(error);
      // A listener may be async although nobody waits for it; its rejection must not end the process.
      if (answer instanceof Promise) answer.catch(() => {});
    } catch {
      // Whoever listens decides nothing about the mail.
    }
    return error;
  }
}

/** It goes into headers as it is. */
function checkKey(key: string): string {
  if (/^[\w-]{1,64}$/.test(key)) return key;
  throw new RangeError("idempotencyKey must be 1 to 64 letters, digits, underscores and hyphens");
}

/** The code that runtimes give to what went wrong on the way, at whatever depth they put it. */
function networkReason(error: unknown): string {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    if ("code" in each && typeof each.code === "string") return each.code;
    if (/^(?:Timeout|Abort)Error$/.test(each.name)) return "timeout";
  }
  return "network";
}
