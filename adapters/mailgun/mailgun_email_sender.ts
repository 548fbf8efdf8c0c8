import { AUTOMATIC_MAIL_HEADERS } from "@userharbor/messages";
import {
  checkCredential,
  type DeliveredMail,
  HttpEmailSender,
  type HttpEmailSenderOptions,
  type HttpMailRequest,
} from "@userharbor/messages/http-sender";

/** What a {@link MailgunEmailSender} needs. */
export interface MailgunEmailSenderOptions extends HttpEmailSenderOptions {
  /** A sending key of the domain is enough. */
  readonly apiKey: string;
  /** The domain that mails are sent through, such as `mg.example.org`. */
  readonly domain: string;
  /** Where that domain was added: `us` or `eu`. Default: `us`. */
  readonly region?: "us" | "eu";
}

const ORIGINS: ReadonlyMap<string, string> = new Map([
  ["us", "https://api.mailgun.net"],
  ["eu", "https://api.eu.mailgun.net"],
]);

const DOMAIN = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/i;

/**
 * Sends mail through Mailgun, with the tracking of opens and clicks off: no link passes by anybody else.
 *
 * @see {@link https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages/post-v3--domain-name--messages | Mailgun: Send an email}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MailgunEmailSender } from "@userharbor/mailgun";
 * import { createMessages } from "@userharbor/messages";
 *
 * const emailSender = new MailgunEmailSender({
 *   apiKey: "key-123456789",
 *   domain: "mg.lighthouse.example",
 *   from: "Lighthouse <accounts@mg.lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 *   fetch: (url) => { // yours leaves this out
 *     assert.equal(url, "https://api.mailgun.net/v3/mg.lighthouse.example/messages");
 *     return Promise.resolve(Response.json({ id: "<1@mg.lighthouse.example>", message: "Queued. Thank you." }));
 *   },
 * });
 * await emailSender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * ```
 */
export class MailgunEmailSender extends HttpEmailSender {
  readonly #authorization: string;
  readonly #endpoint: string;

  /**
   * Makes one; asks nothing of the service yet.
   *
   * @param options the key, the domain, who mails are from, and the words
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(options: MailgunEmailSenderOptions) {
    super({ name: "Mailgun", ownOptions: ["apiKey", "domain", "region"] }, options);
    const { apiKey, domain, region = "us" } = options;
    this.#authorization = `Basic ${btoa(`api:${checkCredential("apiKey", apiKey)}`)}`;
    if (typeof domain !== "string") throw new TypeError("domain must be given: such as mg.example.org");
    if (!DOMAIN.test(domain)) throw new RangeError("domain must be a domain, such as mg.example.org");
    const origin = ORIGINS.get(region);
    if (origin === undefined) throw new RangeError('region must be "us" or "eu"');
    this.#endpoint = `${origin}/v3/${domain}/messages`;
  }

  /** One mail to one address. */
  protected override request({ to, subject, text, html }: DeliveredMail): HttpMailRequest {
    const { from, replyTo } = this;
    const fields: Readonly<Record<string, string>> = {
      from,
      to,
      subject,
      text,
      html,
      "o:tracking": "no",
      "o:tracking-clicks": "no",
      "o:tracking-opens": "no",
      ...(replyTo === undefined ? {} : { "h:Reply-To": replyTo }),
    };
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    for (const [name, value] of Object.entries(AUTOMATIC_MAIL_HEADERS)) body.append(`h:${name}`, value);
    return {
      url: this.#endpoint,
      headers: { accept: "application/json", authorization: this.#authorization },
      body,
    };
  }
}
