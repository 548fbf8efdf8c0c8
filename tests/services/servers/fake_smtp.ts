import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

/** What a server on this computer does with one mail, instead of taking it. */
export type SmtpMishap =
  /** Replies so to the recipient. */
  | { readonly recipient: string }
  /** Replies so to the whole mail. */
  | { readonly data: string }
  /** Ends the connection in the middle of the mail. */
  | "drop"
  /** Takes the mail, and ends the connection instead of saying so. */
  | "take and drop"
  /** Never says anything, from the greeting on. */
  | "silent"
  /** Never says anything, from the mail on. */
  | "stall";

/** A mail server without TLS, that does as it is told; and keeps what it took. */
export class FakeSmtpServer implements AsyncDisposable {
  /** The sources of mails that it took, envelope first. */
  readonly mails: string[] = [];
  /** Every line that reached it, but for those of mails. */
  readonly lines: string[] = [];
  /** What happens to the next mails, one after the other. */
  readonly mishaps: SmtpMishap[] = [];
  /** How many connections there were. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Starts one on a free port. */
  static async start(): Promise<FakeSmtpServer> {
    const fake = new FakeSmtpServer();
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    return fake;
  }

  /** Where it is. */
  get url(): string {
    const address = this.#server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `smtp://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {}); // the other end may be gone by now
    if (this.mishaps[0] === "silent") return void this.mishaps.shift();
    let mail: { source: string; readonly mishap: SmtpMishap | undefined } | undefined;
    /** The lines of this connection: others may be under way, whose envelopes are not this mail's. */
    const own: string[] = [];
    let rest = "";
    socket.write("220 fake.test ESMTP\r\n");
    socket.on("data", (chunk) => {
      rest += chunk.toString("latin1");
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (mail === undefined) {
          this.lines.push(line);
          own.push(line);
          const reply = this.#reply(line);
          if (line === "DATA") {
            mail = { source: own.slice(-3, -1).join("\n"), mishap: this.mishaps.shift() };
          }
          socket.write(`${reply}\r\n`);
          if (line === "QUIT") socket.end();
          continue;
        }
        if (mail.mishap === "drop") return void socket.destroy();
        if (line !== ".") {
          mail.source += `\n${line}`;
          continue;
        }
        const { source, mishap } = mail;
        mail = undefined;
        if (mishap === "stall") return;
        const isRefused = typeof mishap === "object" && "data" in mishap;
        if (!isRefused) this.mails.push(source);
        if (mishap === "take and drop") return void socket.destroy();
        socket.write(`${isRefused ? mishap.data : "250 2.0.0 taken"}\r\n`);
      }
    });
  }

  #reply(line: string): string {
    const [next] = this.mishaps;
    if (/^RCPT/.test(line) && typeof next === "object" && "recipient" in next) {
      this.mishaps.shift();
      return next.recipient;
    }
    if (/^EHLO/.test(line)) return "250-fake.test\r\n250-8BITMIME\r\n250 SMTPUTF8";
    if (line === "STARTTLS") return "502 5.5.1 not here";
    if (line === "DATA") return "354 go on";
    return line === "QUIT" ? "221 bye" : "250 2.0.0 OK";
  }
}
