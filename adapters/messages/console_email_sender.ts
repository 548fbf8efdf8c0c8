import type { Finding } from "@userharbor/core";
import { checkFunction, checkOptionNames } from "./_check_options.ts";
import { MessageSender, type OutgoingMail } from "./message_sender.ts";
import type { Messages } from "./messages.ts";

/** What a {@link ConsoleEmailSender} prints, and where. */
export interface ConsoleEmailSenderOptions {
  /** The words. */
  readonly messages: Messages;
  /** Takes one whole mail. Default: `console.log`. */
  readonly write?: (mail: string) => void;
}

/**
 * Prints mails instead of sending them, links and all: for development alone. `harbor.diagnose()` says so.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ConsoleEmailSender, createMessages } from "@userharbor/messages";
 *
 * const messages = createMessages({ appName: "Lighthouse", baseUrl: "http://localhost:8000" });
 * const mails: string[] = [];
 * const sender = new ConsoleEmailSender({ messages, write: (mail) => mails.push(mail) });
 * await sender.sendAccountDeleted({ username: "ada", email: "ada@example.org" });
 * assert.match(mails[0] ?? "", /^To: ada@example\.org\nSubject: Your account at Lighthouse was deleted\n/);
 * ```
 */
export class ConsoleEmailSender extends MessageSender {
  readonly #write: (mail: string) => void;

  /**
   * Makes one.
   *
   * @param options the words, and where mails are printed
   * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
   */
  constructor(options: ConsoleEmailSenderOptions) {
    checkOptionNames(options, { known: ["messages", "write"], of: "ConsoleEmailSender" });
    const { messages, write = (mail) => console.log(mail) } = options;
    super(messages);
    checkFunction("write", write);
    this.#write = write;
  }

  /** Warns whoever put it where people wait for mail. */
  diagnose(): Promise<readonly Finding[]> {
    const message =
      "ConsoleEmailSender prints mail, tokens included, and sends none. Use a sender that delivers";
    return Promise.resolve([{ code: "no_real_sender", level: "unsafe", message }]);
  }

  /** Prints the plain text of the mail. */
  protected override deliver({ to, subject, text }: OutgoingMail): Promise<void> {
    this.#write(`To: ${to}\nSubject: ${subject}\n\n${text}`);
    return Promise.resolve();
  }
}
