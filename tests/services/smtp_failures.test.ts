import { createMessages, type MailNotSentError } from "@userharbor/messages";
import { SmtpEmailSender, type SmtpEmailSenderOptions } from "@userharbor/smtp";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeSmtpServer } from "./servers/fake_smtp.ts";

const ADA = { username: "ada", email: "ada@example.org" };

/** A sender, the server that does as it is told, and the pauses between them. */
class World implements AsyncDisposable {
  readonly pauses: number[] = [];
  readonly server: FakeSmtpServer;
  readonly sender: SmtpEmailSender;

  private constructor(server: FakeSmtpServer, options: Partial<SmtpEmailSenderOptions>) {
    this.server = server;
    this.sender = new SmtpEmailSender({
      url: server.url,
      allowPlaintext: true,
      from: "Lighthouse <accounts@lighthouse.example>",
      messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
      wait: (seconds) => Promise.resolve(void this.pauses.push(seconds)),
      ...options,
    });
  }

  static async open(options: Partial<SmtpEmailSenderOptions> = {}): Promise<World> {
    return new World(await FakeSmtpServer.start(), options);
  }

  /** What sending one mail came to. */
  async outcome(): Promise<MailNotSentError | "sent"> {
    return await this.sender.sendPasswordChanged(ADA).then(() => "sent", (error) => error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sender.close();
    await this.server[Symbol.asyncDispose]();
  }
}

function messageIds(mails: readonly string[]): (string | undefined)[] {
  return mails.map((source) => /^Message-ID: (.*)$/mi.exec(source)?.[1]);
}

test("SmtpEmailSender tries again after 451, and sends the mail once", async () => {
  for (
    const mishap of [{ recipient: "451 4.7.1 greylisted" }, { data: "452 4.3.1 no room" }, {
      data: "421 busy",
    }]
  ) {
    await using world = await World.open();
    world.server.mishaps.push(mishap);
    assert.equal(await world.outcome(), "sent");
    assert.equal(world.server.mails.length, 1);
    const [first = 0, ...more] = world.pauses;
    assert.ok(first >= 0.25 && first <= 0.5 && more.length === 0);
  }
});

test("SmtpEmailSender repeats nothing after 550, and tells nothing of what the server wrote", async () => {
  for (
    const [mishap, status] of [
      [{ recipient: `550 5.1.1 <${ADA.email}> is unknown` }, 550],
      [{ recipient: "553 5.1.3 what is that" }, 553],
      [{ data: "554 5.7.1 spam" }, 554],
    ] as const
  ) {
    await using world = await World.open();
    world.server.mishaps.push(mishap);
    const error = await world.outcome();
    assert.ok(error !== "sent");
    assert.deepEqual([error.provider, error.status, error.retryable, error.attempts], [
      "SMTP",
      status,
      false,
      1,
    ]);
    assert.ok(!`${error.stack} ${JSON.stringify(error)}`.includes(ADA.email));
    assert.equal(error.cause, undefined);
    assert.deepEqual([world.server.mails, world.pauses], [[], []]);
  }
});

test("SmtpEmailSender tries again when the connection breaks in the middle of the mail", async () => {
  await using world = await World.open();
  world.server.mishaps.push("drop");
  assert.equal(await world.outcome(), "sent");
  assert.deepEqual([world.server.mails.length, world.server.connections, world.pauses.length], [1, 2, 1]);
  world.server.mishaps.push("drop", "drop", "drop");
  const error = await world.outcome();
  assert.ok(error !== "sent");
  assert.deepEqual([error.status, error.retryable, error.attempts], [undefined, true, 3]);
  assert.match(error.reason ?? "", /^E[A-Z]+$/);
});

test("SmtpEmailSender sends twice rather than never, under one Message-ID", async () => {
  await using world = await World.open();
  world.server.mishaps.push("take and drop");
  assert.equal(await world.outcome(), "sent");
  assert.equal(await world.outcome(), "sent");
  const [first, second, other] = messageIds(world.server.mails);
  assert.match(first ?? "", /^<[\w-]{36}@lighthouse\.example>$/);
  assert.equal(second, first);
  assert.notEqual(other, first);
});

test("SmtpEmailSender gives a mail that an outbox sends again the Message-ID it had (T9)", async () => {
  await using world = await World.open();
  const key = { idempotencyKey: "7c1d5e2a-93b4-4f60-8d1e-000000000001" };
  for (let time = 0; time < 2; time++) {
    await world.sender.sendPasswordChanged({ username: "ada", email: "ada@example.org", ...key });
  }
  const id = `<${key.idempotencyKey}@lighthouse.example>`;
  assert.deepEqual(messageIds(world.server.mails), [id, id]);
});

test("SmtpEmailSender waits no longer than its time for a server that says nothing", async () => {
  for (const mishap of ["silent", "stall"] as const) {
    await using world = await World.open({ timeoutSeconds: 0.1 });
    world.server.mishaps.push(mishap);
    const error = await world.outcome();
    assert.ok(error !== "sent");
    assert.deepEqual([error.status, error.reason, error.retryable], [undefined, "timeout", true]);
    assert.deepEqual(world.server.mails, []);
  }
});

test("SmtpEmailSender uses a connection for mail after mail", async () => {
  await using world = await World.open({ maxConnections: 1 });
  for (let time = 0; time < 5; time++) assert.equal(await world.outcome(), "sent");
  assert.deepEqual([world.server.mails.length, world.server.connections], [5, 1]);
});

test("SmtpEmailSender says nothing of the mail to a server that does not encrypt", async () => {
  await using world = await World.open();
  const { port } = new URL(world.server.url);
  for (const url of [world.server.url, `smtp://mailer:s3cret@127.0.0.1:${port}`]) {
    await using strict = await World.open({ url, allowPlaintext: false });
    const error = await strict.outcome();
    assert.ok(error !== "sent");
    assert.deepEqual([error.reason, error.retryable, error.attempts], ["ETLS", false, 1]);
    assert.deepEqual(world.server.mails, []);
  }
  assert.ok(world.server.lines.some((line) => line === "STARTTLS"));
  assert.deepEqual(world.server.lines.filter((line) => !/^(?:EHLO|STARTTLS|QUIT)/.test(line)), []);
});

test("SmtpEmailSender says who it is to a mail catcher, and whom the mail is for", async () => {
  await using world = await World.open();
  assert.equal(await world.outcome(), "sent");
  const [mail = ""] = world.server.mails;
  assert.match(mail, /^MAIL FROM:<accounts@lighthouse\.example>.*\nRCPT TO:<ada@example\.org>\n/);
  assert.match(mail, /^Auto-Submitted: auto-generated$/m);
});
