import { checkFunction } from "./_check_options.ts";
import { readJson } from "./_read_json.ts";
import { checkDeliveryOptions, type DeliveryOptions } from "./delivery_options.ts";
import type { HttpMailAnswer, HttpMailRequest, HttpMailService } from "./http_mail.ts";
import { writeMailbox } from "./mailbox.ts";
import { retryAt } from "./retry_at.ts";
import { type DeliveredMail, type DeliveryFailure, RetryingEmailSender } from "./retrying_email_sender.ts";

/** What every sender over HTTP takes, beside what its service needs. */
export interface HttpEmailSenderOptions extends DeliveryOptions {
  /** Makes the requests. Default: the runtime's own. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

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
 * import { type DeliveredMail, HttpEmailSender, type HttpMailRequest } from "@userharbor/messages/http-sender";
 *
 * class PigeonPostSender extends HttpEmailSender {
 *   protected override request({ to, subject, text, html }: DeliveredMail): HttpMailRequest {
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
export abstract class HttpEmailSender extends RetryingEmailSender {
  /** Who the mails are from, as services take it that want one string. */
  protected readonly from: string;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;

  /**
   * Checks what every sender over HTTP takes.
   *
   * @param service its name, and the options that only its sender has
   * @param options everything the caller gave
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor({ name, ownOptions }: HttpMailService, options: HttpEmailSenderOptions) {
    checkDeliveryOptions(options, { name, ownOptions: [...ownOptions, "fetch"] });
    checkFunction("fetch", options.fetch);
    super(name, options);
    this.from = writeMailbox(this.sender);
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /**
   * What the service wants to be asked; called anew for every try. To reject is to fail this try.
   *
   * @param mail whom it goes to and what it says
   */
  protected abstract request(mail: DeliveredMail): HttpMailRequest | Promise<HttpMailRequest>;

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

  /** Asks the service once. */
  protected override async attempt(
    mail: DeliveredMail,
    signal: AbortSignal,
  ): Promise<DeliveryFailure | null> {
    const request = await this.#requestOf(mail);
    if (request === null) return { reason: "no_request", retryable: true };
    signal.throwIfAborted();
    const { url, headers, body } = request;
    // `error` is unknown to some edge runtimes; a redirect that is not followed is no success either.
    const response = await this.#fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    if (response.ok) {
      // The mail is taken: whatever becomes of the rest of the answer, it must not be sent again.
      response.body?.cancel().catch(() => {});
      return null;
    }
    const said = await readJson(response).catch(() => undefined);
    return this.#failureOf({ status: response.status, headers: response.headers, body: said });
  }

  async #requestOf(mail: DeliveredMail): Promise<HttpMailRequest | null> {
    try {
      return await this.request(mail);
    } catch {
      return null; // such as credentials that could not be fetched
    }
  }

  #failureOf(answer: HttpMailAnswer): DeliveryFailure {
    const reason = this.reasonOf(answer);
    return {
      status: answer.status,
      reason: typeof reason === "string" || typeof reason === "number" ? String(reason) : undefined,
      retryable: this.isRetryable(answer, reason),
      retryAt: this.retryAt(answer),
    };
  }
}
