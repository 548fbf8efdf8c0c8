import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A mail as it came over HTTP. */
export interface ArrivedMail {
  readonly idempotencyKey: string;
  readonly email: string;
  readonly username: string;
  readonly verificationToken: string;
}

/** What a mail server does with a mail: takes it, takes it and breaks off before it says so, or is too busy. */
export type MailHabit = "take" | "take and drop" | "busy";

/** A mail server that sends a mail once for each key, and remembers how often it was asked to. */
export class MailServer implements AsyncDisposable {
  /** What is done with the mail of this number, from 0. */
  habit: (number: number) => MailHabit = () => "take";
  /** The one mail of each key. */
  readonly byKey: Map<string, ArrivedMail> = new Map();
  /** Every mail that was handed over, repetitions included. */
  readonly handed: ArrivedMail[] = [];
  /** Keys that two had on their way at the same time. */
  readonly doubled: string[] = [];
  readonly #onTheirWay: Set<string> = new Set();
  readonly #server: Server;
  readonly #waiting: Set<() => void> = new Set();

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response).catch(() => {}));
  }

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    mail.#server.listen(0, "127.0.0.1");
    await once(mail.#server, "listening");
    return mail;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Resolves once so many mails were handed over. */
  async until(count: number): Promise<void> {
    while (this.handed.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = this.handed.length;
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const mail: ArrivedMail = JSON.parse(new TextDecoder().decode(joined(chunks)));
    const { idempotencyKey: key } = mail;
    if (this.#onTheirWay.has(key)) this.doubled.push(key);
    this.#onTheirWay.add(key);
    this.handed.push(mail);
    // As long as a server may think about a mail, so that another worker would have the time to come.
    await new Promise((resolve) => setTimeout(resolve, number % 5));
    const habit = this.habit(number);
    if (habit !== "busy" && !this.byKey.has(key)) this.byKey.set(key, mail);
    this.#onTheirWay.delete(key);
    if (habit === "take and drop") request.socket.destroy();
    else response.writeHead(habit === "take" ? 200 : 503).end();
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
