import { AUTOMATIC_MAIL_HEADERS } from "@userharbor/messages";
import {
  checkDeliveryOptions,
  type DeliveredMail,
  type DeliveryFailure,
  type DeliveryOptions,
  RetryingEmailSender,
} from "@userharbor/messages/delivery";
import { createTransport, type Transporter } from "nodemailer";
import { readSmtpUrl } from "./_read_smtp_url.ts";

/** What an {@link SmtpEmailSender} needs. */
export interface SmtpEmailSenderOptions extends DeliveryOptions {
  /**
   * `smtps://user:password@host` (port 465) or `smtp://user:password@host` (port 587, STARTTLS); what is special in a
   * name or password is percent-encoded.
   */
  readonly url: string;
  /** PEM of the authorities that may have signed the server's certificate, instead of those the runtime trusts. */
  readonly ca?: string;
  /** The name that the certificate is to be for, where it is not the host of `url`. */
  readonly servername?: string;
  /** How many connections at once, each kept for the next mail: 1 to 100. Default: 5. */
  readonly maxConnections?: number;
  /**
   * True: a server on this very computer need not encrypt, for the mail catchers of development. For any other host it
   * is refused. Default: false.
   */
  readonly allowPlaintext?: boolean;
}

const OWN_OPTIONS = ["url", "ca", "servername", "maxConnections", "allowPlaintext"];

const DEFAULT_CONNECTIONS = 5;
const MAX_CONNECTIONS = 100;

/** Nobody else can listen in on these. */
const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/;

/** As long as the first line of a busy server may take; the whole mail has its own limit. */
const CONNECTION_TIMEOUT_MS = 10_000;

/** Refusals that are not about the moment: the credentials, the server's certificate, the mail. */
const FOR_GOOD = /^(?:EAUTH|ENOAUTH|ETLS|EENVELOPE|EMESSAGE|ECONFIG)$/;

/** Codes with which runtimes refuse a certificate. */
const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_(?:GET|VERIFY)/;

/**
 * Sends mail over SMTP.
 *
 * A connection that is not encrypted, or whose certificate is not the server's, is not used: neither password nor mail
 * go over it. Every try of a mail has the same `Message-ID`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8314 | RFC 8314: Cleartext Considered Obsolete}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { SmtpEmailSender } from "@userharbor/smtp";
 *
 * const emailSender = new SmtpEmailSender({
 *   url: "smtps://accounts%40lighthouse.example:secret@mail.lighthouse.example",
 *   from: "Lighthouse <accounts@lighthouse.example>",
 *   messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
 * });
 * assert.ok(emailSender); // it connects with the first mail
 * emailSender.close(); // when the application ends
 * ```
 */
export class SmtpEmailSender extends RetryingEmailSender {
  readonly #transport: Transporter;

  /**
   * Makes one; connects with the first mail.
   *
   * @param options the server, who mails are from, and the words
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(options: SmtpEmailSenderOptions) {
    checkDeliveryOptions(options, { name: "SMTP", ownOptions: OWN_OPTIONS });
    super("SMTP", options);
    this.#transport = createTransport(transportOptions(options));
  }

  /** Closes the connections that are kept; those in use once their mail is handed over. */
  close(): void {
    this.#transport.close();
  }

  /** One mail to one address. */
  protected override async attempt(
    { id, to, subject, text, html }: DeliveredMail,
    signal: AbortSignal,
  ): Promise<DeliveryFailure | null> {
    const { name = "", address } = this.sender;
    const [, domain] = address.split("@");
    try {
      await this.#transport.sendMail({
        from: { name, address },
        // As an object an address is taken as it is, not parsed for others in it.
        to: { name: "", address: to },
        envelope: { from: address, to: [to] },
        ...(this.replyTo === undefined ? {} : { replyTo: { name: "", address: this.replyTo } }),
        subject,
        text,
        html,
        headers: AUTOMATIC_MAIL_HEADERS,
        messageId: `<${id}@${domain}>`,
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      });
      return null;
    } catch (error) {
      return failureOf(error);
    }
  }
}

function transportOptions(options: SmtpEmailSenderOptions) {
  const { url, ca, servername, maxConnections = DEFAULT_CONNECTIONS, allowPlaintext = false } = options;
  const server = readSmtpUrl(url);
  for (const [name, value] of Object.entries({ ca, servername })) {
    if (value !== undefined && typeof value !== "string") throw new TypeError(`${name} must be a string`);
  }
  if (typeof maxConnections !== "number") throw new TypeError("maxConnections must be a number");
  if (!Number.isInteger(maxConnections) || maxConnections < 1 || maxConnections > MAX_CONNECTIONS) {
    throw new RangeError(`maxConnections must be a whole number from 1 to ${MAX_CONNECTIONS}`);
  }
  if (typeof allowPlaintext !== "boolean") throw new TypeError("allowPlaintext must be a boolean");
  if (allowPlaintext && !LOOPBACK.test(server.host)) {
    throw new RangeError("allowPlaintext is for a server on this very computer alone");
  }
  const { auth, ...place } = server;
  return {
    ...place,
    ...(auth === undefined ? {} : { auth }),
    requireTLS: !allowPlaintext,
    pool: true,
    maxConnections,
    // Trying again is the business of this class, which knows how long a mail may take.
    maxRequeues: 0,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    greetingTimeout: CONNECTION_TIMEOUT_MS,
    tls: {
      minVersion: "TLSv1.2",
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
      ...(servername === undefined ? {} : { servername }),
    },
  } as const;
}

/** Tells the reply and a code, never what the server wrote: it likes to repeat the address. */
function failureOf(error: unknown): DeliveryFailure {
  const { responseCode, code, originalCode, message } = fieldsOf(error);
  if (code === "EABORT") return { reason: "timeout", retryable: true };
  // The library says ESOCKET for a certificate that is refused, as for a connection that broke.
  const reason = [originalCode, code].find((each) => typeof each === "string");
  const told = reason !== undefined && CERTIFICATE.test(reason) ? reason : certificateIn(message) ?? reason;
  const status = typeof responseCode === "number" ? responseCode : undefined;
  if (status !== undefined) return { status, reason: told, retryable: status >= 400 && status < 500 };
  return { reason: told, retryable: told === undefined || !(FOR_GOOD.test(told) || CERTIFICATE.test(told)) };
}

/** Some runtimes refuse a certificate in words alone. */
function certificateIn(message: unknown): string | undefined {
  return typeof message === "string" && /\bcertificate\b/i.test(message) ? "CERTIFICATE" : undefined;
}

interface SmtpErrorFields {
  readonly responseCode?: unknown;
  readonly code?: string;
  readonly originalCode?: string;
  readonly message?: unknown;
}

function fieldsOf(error: unknown): SmtpErrorFields {
  return typeof error === "object" && error !== null ? error : {};
}
