import assert from "node:assert/strict";
import { test } from "node:test";
import { type EmailSender, type HarborEvent, UserHarbor } from "@userharbor/core";
import { emailSenderCases, FastPasswordHasher, TestClock } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { createMessages, type MailNotSentError, type Messages } from "@userharbor/messages";
import type { HttpEmailSenderOptions } from "@userharbor/messages/http-sender";
import { type PlayedAnswer, type PlayedService, RunningService } from "./_played_provider.ts";

/** A refusal as the service documents it. */
export interface DocumentedRefusal {
  readonly answer: PlayedAnswer;
  readonly reason?: string;
}

/** A sender, the service behind it, and what is special about them. */
export interface SenderUnderTest {
  /** The class. */
  readonly name: string;
  /** What its errors call the service. */
  readonly provider: string;
  readonly service: PlayedService;
  /** Makes one with the credentials that the service takes. */
  readonly create: (options: HttpEmailSenderOptions) => EmailSender;
  /** What it authenticates with, in each form it is sent in. */
  readonly secrets: readonly string[];
  /** Refusals for good. */
  readonly refusals: readonly DocumentedRefusal[];
  /** Refusals for now. */
  readonly busy: readonly DocumentedRefusal[];
  /** Where the service looks for repetitions; absent: it does not. */
  readonly idempotencyHeader?: string;
  /** Makes one from whatever a caller in JavaScript passes. */
  readonly construct: (options: unknown) => unknown;
  /** Options that it refuses, each with the error it does it with. */
  readonly wrongOptions: readonly (readonly [error: typeof RangeError | typeof TypeError, options: object])[];
}

const FROM = "Lighthouse <accounts@lighthouse.example>";

const ADA = { username: "ada", email: "ada@example.org" };

/** Words for Lighthouse. */
export function lighthouse(): Messages {
  return createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" });
}

/** A sender, its service, and the time and the pauses of both. */
export class SenderWorld implements AsyncDisposable {
  readonly clock: TestClock = new TestClock();
  readonly pauses: number[] = [];
  readonly notSent: MailNotSentError[] = [];
  readonly service: RunningService;
  readonly sender: EmailSender;

  private constructor({ create }: SenderUnderTest, service: RunningService, options: object) {
    this.service = service;
    this.sender = create({
      from: FROM,
      messages: lighthouse(),
      fetch: service.fetch,
      clock: this.clock.now,
      wait: (seconds) => {
        this.pauses.push(seconds);
        this.clock.advanceSeconds(seconds);
        return Promise.resolve();
      },
      onNotSent: (error) => this.notSent.push(error),
      ...options,
    });
  }

  /** Starts the service and makes the sender. */
  static async open(under: SenderUnderTest, options: object = {}): Promise<SenderWorld> {
    return new SenderWorld(under, await RunningService.start(under.service), options);
  }

  /** What sending one mail came to. */
  async outcome(): Promise<MailNotSentError | "sent"> {
    return await this.sender.sendPasswordChanged(ADA).then(() => "sent", (error) => error);
  }

  /** Stops the service. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }
}

/** Tests everything that senders over HTTP promise alike. */
export function testSender(under: SenderUnderTest): void {
  testContract(under);
  testRetries(under);
  testFailures(under);
  testHarbor(under);
  testOptions(under);
}

function testContract(under: SenderUnderTest): void {
  const open = async () => {
    const world = await SenderWorld.open(under);
    return {
      sender: world.sender,
      received: () => Promise.resolve(world.service.received),
      async [Symbol.asyncDispose]() {
        await world[Symbol.asyncDispose]();
        assert.deepEqual(world.service.violations, []);
      },
    };
  };
  const failing = async () => {
    const world = await SenderWorld.open(under);
    world.service.always = "echo";
    return Object.assign(world.sender, { [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() });
  };
  for (const { name, run } of emailSenderCases(open, { failing, secrets: under.secrets })) {
    test(`${under.name}: ${name}`, async (context) => {
      const doesNotApply = await run();
      if (typeof doesNotApply === "string") context.skip(doesNotApply);
    });
  }

  test(`${under.name} sends text and HTML to one address, as the schema of the service has it (R31)`, async () => {
    await using world = await SenderWorld.open(under, { replyTo: "help@lighthouse.example" });
    await world.sender.sendPasswordChanged({ ...ADA, locale: "de" });
    const { text, html, subject } = await lighthouse().passwordChanged({ ...ADA, locale: "de" });
    assert.deepEqual(world.service.violations, []);
    const [mail, ...others] = world.service.received;
    assert.deepEqual(others, []);
    assert.equal(mail?.to, ADA.email);
    for (const part of [subject, text, html]) assert.ok(plain(mail?.text).includes(plain(part)));
  });
}

/** Without what a service asks to have added to links. */
function plain(text = ""): string {
  return text.replaceAll("<a ses:no-track ", "<a ");
}

function testRetries(under: SenderUnderTest): void {
  test(`${under.name} tries again when the service is busy, and not before it wants to be asked`, async () => {
    for (const { answer } of under.busy) {
      await using world = await SenderWorld.open(under);
      world.service.mishaps.push({ ...answer, headers: { ...answer.headers, "retry-after": "7" } });
      assert.equal(await world.outcome(), "sent");
      assert.deepEqual(world.pauses, [7]);
      assert.equal(world.service.received.length, 1);
      assert.deepEqual(world.notSent, []);
    }
  });

  test(`${under.name} pauses longer each time when the service does not say, and gives up after three tries`, async () => {
    for (const { answer, reason } of [...under.busy, { answer: { status: 503 }, reason: undefined }]) {
      await using world = await SenderWorld.open(under);
      world.service.always = answer;
      const error = await world.outcome();
      assert.ok(error !== "sent");
      const { provider, status, retryable, attempts } = error;
      assert.deepEqual([provider, status, error.reason, retryable, attempts], [
        under.provider,
        answer.status,
        reason,
        true,
        3,
      ]);
      const [first = 0, second = 0, ...more] = world.pauses;
      assert.ok(first >= 0.25 && first <= 0.5 && second >= 0.5 && second <= 1 && more.length === 0);
      assert.equal(world.service.requests.length, 3);
      assert.deepEqual(world.notSent, [error]);
    }
  });

  test(`${under.name} does not wait beyond its time`, async () => {
    await using world = await SenderWorld.open(under, { timeoutSeconds: 25 });
    world.service.always = { status: 429, headers: { "retry-after": "25" } };
    const error = await world.outcome();
    assert.ok(error !== "sent" && error.retryable);
    assert.deepEqual([world.pauses, world.service.requests.length], [[], 1]);
    world.service.always = { status: 429, headers: { "retry-after": "Thu, 01 Jan 2026 00:00:12 GMT" } };
    assert.ok(await world.outcome() !== "sent");
    assert.deepEqual(world.pauses.slice(0, 1), [12]);
    const odd = world.pauses.length;
    world.service.always = { status: 503, headers: { "retry-after": "soon" } };
    assert.ok(await world.outcome() !== "sent");
    assert.ok(world.pauses.slice(odd).every((seconds) => seconds <= 1));
  });

  test(`${under.name} tries again when the connection breaks`, async () => {
    await using world = await SenderWorld.open(under);
    world.service.mishaps.push("drop");
    assert.equal(await world.outcome(), "sent");
    assert.equal(world.service.received.length, 1);
    world.service.always = "drop";
    const error = await world.outcome();
    assert.ok(error !== "sent");
    assert.deepEqual([error.status, error.retryable, error.attempts], [undefined, true, 3]);
    assert.match(error.reason ?? "", /^[A-Za-z_]+$/);
  });

  const { idempotencyHeader } = under;
  if (idempotencyHeader === undefined) return;
  test(`${under.name} names each mail alike at every try, and no two mails alike`, async () => {
    await using world = await SenderWorld.open(under);
    world.service.mishaps.push("take and drop", { status: 500 });
    assert.equal(await world.outcome(), "sent");
    assert.equal(world.service.received.length, 1);
    assert.equal(await world.outcome(), "sent");
    const [first, second, third, other] = world.service.requests.map(({ headers }) =>
      headers[idempotencyHeader]
    );
    assert.match(first ?? "", /^[\w-]{20,256}$/);
    assert.deepEqual([second, third], [first, first]);
    assert.notEqual(other, first);
  });

  test(`${under.name} hands the key of an outbox on, and refuses one that no header may have (T9)`, async () => {
    await using world = await SenderWorld.open(under);
    const idempotencyKey = "7c1d5e2a-93b4-4f60-8d1e-000000000001";
    for (const email of [ADA.email, ADA.email]) {
      await world.sender.sendPasswordChanged({ ...ADA, email, idempotencyKey });
    }
    const keys = world.service.requests.map(({ headers }) => headers[idempotencyHeader]);
    assert.deepEqual(keys, [idempotencyKey, idempotencyKey]);
    assert.equal(world.service.received.length, 1);
    for (const wrong of ["", "a b", "a\r\nBcc: eve@example.org", "a>", "x".repeat(65)]) {
      await assert.rejects(world.sender.sendPasswordChanged({ ...ADA, idempotencyKey: wrong }), RangeError);
    }
    assert.equal(world.service.requests.length, 2);
  });
}

function testFailures(under: SenderUnderTest): void {
  test(`${under.name} repeats nothing that the service refuses, and tells its code`, async () => {
    for (const { answer, reason } of under.refusals) {
      await using world = await SenderWorld.open(under);
      world.service.always = answer;
      const error = await world.outcome();
      assert.ok(error !== "sent");
      const { name, status, retryable, attempts } = error;
      assert.deepEqual([name, status, error.reason, retryable, attempts], [
        "MailNotSentError",
        answer.status,
        reason,
        false,
        1,
      ]);
      assert.deepEqual([world.pauses, world.service.requests.length, world.service.received], [[], 1, []]);
    }
  });

  test(`${under.name} reads no code out of an answer that is not the service's`, async () => {
    const bodies = [
      undefined,
      null,
      "Bad gateway",
      [],
      { errors: null },
      { errors: [null] },
      "x".repeat(100_000),
    ];
    for (const body of bodies) {
      await using world = await SenderWorld.open(under);
      world.service.always = { status: 400, ...(body === undefined ? {} : { body }) };
      const error = await world.outcome();
      assert.ok(error !== "sent");
      assert.deepEqual([error.status, error.reason, error.attempts], [400, undefined, 1]);
    }
  });

  test(`${under.name} follows no redirect, and so takes its key nowhere else`, async () => {
    for (const status of [301, 302, 307, 308]) {
      await using elsewhere = await RunningService.start(under.service);
      await using world = await SenderWorld.open(under);
      world.service.always = { status, headers: { location: `${elsewhere.address}/` } };
      const error = await world.outcome();
      assert.ok(error !== "sent");
      assert.equal(error.retryable, false);
      assert.deepEqual([elsewhere.requests, world.service.requests.length], [[], 1]);
    }
  });

  test(`${under.name} waits no longer than its time for an answer that never comes`, async () => {
    await using world = await SenderWorld.open(under, { timeoutSeconds: 0.05, clock: () => new Date() });
    world.service.always = "stall";
    const error = await world.outcome();
    assert.ok(error !== "sent");
    assert.deepEqual([error.status, error.reason, error.retryable], [undefined, "timeout", true]);
  });

  test(`${under.name} goes by the status alone when the rest of the answer never comes`, async () => {
    await using world = await SenderWorld.open(under);
    world.service.mishaps.push("take and trail off");
    assert.equal(await world.outcome(), "sent");
    assert.deepEqual([world.service.received.length, world.pauses], [1, []]);
    world.service.mishaps.push("refuse and drop");
    const error = await world.outcome();
    assert.ok(error !== "sent");
    assert.deepEqual([error.status, error.retryable, error.attempts], [400, false, 1]);
  });

  test(`${under.name} minds no listener that fails`, async () => {
    for (const onNotSent of [() => Promise.reject(new Error()), () => assert.fail()]) {
      await using world = await SenderWorld.open(under, { onNotSent });
      world.service.always = under.refusals[0]?.answer;
      const error = await world.outcome();
      assert.ok(error !== "sent" && error.name === "MailNotSentError");
    }
  });
}

function testHarbor(under: SenderUnderTest): void {
  test(`a harbor answers alike while ${under.name} fails, and makes an event of it (R24)`, async () => {
    await using world = await SenderWorld.open(under);
    const events: HarborEvent[] = [];
    const harbor = new UserHarbor({
      store: new MemoryUserStore(),
      passwordHasher: new FastPasswordHasher(),
      emailSender: world.sender,
      clock: world.clock.now,
      onEvent: (event) => events.push(event),
    });
    const password = "correct horse battery staple";
    await harbor.register({ ...ADA, password });
    await harbor.settled();
    const token = /token=([\w-]{43})/.exec(world.service.received[0]?.text ?? "")?.[1] ?? "";
    await harbor.verifyEmail(token);
    await harbor.settled();

    world.service.always = { status: 500 };
    events.length = 0;
    for (const email of [ADA.email, "nobody@example.org"]) {
      assert.equal(await harbor.sendPasswordReset(email), undefined);
    }
    const { sessionToken } = await harbor.login({ username: "ada", password });
    const changed = await harbor.changePassword({
      sessionToken,
      oldPassword: password,
      newPassword: "another good and long password",
    });
    assert.equal(await harbor.verifySession(changed.sessionToken), true);
    await harbor.settled();
    const failed = events.filter(({ outcome }) => outcome === "failed");
    assert.deepEqual(failed.map(({ name, errorName, username }) => [name, errorName, username]).toSorted(), [
      ["mail.password_changed", "MailNotSentError", "ada"],
      ["mail.password_reset", "MailNotSentError", "ada"],
    ]);
    for (const secret of under.secrets) assert.ok(!JSON.stringify(events).includes(secret));
    assert.deepEqual(world.notSent.map(({ status, attempts }) => [status, attempts]), [[500, 3], [500, 3]]);
  });
}

function testOptions(under: SenderUnderTest): void {
  test(`${under.name}() refuses options that do not exist or cannot be, and shows no key`, () => {
    const good = { from: FROM, messages: lighthouse() };
    assert.doesNotThrow(() => under.construct(good));
    const wrong: SenderUnderTest["wrongOptions"] = [
      [TypeError, { ...good, form: FROM }],
      [TypeError, { ...good, messages: undefined }],
      [TypeError, { ...good, from: undefined }],
      [RangeError, { ...good, from: "Lighthouse" }],
      [RangeError, { ...good, from: "a@example.org, b@example.org" }],
      [RangeError, { ...good, from: "A <a@example.org> B <b@example.org>" }],
      [RangeError, { ...good, from: "A\r\nBcc: b@example.org <a@example.org>" }],
      [RangeError, { ...good, from: 'A" <b@example.org>, " <a@example.org>' }],
      [RangeError, { ...good, replyTo: "nowhere" }],
      [TypeError, { ...good, timeoutSeconds: "5" }],
      [RangeError, { ...good, timeoutSeconds: 0 }],
      [RangeError, { ...good, timeoutSeconds: Number.NaN }],
      [RangeError, { ...good, timeoutSeconds: 301 }],
      [TypeError, { ...good, fetch: "https://example.org" }],
      [TypeError, { ...good, wait: 5 }],
      [TypeError, { ...good, clock: 5 }],
      [TypeError, { ...good, onNotSent: 5 }],
      ...under.wrongOptions.map(([error, options]) => [error, { ...good, ...options }] as const),
    ];
    for (const [error, options] of wrong) {
      assert.throws(() => under.construct(options), (thrown) => {
        assert.ok(thrown instanceof error, `${JSON.stringify(options)}: ${thrown}`);
        for (const secret of under.secrets) assert.ok(!thrown.message.includes(secret));
        return true;
      });
    }
  });
}
