import { AUTOMATIC_MAIL_HEADERS } from "@userharbor/messages";
import {
  checkCredential,
  type DeliveredMail,
  HttpEmailSender,
  type HttpEmailSenderOptions,
  type HttpMailAnswer,
  type HttpMailRequest,
} from "@userharbor/messages/http-sender";

/** What a {@link SendGridEmailSender} needs. */
export interface SendGridEmailSenderOptions extends HttpEmailSenderOptions {
  /** Starts with `SG.`; "Mail Send" is enough. */
  readonly apiKey: string;
  /** `eu` for subusers that are pinned to the EU. Default: `global`. */
  readonly region?: "global" | "eu";
}

const ENDPOINTS: ReadonlyMap<string, string> = new Map([
  ["global", "https://api.sendgrid.com/v3/mail/send"],
  ["eu", "https://api.eu.sendgrid.com/v3/mail/send"],
]);

/** Each of these is on by default in some account, and would lead links past others or write into the mail. */
const NO_TRACKING = {
  click_tracking: { enable: false, enable_text: false },
  open_tracking: { enable: false },
  subscription_tracking: { enable: false },
  ganalytics: { enable: false },
};

/**
 * Sends mail through Twilio SendGrid, with all tracking off: no link passes by anybody else.
 *
 * @see {@link https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send | SendGrid: Mail Send}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { SendGridEmailSender } from "@userharbor/sendgrid";
 *
 * const emailSender = new SendGridEmailSender({
 *   apiKey: "SG.123456789",
 *   from: "Lighthouse <accounts@lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 *   fetch: (url) => { // yours leaves this out
 *     assert.equal(url, "https://api.sendgrid.com/v3/mail/send");
 *     return Promise.resolve(new Response(null, { status: 202 }));
 *   },
 * });
 * await emailSender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * ```
 */
export class SendGridEmailSender extends HttpEmailSender {
  readonly #apiKey: string;
  readonly #endpoint: string;

  /**
   * Makes one; asks nothing of the service yet.
   *
   * @param options the key, who mails are from, and the words
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(options: SendGridEmailSenderOptions) {
    super({ name: "SendGrid", ownOptions: ["apiKey", "region"] }, options);
    this.#apiKey = checkCredential("apiKey", options.apiKey);
    const endpoint = ENDPOINTS.get(options.region ?? "global");
    if (endpoint === undefined) throw new RangeError('region must be "global" or "eu"');
    this.#endpoint = endpoint;
  }

  /** One mail to one address; the plain text first, as the service asks for. */
  protected override request({ to, subject, text, html }: DeliveredMail): HttpMailRequest {
    const { sender: { name, address }, replyTo } = this;
    return {
      url: this.#endpoint,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${this.#apiKey}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        personalizations: [{ to: [{ email: to }] }],
        from: name === undefined ? { email: address } : { email: address, name },
        ...(replyTo === undefined ? {} : { reply_to: { email: replyTo } }),
        subject,
        content: [{ type: "text/plain", value: text }, { type: "text/html", value: html }],
        headers: AUTOMATIC_MAIL_HEADERS,
        tracking_settings: NO_TRACKING,
      }),
    };
  }

  /** `{ errors: [{ field, message }] }`: there is no code, so what can be told is which field was refused. */
  protected override reasonOf({ body }: HttpMailAnswer): unknown {
    if (typeof body !== "object" || body === null || !("errors" in body)) return undefined;
    const first: unknown = Array.isArray(body.errors) ? body.errors[0] : undefined;
    const field = typeof first === "object" && first !== null && "field" in first ? first.field : undefined;
    return field === "null" ? undefined : field;
  }

  /** Beside `Retry-After`: `X-RateLimit-Reset`, in seconds since 1970. */
  protected override retryAt(answer: HttpMailAnswer): Date | null {
    const reset = answer.status === 429 ? answer.headers.get("x-ratelimit-reset") ?? "" : "";
    return super.retryAt(answer) ?? (/^\d{1,11}$/.test(reset) ? new Date(Number(reset) * 1_000) : null);
  }
}
