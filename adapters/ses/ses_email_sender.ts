import { AUTOMATIC_MAIL_HEADERS } from "@userharbor/messages";
import {
  checkCredential,
  type DeliveredMail,
  HttpEmailSender,
  type HttpEmailSenderOptions,
  type HttpMailAnswer,
  type HttpMailRequest,
} from "@userharbor/messages/http-sender";
import { encodedWords } from "./_encoded_words.ts";
import { signRequest } from "./_sign_request.ts";

/** A key of AWS. */
export interface SesCredentials {
  /** Starts with `AKIA`, or with `ASIA` if it is lent for a while. */
  readonly accessKeyId: string;
  /** The key itself; never sent. */
  readonly secretAccessKey: string;
  /** Goes with a key that is lent for a while. */
  readonly sessionToken?: string | undefined;
}

/** What a {@link SesEmailSender} needs. */
export interface SesEmailSenderOptions extends HttpEmailSenderOptions {
  /** A key that may `ses:SendEmail`, or what fetches one that is lent for a while; asked before every try. */
  readonly credentials: SesCredentials | (() => SesCredentials | Promise<SesCredentials>);
  /** Where your identity was verified, such as `eu-central-1`. */
  readonly region: string;
  /** The configuration set that mails go through, for events of bounces. Default: that of the identity. */
  readonly configurationSetName?: string;
}

const PATH = "/v2/email/outbound-emails";

const CHARSET = "UTF-8";

/**
 * Sends mail through Amazon SES.
 *
 * Links in the HTML carry `ses:no-track`, so that they are led past nobody even where a configuration set tracks
 * clicks.
 *
 * @see {@link https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html | Amazon SES: SendEmail}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { SesEmailSender } from "@userharbor/ses";
 *
 * const emailSender = new SesEmailSender({
 *   credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
 *   region: "eu-central-1",
 *   from: "Lighthouse <accounts@lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 *   fetch: (url) => { // yours leaves this out
 *     assert.equal(url, "https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails");
 *     return Promise.resolve(Response.json({ MessageId: "0107018e" }));
 *   },
 * });
 * await emailSender.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
 * ```
 */
export class SesEmailSender extends HttpEmailSender {
  readonly #credentials: () => SesCredentials | Promise<SesCredentials>;
  readonly #region: string;
  readonly #configurationSetName: string | undefined;

  /**
   * Makes one; asks nothing of the service yet.
   *
   * @param options the key, the region, who mails are from, and the words
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(options: SesEmailSenderOptions) {
    const ownOptions = ["credentials", "region", "configurationSetName"];
    super({ name: "Amazon SES", ownOptions }, options);
    const { credentials, region, configurationSetName } = options;
    if (typeof credentials !== "function") checkCredentials(credentials);
    this.#credentials = typeof credentials === "function" ? credentials : () => credentials;
    if (typeof region !== "string") throw new TypeError("region must be given: such as eu-central-1");
    if (!/^[a-z]{2,}(?:-[a-z]+)+-\d$/.test(region)) {
      throw new RangeError("region must be a region of AWS, such as eu-central-1");
    }
    this.#region = region;
    this.#configurationSetName = configurationSetName === undefined
      ? undefined
      : checkCredential("configurationSetName", configurationSetName);
  }

  /** One mail to one address, signed for this very instant. */
  protected override async request({ to, subject, text, html }: DeliveredMail): Promise<HttpMailRequest> {
    const credentials = checkCredentials(await this.#credentials());
    const url = `https://email.${this.#region}.${partitionOf(this.#region)}${PATH}`;
    const body = JSON.stringify({
      FromEmailAddress: this.#fromInAscii(),
      Destination: { ToAddresses: [withAsciiDomain(to)] },
      ...(this.replyTo === undefined ? {} : { ReplyToAddresses: [this.replyTo] }),
      Content: {
        Simple: {
          Subject: { Data: subject, Charset: CHARSET },
          Body: {
            Text: { Data: text, Charset: CHARSET },
            Html: { Data: html.replace(/<a\s/gi, "<a ses:no-track "), Charset: CHARSET },
          },
          Headers: Object.entries(AUTOMATIC_MAIL_HEADERS).map(([Name, Value]) => ({ Name, Value })),
        },
      },
      ...(this.#configurationSetName === undefined
        ? {}
        : { ConfigurationSetName: this.#configurationSetName }),
    });
    const unsigned = { url, headers: { "content-type": "application/json" }, body };
    const signer = { ...credentials, region: this.#region, service: "ses", at: this.clock() };
    return { url, headers: await signRequest(unsigned, signer), body };
  }

  /** In a header; what stands behind a colon in it is an address of no use. */
  protected override reasonOf({ headers }: HttpMailAnswer): unknown {
    return headers.get("x-amzn-errortype")?.split(":", 1)[0];
  }

  /** The service takes a name in encoded words only. */
  #fromInAscii(): string {
    const { name = "", address } = this.sender;
    return /[^ -~]/.test(name) ? `${encodedWords(name)} <${address}>` : this.from;
  }
}

function checkCredentials(credentials: SesCredentials): SesCredentials {
  if (typeof credentials !== "object" || credentials === null) {
    throw new TypeError("credentials must be given: an object, or a function that answers with one");
  }
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    accessKeyId: checkCredential("credentials.accessKeyId", accessKeyId),
    secretAccessKey: checkCredential("credentials.secretAccessKey", secretAccessKey),
    sessionToken: sessionToken === undefined
      ? undefined
      : checkCredential("credentials.sessionToken", sessionToken),
  };
}

function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

/** The service takes domains in the form that DNS has them in. */
function withAsciiDomain(address: string): string {
  const [localPart = "", domain = ""] = address.split("@");
  return /[^ -~]/.test(domain) ? `${localPart}@${new URL(`http://${domain}`).hostname}` : address;
}
