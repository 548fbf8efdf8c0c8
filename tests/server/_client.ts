import assert from "node:assert/strict";

/** What a request carries. */
export interface Sent {
  readonly body?: unknown;
  readonly token?: string;
}

/** A mail, as `/dev/inbox.json` shows it. */
export interface InboxMail {
  readonly kind: string;
  readonly to: string;
  readonly username: string;
  readonly token?: string;
  readonly sentAt: string;
}

/** Talks to one server as an application would. */
export class Client {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /**
   * Sends one request to the API.
   *
   * @param route such as `POST /login`
   * @param sent what it carries
   * @returns the status followed by the parsed body
   */
  async send(
    route: string,
    { body, token }: Sent = {},
  ): Promise<[status: number, body: Record<string, unknown>]> {
    const [method = "", path = ""] = route.split(" ");
    const response = await fetch(`${this.#origin}/auth${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return [response.status, await response.json()];
  }

  /** Logs in and answers with the session token. */
  async logIn(username: string, password: string): Promise<string> {
    const [status, { access_token }] = await this.send("POST /login", { body: { username, password } });
    assert.equal(status, 200);
    return String(access_token);
  }

  /** Every mail in the inbox, newest last. */
  async inbox(): Promise<readonly InboxMail[]> {
    const response = await fetch(`${this.#origin}/dev/inbox.json`);
    assert.equal(response.status, 200);
    return await response.json();
  }

  /** Waits for the mail of one kind to one address; no answer waits for mail. */
  async mail(kind: string, to: string): Promise<InboxMail> {
    for (;;) {
      const found = (await this.inbox()).findLast((mail) => mail.kind === kind && mail.to === to);
      if (found !== undefined) return found;
    }
  }
}
