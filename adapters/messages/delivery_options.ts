import { checkFunction, checkOptionNames } from "./_check_options.ts";
import type { MailNotSentError } from "./mail_not_sent_error.ts";
import type { Messages } from "./messages.ts";

/** What every sender takes, beside what its service needs. */
export interface DeliveryOptions {
  /** Who the mails are from: `Example <accounts@example.org>`, or the address alone. */
  readonly from: string;
  /** The words, such as `createMessages` makes them. */
  readonly messages: Messages;
  /** Where answers go, if not to `from`. */
  readonly replyTo?: string;
  /** How long one mail may take with everything, retries included: 0.01 to 300 seconds. Default: 25. */
  readonly timeoutSeconds?: number;
  /** Told of every mail that was not handed over: of the event it becomes, this has the details. */
  readonly onNotSent?: (error: MailNotSentError) => unknown;
  /** Tells the time. Default: the computer's. */
  readonly clock?: () => Date;
  /** Pauses before another try. Default: a timer. */
  readonly wait?: (seconds: number) => Promise<void>;
}

const NAMES = ["from", "messages", "replyTo", "timeoutSeconds", "onNotSent", "clock", "wait"];

/** Workers go on for 30 s after the answer, and every service answers sooner. */
export const DEFAULT_TIMEOUT_SECONDS = 25;

/** What a timer measures. */
const MIN_TIMEOUT_SECONDS = 0.01;

/** A mail that takes longer is not on its way to anybody who waits. */
const MAX_TIMEOUT_SECONDS = 300;

/**
 * Checks what every sender takes, but for the mailboxes and the words.
 *
 * @param options what the caller gave
 * @param service its name, and the options that only its sender has
 * @throws {TypeError} naming the option that does not exist or has the wrong type
 * @throws {RangeError} naming the option that is out of range
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createMessages } from "@userharbor/messages";
 * import { checkDeliveryOptions } from "@userharbor/messages/delivery";
 *
 * const messages = createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" });
 * const options = { from: "accounts@lighthouse.example", messages, timeoutSeconds: 0 };
 * assert.throws(() => checkDeliveryOptions(options, { name: "Pigeon Post", ownOptions: [] }), RangeError);
 * ```
 */
export function checkDeliveryOptions(
  options: DeliveryOptions,
  { name, ownOptions }: { readonly name: string; readonly ownOptions: readonly string[] },
): void {
  checkOptionNames(options, { known: [...ownOptions, ...NAMES], of: `the sender over ${name}` });
  const { onNotSent, clock, wait, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options;
  for (const [option, value] of Object.entries({ onNotSent, clock, wait })) checkFunction(option, value);
  if (typeof timeoutSeconds !== "number") throw new TypeError("timeoutSeconds must be a number");
  if (!(timeoutSeconds >= MIN_TIMEOUT_SECONDS && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
    throw new RangeError(`timeoutSeconds must be from ${MIN_TIMEOUT_SECONDS} to ${MAX_TIMEOUT_SECONDS}`);
  }
}
