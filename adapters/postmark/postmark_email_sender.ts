import { AUTOMATIC_MAIL_HEADERS } from "@userharbor/messages";
import {
  checkCredential,
  type DeliveredMail,
  HttpEmailSender,
  type HttpEmailSenderOptions,
  type HttpMailAnswer,
  type HttpMailRequest,
} from "@userharbor/messages/http-sender";

/** What a {@link PostmarkEmailSender} needs. */
export interface PostmarkEmailSenderOptions extends HttpEmailSenderOptions {
  /** The token of a server, not of the account. `POSTMARK_API_TEST` checks mails and sends none. */
  readonly serverToken: string;
  /** The stream that mails go through; one for transactional mail. Default: `outbound`, which every server has. */
  readonly messageStream?: string;
}

const ENDPOINT = "https://api.postmarkapp.com/email";

/**
 * Sends mail through Postmark, with the tracking of opens and links off: no link passes by anybody else.
 *
 * @see {@link https://postmarkapp.com/developer/user-guide/send-email-with-api | Postmark: Sending email with API}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { PostmarkEmailSender } from "@userharbor/postmark";
 *
 * const emailSender = new PostmarkEmailSender({
 *   serverToken: "POSTMARK_API_TEST",
 *   from: "Lighthouse <accounts@lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 *   fetch: (url) => { // yours leaves this out
 *     assert.equal(url, "https://api.postmarkapp.com/email");
 *     return Promise.resolve(Response.json({ ErrorCode: 0, Message: "OK" }));
 *   },
 * });
 * await emailSender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * ```
 */
export class PostmarkEmailSender extends HttpEmailSender {
  readonly #serverToken: string;
  readonly #messageStream: string;

  /**
   * Makes one; asks nothing of the service yet.
   *
   * @param options the token, who mails are from, and the words
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(options: PostmarkEmailSenderOptions) {
    super({ name: "Postmark", ownOptions: ["serverToken", "messageStream"] }, options);
    this.#serverToken = checkCredential("serverToken", options.serverToken);
    this.#messageStream = checkCredential("messageStream", options.messageStream ?? "outbound");
  }

  /** One mail to one address. */
  protected override request({ to, subject, text, html }: DeliveredMail): HttpMailRequest {
    const { from, replyTo } = this;
    return {
      url: ENDPOINT,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "x-postmark-server-token": this.#serverToken,
      },
      body: JSON.stringify({
        From: from,
        To: to,
        ...(replyTo === undefined ? {} : { ReplyTo: replyTo }),
        Subject: subject,
        TextBody: text,
        HtmlBody: html,
        MessageStream: this.#messageStream,
        TrackOpens: false,
        TrackLinks: "None",
        Headers: Object.entries(AUTOMATIC_MAIL_HEADERS).map(([Name, Value]) => ({ Name, Value })),
      }),
    };
  }

  /** `{ ErrorCode, Message }`. */
  protected override reasonOf({ body }: HttpMailAnswer): unknown {
    return typeof body === "object" && body !== null && "ErrorCode" in body ? body.ErrorCode : undefined;
  }
}
