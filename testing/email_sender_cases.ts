import assert from "node:assert/strict";

import type { EmailSender } from "../interfaces.ts";
import { exposedText } from "./_exposed_text.ts";
import { ADA, GRACE, type Mail, MAILS, type Person } from "./_sample_mails.ts";
import { useOpened } from "./_use_opened.ts";
import type { ContractCase } from "./contract_case.ts";

/** A mail as it reached one mailbox. */
export interface ReceivedEmail {
  /** The mailbox it reached. A mail to two people is two of these, whether by `To`, `Cc` or `Bcc`. */
  readonly to: string;
  /** Everything the recipient can read: the subject and all parts, with every encoding decoded. */
  readonly text: string;
}

/** A sender and the far end of it. */
export interface OpenedEmailSender {
  /** The sender under test. */
  readonly sender: EmailSender;
  /** Every mail that arrived since it was opened; waits for those under way. */
  received(): Promise<readonly ReceivedEmail[]>;
  /** Ends what was opened. */
  [Symbol.asyncDispose]?(): PromiseLike<void>;
}

/** What {@link emailSenderCases} may be told about a sender. */
export interface EmailSenderCasesOptions {
  /** Makes a sender that cannot deliver: its server is down, or refuses. Without it those cases do not apply. */
  readonly failing?: () => EmailSender | Promise<EmailSender>;
  /** What the failing sender authenticates with, in each form it is sent in; must not show in a rejection. */
  readonly secrets?: readonly string[];
}

interface Promised {
  readonly name: string;
  readonly check: (opened: OpenedEmailSender) => Promise<string | void>;
}

/** What a custom username validator may let through: no white space, no controls and no `@`. */
const HOSTILE_USERNAMES: readonly string[] = [
  "<b>ada</b>",
  "</p><script>alert(1)</script>",
  '"ada"<mallory>',
  "ada,mallory;eve",
  "Bcc:mallory",
  "%0d%0aBcc:mallory",
  "=?utf-8?q?ada?=",
  "{{username}}${username}%s",
  "$&$1$`",
  "\u0430\u0434\u0430",
  "\u{1F511}ada\u00e9",
  "&lt;ada&gt;&amp;",
];

/** Canonical, if seldom seen. */
const UNUSUAL_ADDRESSES: readonly string[] = [
  "o'brien+news@example.org",
  "ada.b-c_d=e@sub.example.org",
  `${"a".repeat(64)}@example.org`,
];

const LOCALES: readonly string[] = ["en", "de", "pt-BR", "zh-Hant-TW", "ar", "tlh"];

const [VERIFICATION, RESET, EMAIL_CHANGE, INVITATION, ...NOTICES] = MAILS;

const NO_CHANGES_OF_ADDRESS = "the sender changes no address";
const NO_INVITATIONS = "the sender invites with a password reset";

const TOKENS = [ADA, GRACE].flatMap(tokensOf);

const DELIVERY: readonly Promised[] = MAILS.map((mail) => ({
  name: `${mail.method}() reaches the given address and nobody else`,
  async check(opened): Promise<string | void> {
    if (opened.sender[mail.method] === undefined) return "the sender leaves this notice out";
    await send(opened.sender, { mail, to: ADA });
    assert.deepEqual(recipients(await opened.received()), [ADA.email]);
  },
}));

const CONTENT: readonly Promised[] = [
  {
    name: "sendVerification() and sendPasswordReset() carry their own token whole and no other",
    async check(opened) {
      await send(opened.sender, { mail: VERIFICATION, to: ADA });
      await send(opened.sender, { mail: RESET, to: GRACE });
      const received = await opened.received();
      assertCarriesOnly(textTo(received, ADA), ADA.verificationToken);
      assertCarriesOnly(textTo(received, GRACE), GRACE.resetToken);
    },
  },
  {
    name: "sendEmailChange() carries its own token whole and no other",
    async check(opened): Promise<string | void> {
      if (opened.sender.sendEmailChange === undefined) return NO_CHANGES_OF_ADDRESS;
      for (const mail of [VERIFICATION, RESET]) await send(opened.sender, { mail, to: ADA });
      await send(opened.sender, { mail: EMAIL_CHANGE, to: GRACE });
      assertCarriesOnly(textTo(await opened.received(), GRACE), GRACE.emailChangeToken);
    },
  },
  {
    name: "sendInvitation() carries its own token whole and no other",
    async check(opened): Promise<string | void> {
      if (opened.sender.sendInvitation === undefined) return NO_INVITATIONS;
      for (const mail of [VERIFICATION, RESET]) await send(opened.sender, { mail, to: ADA });
      await send(opened.sender, { mail: INVITATION, to: GRACE });
      assertCarriesOnly(textTo(await opened.received(), GRACE), GRACE.resetToken);
    },
  },
  {
    name: "notices carry no token, whatever was sent before",
    async check(opened) {
      const mails = [VERIFICATION, RESET, EMAIL_CHANGE, INVITATION].filter(({ method }) =>
        opened.sender[method]
      );
      for (const mail of mails) await send(opened.sender, { mail, to: ADA });
      for (const mail of NOTICES) {
        for (const to of [ADA, GRACE]) await send(opened.sender, { mail, to });
      }
      const received = await opened.received();
      const withToken = received.filter(({ text }) => TOKENS.some((token) => text.includes(token)));
      assert.equal(withToken.length, mails.length, "a notice carries a token");
    },
  },
  {
    name: "sendVerification() names the username",
    async check(opened) {
      await send(opened.sender, { mail: VERIFICATION, to: ADA });
      assertNames(textTo(await opened.received(), ADA), ADA.username);
    },
  },
  {
    name: "sendEmailChange() names the username",
    async check(opened): Promise<string | void> {
      if (opened.sender.sendEmailChange === undefined) return NO_CHANGES_OF_ADDRESS;
      await send(opened.sender, { mail: EMAIL_CHANGE, to: ADA });
      assertNames(textTo(await opened.received(), ADA), ADA.username);
    },
  },
  {
    name: "sendInvitation() names the username",
    async check(opened): Promise<string | void> {
      if (opened.sender.sendInvitation === undefined) return NO_INVITATIONS;
      await send(opened.sender, { mail: INVITATION, to: ADA });
      assertNames(textTo(await opened.received(), ADA), ADA.username);
    },
  },
  {
    name: "sendUsernameChanged() names the new username and the earlier one",
    async check(opened): Promise<string | void> {
      if (opened.sender.sendUsernameChanged === undefined) return "the sender leaves this notice out";
      for (const mail of NOTICES.filter(({ method }) => method === "sendUsernameChanged")) {
        await send(opened.sender, { mail, to: ADA });
      }
      const text = textTo(await opened.received(), ADA);
      for (const username of [ADA.username, ADA.earlierUsername]) assertNames(text, username);
    },
  },
  {
    name: "mails to two people at once do not mix",
    async check(opened) {
      const all = MAILS.flatMap((mail) => [ADA, GRACE].map((to) => send(opened.sender, { mail, to })));
      await Promise.all(all);
      const received = await opened.received();
      const mailed = mailsOf(opened.sender).length;
      assert.deepEqual(recipients(received), [
        ...Array<string>(mailed).fill(ADA.email),
        ...Array<string>(mailed).fill(GRACE.email),
      ]);
      for (const [person, other] of [[ADA, GRACE], [GRACE, ADA]] as const) {
        const text = textTo(received, person);
        assertHasWhole(text, person.verificationToken);
        assertHasWhole(text, person.resetToken);
        if (opened.sender.sendEmailChange !== undefined) assertHasWhole(text, person.emailChangeToken);
        for (const foreign of [other.username, other.earlierUsername, ...tokensOf(other)]) {
          assert.ok(!text.includes(foreign), "a mail holds what belongs to somebody else");
        }
      }
    },
  },
];

const INPUT: readonly Promised[] = [
  {
    name: "hostile usernames add no recipient and lose no mail",
    async check(opened) {
      for (const username of HOSTILE_USERNAMES) {
        const to = { ...ADA, username, earlierUsername: username };
        for (const mail of MAILS) await send(opened.sender, { mail, to });
      }
      const mailed = mailsOf(opened.sender).length;
      const expected = Array<string>(mailed * HOSTILE_USERNAMES.length).fill(ADA.email);
      assert.deepEqual(recipients(await opened.received()), expected);
    },
  },
  {
    name: "sendVerification() names hostile usernames as they are",
    async check(opened) {
      for (const username of HOSTILE_USERNAMES) {
        await send(opened.sender, { mail: VERIFICATION, to: { ...ADA, username } });
      }
      const text = textTo(await opened.received(), ADA);
      for (const username of HOSTILE_USERNAMES) assertNames(text, username);
      assertHasWhole(text, ADA.verificationToken);
    },
  },
  {
    name: "unusual addresses are reached as they are",
    async check(opened) {
      for (const email of UNUSUAL_ADDRESSES) {
        await send(opened.sender, { mail: VERIFICATION, to: { ...ADA, email } });
      }
      assert.deepEqual(recipients(await opened.received()), UNUSUAL_ADDRESSES.toSorted());
    },
  },
  {
    name: "every mail is delivered whatever the locale",
    async check(opened) {
      for (const locale of LOCALES) {
        for (const mail of MAILS) await send(opened.sender, { mail, to: { ...ADA, locale } });
      }
      const mailed = mailsOf(opened.sender).length;
      const received = await opened.received();
      assert.deepEqual(recipients(received), Array<string>(mailed * LOCALES.length).fill(ADA.email));
      const tokens = received.filter(({ text }) => hasWhole(text, ADA.verificationToken));
      assert.equal(tokens.length, LOCALES.length, "a locale lost its token");
    },
  },
  {
    name: "every method returns a promise and throws nothing synchronously",
    async check(opened) {
      for (const locale of [undefined, "", "not a language tag"]) {
        const to = locale === undefined ? ADA : { ...ADA, locale };
        for (const { method, prepare } of mailsOf(opened.sender)) {
          const answer = startWithoutThrowing(() => prepare(to).send(opened.sender));
          assert.equal(typeof answer?.then, "function", `${method}() returned no promise`);
          await answer?.catch(() => {});
        }
      }
    },
  },
  {
    name: "every method leaves its message as it was",
    async check(opened) {
      for (const { method, prepare } of mailsOf(opened.sender)) {
        const { message, send } = prepare({ ...ADA, locale: "de" });
        await send(opened.sender);
        assert.deepEqual(
          message,
          prepare({ ...ADA, locale: "de" }).message,
          `${method}() changed its message`,
        );
      }
    },
  },
];

/** What must hold for a sender whose transport is down. */
const FAILURE: readonly {
  readonly name: string;
  readonly check: (sender: EmailSender, secrets: readonly string[]) => Promise<void>;
}[] = [
  {
    name: "every method rejects when the mail cannot be sent",
    async check(sender) {
      for (const mail of mailsOf(sender)) {
        await assert.rejects(async () => await send(sender, { mail, to: ADA }), `${mail.method}() resolved`);
      }
    },
  },
  {
    name: "every method rejects, and throws nothing synchronously, when the mail cannot be sent",
    async check(sender) {
      for (const { prepare } of mailsOf(sender)) {
        await startWithoutThrowing(() => prepare(ADA).send(sender))?.catch(() => {});
      }
    },
  },
  {
    name: "no rejection shows a token or a secret",
    async check(sender, secrets) {
      for (const { method, prepare } of mailsOf(sender)) {
        const rejection = await prepare(ADA).send(sender)?.then(() => undefined, (reason: unknown) => reason);
        const exposed = exposedText(rejection);
        for (const secret of [...TOKENS, ...secrets]) {
          assert.ok(!exposed.includes(secret), `the rejection of ${method}() shows a secret`);
        }
      }
    },
  },
];

/**
 * The contract of an e-mail sender, as cases for any test runner.
 *
 * @param open makes a sender and a way to read what it delivered; nothing has arrived yet
 * @param options how to make a sender that fails
 * @returns one case for each promise; independent of each other
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { emailSenderCases, RecordingEmailSender } from "@userharbor/core/testing";
 *
 * const cases = emailSenderCases(() => {
 *   const sender = new RecordingEmailSender();
 *   const received = () =>
 *     Promise.resolve(sender.sent.map(({ to, ...mail }) => ({ to, text: Object.values(mail).join(" ") })));
 *   return { sender, received };
 * });
 * // With a test runner: for (const { name, run } of cases) test(name, run);
 * for (const { run } of cases) await run();
 * assert.ok(cases.some(({ name }) => name === "notices carry no token, whatever was sent before"));
 * ```
 */
export function emailSenderCases(
  open: () => OpenedEmailSender | Promise<OpenedEmailSender>,
  options: EmailSenderCasesOptions = {},
): ContractCase[] {
  const { failing, secrets = [] } = options;
  const working = [...DELIVERY, ...CONTENT, ...INPUT].map(({ name, check }): ContractCase => ({
    name,
    run: () => useOpened(open, check),
  }));
  const failed = FAILURE.map(({ name, check }): ContractCase => ({
    name,
    run: () =>
      failing === undefined
        ? Promise.resolve("no failing sender was given")
        : useOpened(failing, (sender) => check(sender, secrets)),
  }));
  return [...working, ...failed];
}

function mailsOf(sender: EmailSender): readonly Mail[] {
  return MAILS.filter(({ method }) => sender[method] !== undefined);
}

async function send(sender: EmailSender, { mail, to }: { mail: Mail; to: Person }): Promise<void> {
  await mail.prepare(to).send(sender);
}

function startWithoutThrowing(call: () => Promise<void> | undefined): Promise<void> | undefined {
  try {
    return call();
  } catch {
    assert.fail("threw synchronously");
  }
}

function tokensOf({ verificationToken, resetToken, emailChangeToken }: Person): readonly string[] {
  return [verificationToken, resetToken, emailChangeToken];
}

function recipients(received: readonly ReceivedEmail[]): string[] {
  return received.map(({ to }) => to).toSorted();
}

function textTo(received: readonly ReceivedEmail[], { email }: Person): string {
  return received.filter(({ to }) => to === email).map(({ text }) => text).join("\n");
}

function assertCarriesOnly(text: string, token: string): void {
  assertHasWhole(text, token);
  const others = TOKENS.filter((other) => other !== token);
  assert.ok(!others.some((other) => text.includes(other)), "the mail carries another token");
}

function assertHasWhole(text: string, token: string): void {
  assert.ok(hasWhole(text, token), "the mail does not carry its token whole");
}

/** Nothing that could be read as a part of the token stands next to it. */
function hasWhole(text: string, token: string): boolean {
  return text.split(token).some((before, index, parts) => {
    const after = parts[index + 1];
    return after !== undefined && !/[\w-]$/.test(before) && !/^[\w-]/.test(after);
  });
}

function assertNames(text: string, username: string): void {
  assert.ok(
    text.includes(username) || unescapeHtml(text).includes(username),
    "the mail does not name the username",
  );
}

/** A mail of HTML alone spells some characters as references. */
function unescapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|quot|apos|amp));/gi,
    (reference, hex, decimal, name) => {
      if (name !== undefined) return names[String(name).toLowerCase()] ?? reference;
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}
