import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { ReceivedEmail } from "@userharbor/core/testing";

/** A request as it reached the service. */
export interface PlayedRequest {
  readonly method: string;
  /** With the query, if there is one. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What a service answers. */
export interface PlayedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
}

/** What a service makes of a request: an answer, and a mail if it took one. */
export interface Judgement {
  readonly answer: PlayedAnswer;
  readonly mail?: ReceivedEmail;
  /** Where the request is not as the service's schema has it. */
  readonly violations: readonly string[];
}

/** A service, as its documentation has it. */
export interface PlayedService {
  /** Where the real one is. */
  readonly origin: string;
  /** What the real one would make of a request. */
  readonly judge: (request: PlayedRequest) => Judgement | Promise<Judgement>;
}

/** Something that happens to one request instead of what the service would make of it. */
export type Mishap =
  | PlayedAnswer
  /** The connection ends without an answer. */
  | "drop"
  /** No answer ever comes. */
  | "stall"
  /** The mail is taken, and the connection ends before anybody learns of it. */
  | "take and drop"
  /** The mail is taken and the answer begins, but never ends. */
  | "take and trail off"
  /** The answer begins with a refusal for good, and the connection ends. */
  | "refuse and drop"
  /** Everything that was sent comes back, with status 500. */
  | "echo";

/** A service on this computer: it answers as documented, but for the mishaps it was told of. */
export class RunningService implements AsyncDisposable {
  readonly requests: PlayedRequest[] = [];
  readonly received: ReceivedEmail[] = [];
  readonly violations: string[] = [];
  /** What happens to the next requests, one after the other. */
  readonly mishaps: Mishap[] = [];
  /** What happens to all the others. */
  always: Mishap | undefined;
  readonly #service: PlayedService;
  readonly #server: Server;

  private constructor(service: PlayedService) {
    this.#service = service;
    this.#server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
  }

  /** Starts one on a free port. */
  static async start(service: PlayedService): Promise<RunningService> {
    const running = new RunningService(service);
    running.#server.listen(0, "127.0.0.1");
    await once(running.#server, "listening");
    return running;
  }

  /** Where it listens. */
  get address(): string {
    const address = this.#server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `http://127.0.0.1:${address.port}`;
  }

  /** Makes a request to here that was meant for the real one, and only such a request. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { origin, pathname, search } = new URL(url);
    assert.equal(origin, this.#service.origin);
    return await fetch(this.address + pathname + search, init);
  };

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request: PlayedRequest = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: new Uint8Array(await buffer(incoming)),
    };
    this.requests.push(request);
    const mishap = this.mishaps.shift() ?? this.always;
    if (mishap === "stall") return;
    if (mishap === "drop") return void incoming.socket.destroy();
    if (mishap === "refuse and drop") {
      outgoing.writeHead(400, { "content-type": "application/json", "content-length": "1000" });
      return void outgoing.write('{"name":', () => incoming.socket.destroy());
    }
    if (mishap === "echo") {
      const text = new TextDecoder().decode(request.body);
      return respond(outgoing, {
        status: 500,
        headers: { "x-amzn-errortype": text.replace(/[^ -~]/g, "").slice(0, 500) },
        body: {
          name: text,
          ErrorCode: text,
          errors: [{ field: text }],
          message: text,
          headers: request.headers,
        },
      });
    }
    if (typeof mishap === "object") return respond(outgoing, mishap);
    const { answer, mail, violations } = await this.#service.judge(request);
    this.violations.push(...violations);
    if (mail !== undefined) this.received.push(mail);
    if (mishap === "take and drop") return void incoming.socket.destroy();
    if (mishap === "take and trail off") {
      outgoing.writeHead(answer.status, { "content-type": "application/json" });
      return void outgoing.write("{");
    }
    respond(outgoing, answer);
  }
}

function respond(outgoing: ServerResponse, { status, headers = {}, body }: PlayedAnswer): void {
  if (body === undefined) {
    outgoing.writeHead(status, headers).end();
  } else {
    outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }
}
