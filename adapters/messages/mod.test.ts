import assert from "node:assert/strict";
import { test } from "node:test";
import { emailSenderCases, type ReceivedEmail } from "@userharbor/core/testing";
import { ConsoleEmailSender, MailNotSentError, MessageSender, type OutgoingMail } from "@userharbor/messages";
import { everyMail, lighthouse } from "./tests/_messages.ts";

/** Keeps what it is to deliver. */
class KeepingSender extends MessageSender {
  readonly mails: OutgoingMail[] = [];

  protected override deliver(mail: OutgoingMail): Promise<void> {
    this.mails.push(mail);
    return Promise.resolve();
  }
}

/** Delivers nothing. */
class FailingSender extends MessageSender {
  protected override deliver(): Promise<void> {
    return Promise.reject(new MailNotSentError({ provider: "Pigeons", retryable: false, attempts: 1 }));
  }
}

const cases = emailSenderCases(() => {
  const sender = new KeepingSender(lighthouse());
  const received = () =>
    Promise.resolve(
      sender.mails.flatMap(({ to, subject, text, html }): ReceivedEmail[] => [
        { to, text: `${subject}\n${text}\n${html}` },
      ]),
    );
  return { sender, received };
}, { failing: () => new FailingSender(lighthouse()) });

for (const { name, run } of cases) {
  test(`MessageSender: ${name}`, async (context) => {
    const doesNotApply = await run();
    if (typeof doesNotApply === "string") context.skip(doesNotApply);
  });
}

test("MessageSender hands each mail over as it was worded, to the address in the message and nobody else (R31)", async () => {
  const sender = new KeepingSender(lighthouse());
  const to = { username: "ada.lovelace", email: "ada@example.org" };
  await sender.sendPasswordChanged(to);
  await sender.sendUsernameChanged({ ...to, earlierUsername: "countess" });
  const { passwordChanged, usernameChanged } = await everyMail(lighthouse());
  assert.deepEqual(sender.mails, [
    { kind: "passwordChanged", to: "ada@example.org", ...passwordChanged },
    { kind: "usernameChanged", to: "ada@example.org", ...usernameChanged },
  ]);
});

test("MessageSender lets words decide about nothing but subject and parts (R31)", async () => {
  const words = { subject: "s", text: "t", html: "h", to: "mallory@example.org", kind: "verification" };
  const sender = new KeepingSender({ ...lighthouse(), accountDeleted: () => Promise.resolve(words) });
  await sender.sendAccountDeleted({ username: "ada", email: "ada@example.org" });
  assert.deepEqual(sender.mails, [
    { kind: "accountDeleted", to: "ada@example.org", subject: "s", text: "t", html: "h" },
  ]);
});

test("MessageSender() refuses to be without words", () => {
  for (const messages of [undefined, null, {}]) {
    assert.throws(() => Reflect.construct(KeepingSender, [messages]), TypeError);
  }
});

test("ConsoleEmailSender prints address, subject and plain text, and sends nothing", async () => {
  const mails: string[] = [];
  const sender = new ConsoleEmailSender({ messages: lighthouse(), write: (mail) => mails.push(mail) });
  await sender.sendAccountDeleted({ username: "ada.lovelace", email: "ada@example.org" });
  const { accountDeleted: { subject, text } } = await everyMail(lighthouse());
  assert.deepEqual(mails, [`To: ada@example.org\nSubject: ${subject}\n\n${text}`]);
});

test("ConsoleEmailSender.diagnose() says that it is not fit for production", async () => {
  const findings = await new ConsoleEmailSender({ messages: lighthouse() }).diagnose();
  assert.deepEqual(findings.map(({ code, level }) => [code, level]), [["no_real_sender", "unsafe"]]);
});

test("ConsoleEmailSender() refuses options that it does not know, and words that are none", () => {
  const messages = lighthouse();
  for (
    const options of [undefined, {}, { messages: "none" }, { messages, colour: true }, { messages, write: 1 }]
  ) {
    assert.throws(() => Reflect.construct(ConsoleEmailSender, [options]), TypeError);
  }
});

test("MailNotSentError tells nothing that could be a token, an address or a sentence", () => {
  const details = { provider: "Pigeons", status: 422, retryable: false, attempts: 1 };
  for (const reason of ["a".repeat(43), "ada@example.org", "no such mailbox", "", "line\nbreak"]) {
    const error = new MailNotSentError({ ...details, reason });
    assert.equal(error.reason, undefined);
    assert.equal(error.message, new MailNotSentError(details).message);
  }
  const told = new MailNotSentError({ ...details, reason: "validation_error" });
  assert.deepEqual(
    [told.name, told.provider, told.status, told.reason, told.retryable, told.attempts],
    ["MailNotSentError", "Pigeons", 422, "validation_error", false, 1],
  );
});
