import assert from "node:assert/strict";
import { MemoryUserStore } from "@userharbor/memory";
import {
  type ErrorCode,
  type HarborEvent,
  isUserHarborError,
  type OpenedSession,
  UserHarbor,
  type UserHarborOptions,
  type UserStore,
} from "../mod.ts";
import { type RecordedEmail, RecordingEmailSender, TestClock } from "../testing.ts";
import { interceptStore, isWrite, type StoreCall } from "./_intercept_store.ts";
import { RememberingHasher } from "./_remembering_hasher.ts";
import { snapshot } from "./_snapshot.ts";

/** Long enough, and never occurring by chance. */
export const PASSWORD = "seven quiet otters at dawn";

/** What passwords are changed to. */
export const NEW_PASSWORD = "a wholly different pass phrase";

/** Well-formed, and nobody's. */
export const UNKNOWN_TOKEN: string = "A".repeat(43);

/** What a test may choose; the store is spied on in any case. */
export interface Overrides extends Omit<Partial<UserHarborOptions>, "clock"> {
  readonly clock?: TestClock;
}

/** A harbor over ports that remember, and short cuts to the situations tests begin with. */
export class Life {
  readonly harbor: UserHarbor;
  /** The store itself, unspied. */
  readonly store: UserStore;
  readonly emailSender: RecordingEmailSender = new RecordingEmailSender();
  readonly passwordHasher: RememberingHasher = new RememberingHasher();
  readonly clock: TestClock;
  /** Every call of the store so far. */
  readonly calls: StoreCall[] = [];
  /** Every event so far. */
  readonly events: HarborEvent[] = [];

  constructor({ clock = new TestClock(), store = new MemoryUserStore(), ...overrides }: Overrides) {
    this.clock = clock;
    this.store = store;
    this.harbor = new UserHarbor({
      emailSender: this.emailSender,
      passwordHasher: this.passwordHasher,
      onEvent: (event) => this.events.push(event),
      ...overrides,
      clock: clock.now,
      store: interceptStore(store, (call, proceed) => {
        this.calls.push(call);
        return proceed();
      }),
    });
  }

  /** Every mail so far. */
  get mails(): readonly RecordedEmail[] {
    return this.emailSender.sent;
  }

  /** The names of what failed, work behind an answer above all. */
  get failures(): readonly string[] {
    return this.events.filter(({ outcome }) => outcome === "failed").map(({ name }) => name);
  }

  /** How many slow hashes there were, of either kind. */
  get hashes(): number {
    return this.passwordHasher.hashed + this.passwordHasher.verified;
  }

  /** Registers `name` under `name@example.org`. */
  async registered(name: string): Promise<void> {
    await this.harbor.register({ username: name, email: emailOf(name), password: PASSWORD });
    await this.harbor.settled();
  }

  /** Registers and verifies. */
  async verified(name: string): Promise<void> {
    await this.registered(name);
    await this.harbor.verifyEmail(this.verificationToken(name));
    await this.harbor.settled();
  }

  /** Registers, verifies and logs in. */
  async loggedIn(name: string): Promise<OpenedSession> {
    await this.verified(name);
    return await this.login(name);
  }

  /** Lets time pass. */
  advance(seconds: number): void {
    this.clock.advanceSeconds(seconds);
  }

  /** Logs in. */
  async login(name: string, password: string = PASSWORD): Promise<OpenedSession> {
    const opened = await this.harbor.login({ username: name, password });
    await this.harbor.settled();
    return opened;
  }

  /** Asks for a reset token and takes it from the mail. */
  async resetToken(name: string): Promise<string> {
    await this.harbor.sendPasswordReset(emailOf(name));
    await this.harbor.settled();
    return this.emailSender.tokenFor("password_reset", emailOf(name));
  }

  /** Asks for another address and takes the token from the mail. */
  async emailChangeToken(sessionToken: string, newEmail: string): Promise<string> {
    await this.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail });
    await this.harbor.settled();
    return this.emailSender.tokenFor("email_change", newEmail);
  }

  /** The newest verification token mailed to `name@example.org`. */
  verificationToken(name: string): string {
    return this.emailSender.tokenFor("verification", emailOf(name));
  }

  /** The kinds of mail that an action sends, with the addresses. */
  async mailsOf(action: () => Promise<unknown>): Promise<readonly string[]> {
    const before = this.mails.length;
    await action();
    await this.harbor.settled();
    return this.mails.slice(before).map(({ kind, to }) => `${kind} ${to}`);
  }

  /** The calls of the store that an action makes until it answers. */
  async callsOf(action: () => Promise<unknown>): Promise<readonly StoreCall[]> {
    const before = this.calls.length;
    await action();
    return this.calls.slice(before);
  }

  /** Asserts that an operation is refused, without one writing call of the store and without mail. */
  async refuses(code: ErrorCode, operation: () => Promise<unknown>): Promise<void> {
    await this.harbor.settled();
    const before = this.calls.length;
    await this.rejectsWithoutMail(code, operation);
    assert.deepEqual(this.calls.slice(before).filter(isWrite), [], "a refusal wrote");
  }

  /** Asserts that an operation is refused and that whatever it wrote was rolled back, without mail. */
  async rollsBack(code: ErrorCode, operation: () => Promise<unknown>): Promise<void> {
    await this.harbor.settled();
    const before = await snapshot(this.store, this.calls);
    const known = [...this.calls];
    await this.rejectsWithoutMail(code, operation);
    assert.deepEqual(await snapshot(this.store, known), before, "a refusal changed something");
  }

  /** Asserts that an operation is refused without mail; what was written is the test's to say. */
  async rejectsWithoutMail(code: ErrorCode, operation: () => Promise<unknown>): Promise<void> {
    const mails = this.mails.length;
    await assert.rejects(operation, hasCode(code));
    await this.harbor.settled();
    assert.deepEqual(this.mails.slice(mails), [], "a refusal sent mail");
  }
}

/** A harbor over an empty memory store, unless a test says otherwise. */
export function openHarbor(overrides: Overrides = {}): Life {
  return new Life(overrides);
}

/** The address of everybody in these tests. */
export function emailOf(name: string): string {
  return `${name.toLowerCase()}@example.org`;
}

/** Recognises a refusal by its code alone. */
export function hasCode(code: ErrorCode): (error: unknown) => true {
  return (error) => {
    assert.ok(isUserHarborError(error), `not a refusal: ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  };
}

/** The code of a refusal; what is none is thrown on. */
export function codeOf(error: unknown): ErrorCode {
  if (!isUserHarborError(error)) throw error;
  return error.code;
}

/** What untyped callers may send where a string belongs. */
export function untyped<T>(value: unknown): T {
  return value as T;
}

/** How many calls of each outcome there were: `ok`, or the code of the refusal. */
export async function outcomes(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const settled of await Promise.allSettled(calls)) {
    const outcome = settled.status === "fulfilled" ? "ok" : codeOf(settled.reason);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
