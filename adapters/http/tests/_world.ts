import assert from "node:assert/strict";
import { UserHarbor, type UserHarborOptions, type UserStore } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender, TestClock } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { createGuards, createHandler, type Guards, type HandlerOptions } from "../mod.ts";
import { PASSWORD, type RouteCase, type Secrets } from "./_route_cases.ts";

const WRITES = /^(?:set|create|delete|remove|add|refresh|grant|revoke|purge)/;

/** How a request differs from the one its route expects. */
export interface RequestChange {
  readonly method?: string;
  readonly path?: string;
  /** Null: no such header. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Sent as it is; null: no body. */
  readonly body?: BodyInit | null;
}

/** A handler over recorded and breakable ports: Ada is verified, logged in twice and about to move, Bob has yet to verify. */
export class World {
  readonly sender: RecordingEmailSender = new RecordingEmailSender();
  readonly hasher: FastPasswordHasher = new FastPasswordHasher();
  readonly clock: TestClock = new TestClock();
  /** The store's methods in the order in which they were called. */
  readonly calls: string[] = [];
  /** What the handler hid behind a 500 or 503. */
  readonly errors: unknown[] = [];
  /** Runs before every call of the store; what it throws, the call rejects with. */
  beforeStoreCall: (method: string) => void = () => {};
  /** The store itself, unwatched. */
  readonly store: MemoryUserStore = new MemoryUserStore();
  readonly harbor: UserHarbor;
  readonly guards: Guards;
  readonly handle: ReturnType<typeof createHandler>;
  #secrets: Secrets | undefined;
  #refusedWrites = 0;

  constructor({ harbor, handler }: { harbor?: Partial<UserHarborOptions>; handler?: HandlerOptions } = {}) {
    this.harbor = new UserHarbor({
      store: this.#watch(this.store),
      emailSender: this.sender,
      passwordHasher: this.hasher,
      clock: this.clock.now,
      ...harbor,
    });
    this.guards = createGuards(this.harbor);
    this.handle = createHandler(this.harbor, { onError: (error) => this.errors.push(error), ...handler });
  }

  get secrets(): Secrets {
    assert.ok(this.#secrets !== undefined);
    return this.#secrets;
  }

  /** How many calls of the store might have changed something, and did not say that they changed nothing. */
  get writes(): number {
    return this.calls.filter((method) => WRITES.test(method)).length - this.#refusedWrites;
  }

  /** How many slow hashes were computed. */
  get hashes(): number {
    return this.hasher.hashed + this.hasher.verified;
  }

  async settle(): Promise<this> {
    const { harbor, sender } = this;
    await harbor.register({ username: "ada", email: "ada@example.org", password: PASSWORD });
    await harbor.settled();
    await harbor.verifyEmail(sender.tokenFor("verification", "ada@example.org"));
    const { sessionToken } = await harbor.login({ username: "ada", password: PASSWORD });
    await harbor.login({ username: "ada", password: PASSWORD });
    const other = (await harbor.sessions.list(sessionToken)).find(({ current }) => !current);
    await harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "ada@example.net" });
    await harbor.sendPasswordReset("ada@example.org");
    await harbor.register({ username: "bob", email: "bob@example.org", password: PASSWORD });
    await harbor.settled();
    this.#secrets = {
      session: sessionToken,
      verification: sender.tokenFor("verification", "bob@example.org"),
      reset: sender.tokenFor("password_reset", "ada@example.org"),
      emailChange: sender.tokenFor("email_change", "ada@example.net"),
      sessionId: other?.id ?? assert.fail(),
    };
    this.forget();
    return this;
  }

  /** Forgets what was recorded so far. */
  forget(): void {
    this.calls.length = 0;
    this.#refusedWrites = 0;
    this.errors.length = 0;
    this.sender.sent.length = 0;
    this.hasher.hashed = 0;
    this.hasher.verified = 0;
  }

  /** The request that a route expects, with changes. */
  request(route: RouteCase, change: RequestChange = {}): Request {
    const body = route.body === undefined ? null : JSON.stringify(route.body(this.secrets));
    const headers = new Headers();
    if (body !== null) headers.set("content-type", "application/json");
    if (route.needsBearer) headers.set("authorization", `Bearer ${this.secrets.session}`);
    for (const [name, value] of Object.entries(change.headers ?? {})) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    return new Request(`https://example.org/auth${change.path ?? route.path}`, {
      method: change.method ?? route.method,
      headers,
      body: change.body === undefined ? body : change.body,
      // Node and Deno ask for it with a stream.
      ...(change.body instanceof ReadableStream ? { duplex: "half" } : {}),
    });
  }

  /** The handler's answer to it, and the text of that. */
  async ask(route: RouteCase, change: RequestChange = {}): Promise<{ response: Response; text: string }> {
    const response = await this.handle(this.request(route, change));
    assert.ok(response !== null, `${route.path} is outside the base path`);
    return { response, text: await response.text() };
  }

  /** Asserts that the request is refused with this code, that nothing changed and that nothing was sent. */
  async assertRefused(
    asked: Promise<{ response: Response; text: string }>,
    expected: { readonly status: number; readonly code: string; readonly why?: string },
  ): Promise<void> {
    const { response, text } = await asked;
    const { status, code, why } = expected;
    assert.deepEqual(
      { status: response.status, code: JSON.parse(text).code },
      { status, code },
      `${why ?? ""}: ${text}`,
    );
    assert.deepEqual(Object.keys(JSON.parse(text)), ["detail", "code"]);
    await this.harbor.settled();
    assert.equal(this.writes, 0, why);
    assert.deepEqual(this.sender.sent, [], why);
  }

  #watch(store: UserStore): UserStore {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function" || typeof name !== "string") return member;
        return async (...parameters: unknown[]) => {
          this.calls.push(name);
          this.beforeStoreCall(name);
          if (name !== "transaction") {
            const result: unknown = await Reflect.apply(member, target, parameters);
            if (result === false && WRITES.test(name)) this.#refusedWrites++;
            return result;
          }
          const work = parameters[0] as (store: UserStore) => Promise<unknown>;
          return await target.transaction((handle) => work(this.#watch(handle)));
        };
      },
    });
  }
}

/** A settled world. */
export function openWorld(ports: ConstructorParameters<typeof World>[0] = {}): Promise<World> {
  return new World(ports).settle();
}
