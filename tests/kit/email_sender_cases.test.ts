import assert from "node:assert/strict";
import { test } from "node:test";

import type { EmailSender, UserMessage } from "../../interfaces.ts";
import {
  emailSenderCases,
  type EmailSenderCasesOptions,
  type OpenedEmailSender,
  type ReceivedEmail,
} from "../../testing/email_sender_cases.ts";
import { RecordingEmailSender } from "../../testing/recording_email_sender.ts";
import { failures } from "./_failures.ts";

/** A message of any kind, as a transport sees it. */
type Message = UserMessage & {
  readonly verificationToken?: string;
  readonly resetToken?: string;
  readonly emailChangeToken?: string;
  readonly earlierUsername?: string;
};

type Method = Exclude<keyof EmailSender, "diagnose">;

/** What is done with each mail; may throw, synchronously too. */
type Deliver = (mail: { method: Method; message: Message }, mailbox: ReceivedEmail[]) => Promise<void>;

const SECRET = "transport-password";

for (const { name, run } of emailSenderCases(openRecording)) {
  test(`RecordingEmailSender: ${name}`, async () => {
    await run();
  });
}

test("emailSenderCases() is green for a sound sender and one that fails as it should", async () => {
  assert.deepEqual(
    await failures(casesOf(delivering(), { failing: () => senderOf(down()), secrets: [SECRET] })),
    [],
  );
});

test("emailSenderCases() is green for a sender of the five mails alone", async () => {
  const open = () => {
    const mailbox: ReceivedEmail[] = [];
    return { sender: fiveOf(senderOf(delivering(), mailbox)), received: () => Promise.resolve(mailbox) };
  };
  const cases = emailSenderCases(open, { failing: () => fiveOf(senderOf(down())) });
  assert.deepEqual(await failures(cases), []);
  const answers = await Promise.all(cases.map(({ run }) => run()));
  assert.equal(answers.filter((answer) => typeof answer === "string").length, 10);
});

test("emailSenderCases() is green for a sender of HTML alone, which escapes names", async () => {
  const escape = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const html: Deliver = ({ message }, mailbox) => {
    mailbox.push({
      to: message.email,
      text: `<p>${escape(namesIn(message))} <a href="${tokenOf(message)}">`,
    });
    return Promise.resolve();
  };
  assert.deepEqual(await failures(casesOf(html)), []);
});

test("emailSenderCases() says which cases do not apply", async () => {
  const answers = await Promise.all(emailSenderCases(openRecording).slice(-3).map(({ run }) => run()));
  assert.deepEqual(answers.map((answer) => typeof answer), ["string", "string", "string"]);
});

test("emailSenderCases() names every case differently", () => {
  const names = emailSenderCases(openRecording).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test("emailSenderCases() disposes of what it opened, however the case ended", async () => {
  let open = 0;
  const disposable = (): OpenedEmailSender => {
    open++;
    return {
      sender: senderOf(() => Promise.resolve()),
      received: () => Promise.resolve([]),
      [Symbol.asyncDispose]: () => Promise.resolve(void open--),
    };
  };
  assert.notDeepEqual(await failures(emailSenderCases(disposable)), []);
  assert.equal(open, 0);
});

/** A sender with one thing wrong, and the case that is there to see it. */
const BROKEN: readonly {
  readonly what: string;
  readonly caughtBy: string;
  readonly deliver: () => Deliver;
}[] = [
  {
    what: "sends to the wrong address",
    caughtBy: "sendVerification() reaches the given address and nobody else",
    deliver: () => changing((mail) => ({ ...mail, to: "postmaster@example.com" })),
  },
  {
    what: "copies each notice to somebody else",
    caughtBy: "sendAccountDeleted() reaches the given address and nobody else",
    deliver: () => async (mail, mailbox) => {
      await delivering()(mail, mailbox);
      if (tokenOf(mail.message) === "") mailbox.push({ to: "audit@example.com", text: "a copy" });
    },
  },
  {
    what: "sends a notice twice",
    caughtBy: "sendPasswordChanged() reaches the given address and nobody else",
    deliver: () => async (mail, mailbox) => {
      await delivering()(mail, mailbox);
      if (mail.method === "sendPasswordChanged") await delivering()(mail, mailbox);
    },
  },
  {
    what: "forgets a kind of mail",
    caughtBy: "sendAddressInUse() reaches the given address and nobody else",
    deliver: () => (mail, mailbox) =>
      mail.method === "sendAddressInUse" ? Promise.resolve() : delivering()(mail, mailbox),
  },
  {
    what: "cuts a token short",
    caughtBy: "sendVerification() and sendPasswordReset() carry their own token whole and no other",
    deliver: () => changing(({ to, text }) => ({ to, text: text.slice(0, -1) })),
  },
  {
    what: "glues a token to the next word",
    caughtBy: "sendVerification() and sendPasswordReset() carry their own token whole and no other",
    deliver: () => changing(({ to, text }) => ({ to, text: `${text}continue` })),
  },
  {
    what: "repeats its last token in notices",
    caughtBy: "notices carry no token, whatever was sent before",
    deliver: () => {
      let last = "";
      return ({ message }, mailbox) => {
        last = tokenOf(message) || last;
        mailbox.push({ to: message.email, text: `${namesIn(message)} ${last}` });
        return Promise.resolve();
      };
    },
  },
  {
    what: "does not say whose account it is",
    caughtBy: "sendVerification() names the username",
    deliver: () => ({ message }, mailbox) => {
      mailbox.push({ to: message.email, text: `Welcome ${tokenOf(message)}` });
      return Promise.resolve();
    },
  },
  {
    what: "leaves the token out of the mail to a new address",
    caughtBy: "sendEmailChange() carries its own token whole and no other",
    deliver: () => ({ message }, mailbox) => {
      const { emailChangeToken: _, ...others } = message;
      mailbox.push({ to: message.email, text: `${namesIn(message)} ${tokenOf(others)}` });
      return Promise.resolve();
    },
  },
  {
    what: "does not tell a new address whose account it is",
    caughtBy: "sendEmailChange() names the username",
    deliver: () => ({ method, message }, mailbox) => {
      const names = method === "sendEmailChange" ? "" : namesIn(message);
      mailbox.push({ to: message.email, text: `${names} ${tokenOf(message)}` });
      return Promise.resolve();
    },
  },
  {
    what: "leaves the token out of an invitation",
    caughtBy: "sendInvitation() carries its own token whole and no other",
    deliver: () => ({ method, message }, mailbox) => {
      const token = method === "sendInvitation" ? "" : tokenOf(message);
      mailbox.push({ to: message.email, text: `${namesIn(message)} ${token}` });
      return Promise.resolve();
    },
  },
  {
    what: "does not say which account an invitation is to",
    caughtBy: "sendInvitation() names the username",
    deliver: () => ({ method, message }, mailbox) => {
      const names = method === "sendInvitation" ? "" : namesIn(message);
      mailbox.push({ to: message.email, text: `${names} ${tokenOf(message)}` });
      return Promise.resolve();
    },
  },
  {
    what: "does not say which account got another name",
    caughtBy: "sendUsernameChanged() names the new username and the earlier one",
    deliver: () => ({ message }, mailbox) => {
      mailbox.push({ to: message.email, text: `${message.username} ${tokenOf(message)}` });
      return Promise.resolve();
    },
  },
  {
    what: "keeps the mail under way in one place",
    caughtBy: "mails to two people at once do not mix",
    deliver: () => {
      let current: Message | undefined;
      return async ({ message }, mailbox) => {
        current = message;
        await Promise.resolve();
        mailbox.push({ to: message.email, text: `${namesIn(current)} ${tokenOf(current)}` });
      };
    },
  },
  {
    what: "reads a recipient out of the username",
    caughtBy: "hostile usernames add no recipient and lose no mail",
    deliver: () => async (mail, mailbox) => {
      await delivering()(mail, mailbox);
      const [, to] = /Bcc:(\w+)/.exec(mail.message.username) ?? [];
      if (to !== undefined) mailbox.push({ to, text: "a blind copy" });
    },
  },
  {
    what: "fills its template with a pattern",
    caughtBy: "sendVerification() names hostile usernames as they are",
    deliver: () => ({ message }, mailbox) => {
      const text = `NAME ${tokenOf(message)}`.replace("NAME", namesIn(message));
      mailbox.push({ to: message.email, text });
      return Promise.resolve();
    },
  },
  {
    what: "tidies addresses",
    caughtBy: "unusual addresses are reached as they are",
    deliver: () => changing(({ to, text }) => ({ to: to.replace(/\+[^@]*/, ""), text })),
  },
  {
    what: "knows only some languages",
    caughtBy: "every mail is delivered whatever the locale",
    deliver: () => (mail, mailbox) =>
      mail.message.locale === "tlh" ? Promise.reject(new Error("no template")) : delivering()(mail, mailbox),
  },
  {
    what: "throws synchronously for a locale that is none",
    caughtBy: "every method returns a promise and throws nothing synchronously",
    deliver: () => (mail, mailbox) => {
      if (mail.message.locale !== undefined) new Intl.Locale(mail.message.locale);
      return delivering()(mail, mailbox);
    },
  },
  {
    what: "writes into the message",
    caughtBy: "every method leaves its message as it was",
    deliver: () => (mail, mailbox) => {
      Object.assign(mail.message, { username: mail.message.username.toUpperCase() });
      return delivering()(mail, mailbox);
    },
  },
  {
    what: "moves the date in the message",
    caughtBy: "every method leaves its message as it was",
    deliver: () => (mail, mailbox) => {
      if ("expiresAt" in mail.message && mail.message.expiresAt instanceof Date) {
        mail.message.expiresAt.setTime(0);
      }
      return delivering()(mail, mailbox);
    },
  },
];

for (const { what, caughtBy, deliver } of BROKEN) {
  test(`emailSenderCases() catches a sender that ${what}`, async () => {
    assertIncludes(await failures(emailSenderCases(() => opened(deliver()))), caughtBy);
  });
}

const SHOWN = "no rejection shows a token or a secret";

/** What goes wrong when the transport is down. */
const BADLY_FAILING: readonly {
  readonly what: string;
  readonly caughtBy: string;
  readonly deliver: Deliver;
}[] = [
  {
    what: "swallows the failure",
    caughtBy: "every method rejects when the mail cannot be sent",
    deliver: () => Promise.resolve(),
  },
  {
    what: "swallows the failure of one method",
    caughtBy: "every method rejects when the mail cannot be sent",
    deliver: ({ method }) =>
      method === "sendAddressInUse" ? Promise.resolve() : Promise.reject(new Error("down")),
  },
  {
    what: "throws the failure synchronously",
    caughtBy: "every method rejects, and throws nothing synchronously, when the mail cannot be sent",
    deliver: () => {
      throw new Error("down");
    },
  },
  {
    what: "shows the token in the message",
    caughtBy: SHOWN,
    deliver: ({ message }) => Promise.reject(new Error(`Cannot send ${tokenOf(message)}`)),
  },
  {
    what: "shows the token in the cause",
    caughtBy: SHOWN,
    deliver: ({ message }) =>
      Promise.reject(new Error("down", { cause: { request: new Map([["body", message]]) } })),
  },
  {
    what: "shows the token in the bytes it tried to send",
    caughtBy: SHOWN,
    deliver: ({ message }) =>
      Promise.reject(Object.assign(new Error("down"), { body: new TextEncoder().encode(tokenOf(message)) })),
  },
  {
    what: "shows the token in a list of errors",
    caughtBy: SHOWN,
    deliver: ({ message }) => Promise.reject(new AggregateError([new Error(tokenOf(message))], "down")),
  },
  {
    what: "shows the token where JSON would",
    caughtBy: SHOWN,
    deliver: ({ message }) =>
      Promise.reject(Object.create({ toJSON: () => ({ token: tokenOf(message) }) }) as Error),
  },
  {
    what: "shows the password of the transport",
    caughtBy: SHOWN,
    deliver: () => Promise.reject(Object.assign(new Error("down"), { options: { auth: { pass: SECRET } } })),
  },
];

for (const { what, caughtBy, deliver } of BADLY_FAILING) {
  test(`emailSenderCases() catches a failing sender that ${what}`, async () => {
    const cases = casesOf(delivering(), { failing: () => senderOf(deliver), secrets: [SECRET] });
    assertIncludes(await failures(cases), caughtBy);
  });
}

function openRecording(): OpenedEmailSender {
  const sender = new RecordingEmailSender();
  return {
    sender,
    received: () =>
      Promise.resolve(sender.sent.map(({ to, ...mail }) => ({ to, text: Object.values(mail).join("\n") }))),
  };
}

function casesOf(deliver: Deliver, options?: EmailSenderCasesOptions): ReturnType<typeof emailSenderCases> {
  return emailSenderCases(() => opened(deliver), options);
}

function opened(deliver: Deliver): OpenedEmailSender {
  const mailbox: ReceivedEmail[] = [];
  return { sender: senderOf(deliver, mailbox), received: () => Promise.resolve(mailbox) };
}

function senderOf(deliver: Deliver, mailbox: ReceivedEmail[] = []): EmailSender {
  const make = (method: Method) => (message: Message) => deliver({ method, message }, mailbox);
  return {
    sendVerification: make("sendVerification"),
    sendPasswordReset: make("sendPasswordReset"),
    sendEmailVerified: make("sendEmailVerified"),
    sendPasswordChanged: make("sendPasswordChanged"),
    sendAccountDeleted: make("sendAccountDeleted"),
    sendAddressInUse: make("sendAddressInUse"),
    sendEmailChange: make("sendEmailChange"),
    sendEmailChanged: make("sendEmailChanged"),
    sendUsernameChanged: make("sendUsernameChanged"),
    sendInvitation: make("sendInvitation"),
  };
}

/** What every sender has. */
function fiveOf(sender: EmailSender): EmailSender {
  const { sendVerification, sendPasswordReset, sendEmailVerified, sendPasswordChanged, sendAccountDeleted } =
    sender;
  return { sendVerification, sendPasswordReset, sendEmailVerified, sendPasswordChanged, sendAccountDeleted };
}

function delivering(): Deliver {
  return changing((mail) => mail);
}

function changing(change: (mail: ReceivedEmail) => ReceivedEmail): Deliver {
  return ({ message }, mailbox) => {
    mailbox.push(change({ to: message.email, text: `${namesIn(message)} ${tokenOf(message)}` }));
    return Promise.resolve();
  };
}

function down(): Deliver {
  return () => Promise.reject(new Error("Cannot send the mail: connection refused"));
}

function tokenOf({ verificationToken, resetToken, emailChangeToken }: Partial<Message>): string {
  return verificationToken ?? resetToken ?? emailChangeToken ?? "";
}

function namesIn({ username, earlierUsername = "" }: Message): string {
  return `${earlierUsername} ${username}`;
}

function assertIncludes(failed: readonly string[], name: string): void {
  assert.ok(failed.includes(name), `failed: ${failed.join("; ") || "nothing"}`);
}
