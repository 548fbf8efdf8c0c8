import {
  type EmailSender,
  type HarborEvent,
  UserHarbor,
  type UserHarborOptions,
  type UserMessage,
  type UserStore,
} from "@userharbor/core";
import {
  FastPasswordHasher,
  type RecordedEmail,
  RecordingEmailSender,
  TestClock,
} from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { MailOutbox, type OutboxEvent, OutboxWorker, type OutboxWorkerOptions } from "./mod.ts";

/** Long enough, and never occurring by chance. */
export const PASSWORD = "seven quiet otters at dawn";

/** Two keys, one after the other. */
export const KEYS: readonly [string, string] = ["k".repeat(42) + "A", "Q".repeat(42) + "w"];

/** A mail server that honours idempotency keys, and does what a test says. */
export class TestMailServer {
  /** Every mail that arrived: of those with one key the first alone. */
  readonly arrived: RecordedEmail[] = [];
  /** The keys of all that were handed over, repetitions included. */
  readonly keys: string[] = [];
  /** The tokens of all that were handed over. */
  readonly tokens: (string | undefined)[] = [];
  /** Runs before a mail is taken: what it throws, the sender rejects with. */
  beforeTaking: () => void | Promise<void> = () => {};
  /** Runs after a mail was taken: the answer is lost when it throws. */
  afterTaking: () => void | Promise<void> = () => {};
  readonly #seen: Set<string> = new Set();

  /** A sender to it. */
  readonly sender: EmailSender = new Proxy(new RecordingEmailSender(), {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function" || !String(name).startsWith("send")) return member;
      // Of two that send at once, each learns of its own mail alone.
      return async (message: UserMessage) => {
        await this.beforeTaking();
        const key = message.idempotencyKey ?? "";
        this.keys.push(key);
        const taken = new RecordingEmailSender();
        await member.call(taken, message);
        const mail = taken.sent.at(-1);
        this.tokens.push(mail?.token);
        if (mail !== undefined && !this.#seen.has(key)) this.arrived.push(mail);
        this.#seen.add(key);
        await this.afterTaking();
      };
    },
  });

  /** The kinds and addresses of what arrived. */
  get told(): readonly string[] {
    return this.arrived.map(({ kind, to }) => `${kind} ${to}`);
  }
}

interface TestLifeOptions {
  readonly store?: UserStore & Partial<Pick<MemoryUserStore, "outboxQueue">>;
  readonly harbor?: Partial<UserHarborOptions>;
  readonly worker?: Partial<OutboxWorkerOptions>;
}

/** A harbor with an outbox, its mail server, and as many workers as a test wants. */
export class TestLife {
  readonly clock: TestClock = new TestClock();
  readonly server: TestMailServer = new TestMailServer();
  readonly outbox: MailOutbox = new MailOutbox({ keys: KEYS[0] });
  readonly events: HarborEvent[] = [];
  readonly told: OutboxEvent[] = [];
  readonly store: MemoryUserStore = new MemoryUserStore();
  readonly harbor: UserHarbor;
  readonly #worker: Partial<OutboxWorkerOptions>;

  constructor({ harbor = {}, worker = {} }: TestLifeOptions = {}) {
    this.#worker = worker;
    this.harbor = new UserHarbor({
      store: this.store,
      emailSender: this.server.sender,
      passwordHasher: new FastPasswordHasher(),
      clock: this.clock.now,
      outbox: this.outbox,
      onEvent: (event) => this.events.push(event),
      ...harbor,
    });
  }

  worker(changes: Partial<OutboxWorkerOptions> = {}): OutboxWorker {
    return new OutboxWorker({
      outbox: this.outbox,
      queue: this.store.outboxQueue,
      store: this.store,
      harbor: this.harbor,
      emailSender: this.server.sender,
      clock: this.clock.now,
      onEvent: (event) => this.told.push(event),
      ...this.#worker,
      ...changes,
    });
  }

  async registered(name: string): Promise<void> {
    await this.harbor.register({ username: name, email: `${name}@example.org`, password: PASSWORD });
    await this.harbor.settled();
  }

  /** Registers and verifies, and delivers what that mails. */
  async verified(name: string): Promise<void> {
    await this.registered(name);
    await this.worker().drain();
    await this.harbor.verifyEmail(this.tokenOf("verification", name));
    await this.worker().drain();
  }

  tokenOf(kind: RecordedEmail["kind"], name: string): string {
    const to = `${name}@example.org`;
    const token = this.server.arrived.findLast((mail) => mail.kind === kind && mail.to === to)?.token;
    if (token === undefined) throw new Error(`no ${kind} arrived at ${to}`);
    return token;
  }

  /** Lets time pass in steps, with a worker that looks at each. */
  async pass(seconds: number, { step = 5 }: { readonly step?: number } = {}): Promise<void> {
    const worker = this.worker();
    for (let passed = 0; passed < seconds; passed += step) {
      this.clock.advanceSeconds(step);
      await worker.drain();
    }
  }
}

/** What became of each mail, from one event each. */
export function fatesOf(events: readonly OutboxEvent[]): readonly string[] {
  return events.map(({ delivery }) => [delivery?.fate, delivery?.reason].filter(Boolean).join(" "));
}
