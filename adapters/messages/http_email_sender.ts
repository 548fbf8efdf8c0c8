import { backoffSeconds } from "./_backoff.ts";
import { readJson } from "./_read_json.ts";
import { withinSeconds } from "./_within_seconds.ts";
import type { HttpMail, HttpMailAnswer, HttpMailRequest, HttpMailService } from "./http_mail.ts";
import {
  checkHttpSenderOptions,
  DEFAULT_TIMEOUT_SECONDS,
  type HttpEmailSenderOptions,
} from "./http_sender_options.ts";
import { MailNotSentError } from "./mail_not_sent_error.ts";
import { type Mailbox, readMailbox, writeMailbox } from "./mailbox.ts";
import { MessageSender, type OutgoingMail } from "./message_sender.ts";
import { retryAt } from "./retry_at.ts";

/** Why one try failed. */
interface Failure {
  readonly status?: number;
  readonly reason?: string | undefined;
  readonly retryable: boolean;
  readonly retryAt: Date | null;
}

/** Longer than this, one try is taken for lost, so that there is time for another. */
const MAX_ATTEMPT_SECONDS = 10;

const MAX_ATTEMPTS = 3;

/** Statuses of refusals that say nothing about the mail: not yet, too many, or something of the service's own. */
const RETRYABLE = /^(?:408|425|429|5\d\d)$/;

/**
 * A sender over the HTTP API of a mail service, on nothing but `fetch`: the subclass says what its service wants to be
 * asked, and how it words a refusal.
 *
 * A mail is tried 3 times within `timeoutSeconds`, if the service was not reached, was too busy or failed, and not
 * before it wants to be asked again (`Retry-After`). What it refuses is not repeated. Redirects are not followed.
 * What a failure says is a `MailNotSentError`, which holds no secret.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { HttpEmailSender, type HttpMail, type HttpMailRequest } from "@userharbor/messages/http-sender";
 *
 * class PigeonPostSender extends HttpEmailSender {
 *   protected override request({ to, subject, text, html }: HttpMail): HttpMailRequest {
 *     const body = JSON.stringify({ from: this.from, to, subject, text, html });
 *     const headers = { "content-type": "application/json", authorization: "Bearer key" };
 *     return { url: "https://pigeons.example/letters", headers, body };
 *   }
 * }
 *
 * const letters: string[] = [];
 * const sender = new PigeonPostSender({ name: "Pigeon Post", ownOptions: [] }, {
 *   from: "Lighthouse <accounts@lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 *   fetch: (_url, { body }) => {
 *     letters.push(String(body));
 *     return Promise.resolve(new Response(null, { status: 202 }));
 *   },
 * });
 * await sender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * assert.equal(JSON.parse(letters[0] ?? "").to, "ada@example.org");
 * ```
 */
export abstract class HttpEmailSender extends MessageSender {
  /** Who the mails are from, as services take it that want one string. */
  protected readonly from: string;
  /** Who the mails are from, in parts. */
  protected readonly sender: Mailbox;
  /** Where answers go; undefined: to `from`. */
  protected readonly replyTo: string | undefined;
  /** Tells the time. */
  protected readonly clock: () => Date;
  readonly #provider: string;
  readonly #timeoutSeconds: number;
  readonly #onNotSent: ((error: MailNotSentError) => unknown) | undefined;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly #wait: (seconds: number) => Promise<void>;

  /**
   * Checks what every sender over HTTP takes.
   *
   * @param service its name, and the options that only its sender has
   * @param options everything the caller gave
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(service: HttpMailService, options: HttpEmailSenderOptions) {
    checkHttpSenderOptions(options, service);
    super(options.messages);
    const { from, replyTo, onNotSent, fetch, clock, wait } = options;
    this.sender = readMailbox("from", from);
    this.from = writeMailbox(this.sender);
    this.replyTo = replyTo === undefined ? undefined : readMailbox("replyTo", replyTo).address;
    this.clock = clock ?? (() => new Date());
    this.#provider = service.name;
    this.#timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    this.#onNotSent = onNotSent;
    this.#fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
    this.#wait = wait ?? ((seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000)));
  }

  /**
   * What the service wants to be asked; called anew for every try. To reject is to fail this try.
   *
   * @param mail whom it goes to and what it says
   */
  protected abstract request(mail: HttpMail): HttpMailRequest | Promise<HttpMailRequest>;

  /**
   * Reads the service's own code for a refusal, if it has such.
   *
   * @param answer what the service said
   * @returns a word without spaces; whatever else it is, is not told
   */
  protected reasonOf(_answer: HttpMailAnswer): unknown {
    return undefined;
  }

  /**
   * Whether the same mail may well be taken later.
   *
   * @param answer what the service said
   * @param reason what {@link reasonOf} read
   */
  protected isRetryable({ status }: HttpMailAnswer, _reason: unknown): boolean {
    return RETRYABLE.test(String(status));
  }

  /**
   * Reads when the service wants to be asked again.
   *
   * @param answer what the service said
   */
  protected retryAt({ headers }: HttpMailAnswer): Date | null {
    return retryAt(headers, this.clock());
  }

  /** Tries until the service took the mail, or there is no point or no time left. */
  protected override async deliver(outgoing: OutgoingMail): Promise<void> {
    const mail: HttpMail = { ...outgoing, id: crypto.randomUUID() };
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

  async #attempt(mail: HttpMail, seconds: number): Promise<Failure | null> {
    let isAsked = false;
    try {
      return await withinSeconds(seconds, async (signal) => {
        const { url, headers, body } = await this.request(mail);
        isAsked = true;
        signal.throwIfAborted();
        // `error` is unknown to some edge runtimes; a redirect that is not followed is no success either.
        const init: RequestInit = { method: "POST", headers, body, redirect: "manual", signal };
        const response = await this.#fetch(url, init);
        if (response.ok) {
          await response.body?.cancel();
          return null;
        }
        const said = await readJson(response);
        return this.#failureOf({ status: response.status, headers: response.headers, body: said });
      });
    } catch (error) {
      // What fetch rejects with may name what was sent, so no more of it is told than a code.
      return { reason: isAsked ? networkReason(error) : "no_request", retryable: true, retryAt: null };
    }
  }

  #failureOf(answer: HttpMailAnswer): Failure {
    const reason = this.reasonOf(answer);
    return {
      status: answer.status,
      reason: typeof reason === "string" || typeof reason === "number" ? String(reason) : undefined,
      retryable: this.isRetryable(answer, reason),
      retryAt: this.retryAt(answer),
    };
  }

  #pauseAfter({ retryAt }: Failure, attempts: number): number {
    const own = backoffSeconds(attempts);
    if (retryAt === null) return own;
    return Math.max(own, (retryAt.getTime() - this.clock().getTime()) / 1_000);
  }

  #notSent({ status, reason, retryable }: Failure, attempts: number): MailNotSentError {
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

/** The code that runtimes give to what went wrong on the way, at whatever depth they put it. */
function networkReason(error: unknown): string {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    if ("code" in each && typeof each.code === "string") return each.code;
    if (/^(?:Timeout|Abort)Error$/.test(each.name)) return "timeout";
  }
  return "network";
}
