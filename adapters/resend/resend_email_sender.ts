import { AUTOMATIC_MAIL_HEADERS } from "@userharbor/messages";
import {
  checkCredential,
  type DeliveredMail,
  HttpEmailSender,
  type HttpEmailSenderOptions,
  type HttpMailAnswer,
  type HttpMailRequest,
} from "@userharbor/messages/http-sender";

/** What a {@link ResendEmailSender} needs. */
export interface ResendEmailSenderOptions extends HttpEmailSenderOptions {
  /** Starts with `re_`; "Sending access" is enough. */
  readonly apiKey: string;
}

const ENDPOINT = "https://api.resend.com/emails";

/** Another try is under way with the same key: the mail is not lost. */
const UNDER_WAY = "concurrent_idempotent_requests";

/**
 * Sends mail through Resend.
 *
 * Every try of a mail carries the same `Idempotency-Key`, so that a mail that was taken although no answer came is not
 * sent twice.
 *
 * @see {@link https://resend.com/docs/api-reference/emails/send-email | Resend: Send Email}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { ResendEmailSender } from "@userharbor/resend";
 *
 * const emailSender = new ResendEmailSender({
 *   apiKey: "re_123456789",
 *   from: "Lighthouse <accounts@lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 *   fetch: (url) => { // yours leaves this out
 *     assert.equal(url, "https://api.resend.com/emails");
 *     return Promise.resolve(Response.json({ id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" }));
 *   },
 * });
 * await emailSender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * ```
 */
export class ResendEmailSender extends HttpEmailSender {
  readonly #apiKey: string;

  /**
   * Makes one; asks nothing of the service yet.
   *
   * @param options the key, who mails are from, and the words
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(options: ResendEmailSenderOptions) {
    super({ name: "Resend", ownOptions: ["apiKey"] }, options);
    this.#apiKey = checkCredential("apiKey", options.apiKey);
  }

  /** One mail to one address. */
  protected override request({ id, to, subject, text, html }: DeliveredMail): HttpMailRequest {
    const { from, replyTo } = this;
    return {
      url: ENDPOINT,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        "content-type": "application/json",
        "idempotency-key": id,
        // Without one, requests are refused with 403.
        "user-agent": "userharbor",
      },
      body: JSON.stringify({
        from,
        to: [to],
        subject,
        text,
        html,
        ...(replyTo === undefined ? {} : { reply_to: replyTo }),
        headers: AUTOMATIC_MAIL_HEADERS,
      }),
    };
  }

  /** `{ name, message, statusCode }`. */
  protected override reasonOf({ body }: HttpMailAnswer): unknown {
    return typeof body === "object" && body !== null && "name" in body ? body.name : undefined;
  }

  /** Beside what is so everywhere: a mail that another try has not finished with. */
  protected override isRetryable(answer: HttpMailAnswer, reason: unknown): boolean {
    return super.isRetryable(answer, reason) || reason === UNDER_WAY;
  }
}
