import { emailSenderCases, type ReceivedEmail } from "@userharbor/core/testing";
import { createMessages, type MailNotSentError } from "@userharbor/messages";
import { SmtpEmailSender, type SmtpEmailSenderOptions } from "@userharbor/smtp";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, test } from "node:test";
import PostalMime from "postal-mime";
import { runCases } from "./_run_cases.ts";
import { EXIM_LOGIN, EximServer, type KeptMail, withoutExim } from "./servers/exim.ts";

const SUBJECT = { subject: "SmtpEmailSender over exim", skip: withoutExim };

const ADA = { username: "ada", email: "ada@example.org" };

/** Signed by itself, for nobody; its key is gone. */
const OTHER_AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUD3LxlvOFyBfMS+xtFAW0I0kvAmMwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTI2MDI1NzU4WhgP
MjEyNjExMDIwMjU3NThaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyo044uLVCdGcZzg+wpCehvOtkNsz/BbM
ZafOVu9SCrcUckFU6aSOg83r22E00Lb0inY9H/zShKsd66wXUEl08aNTMFEwHQYD
VR0OBBYEFGtug/98h6q4o0yalSBoDjwQubgvMB8GA1UdIwQYMBaAFGtug/98h6q4
o0yalSBoDjwQubgvMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
AOrTkH6kvplLODDz5SAR41jkuxcTT5pVqa/It5o3HduDAiAYAHqAQi80M0j4G+Bv
udEnp1FuQKqLICWTKq9/HThNSw==
-----END CERTIFICATE-----`;

const messages = createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" });

let server: EximServer | undefined;

before(async () => {
  if (withoutExim === false) server = await EximServer.start();
});

after(() => server?.[Symbol.asyncDispose]());

function exim(): EximServer {
  assert.ok(server !== undefined);
  return server;
}

function login(
  { user, password }: { readonly user: string; readonly password: string } = EXIM_LOGIN,
): string {
  return `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
}

/** A sender that is disposed of with its connections. */
function open(options: Partial<SmtpEmailSenderOptions> = {}): SmtpEmailSender & Disposable {
  const { port, certificate: ca } = exim();
  const sender = new SmtpEmailSender({
    url: `smtp://${login()}@localhost:${port}`,
    ca,
    from: "Lighthouse <accounts@lighthouse.example>",
    messages,
    wait: () => Promise.resolve(),
    ...options,
  });
  return Object.assign(sender, { [Symbol.dispose]: () => sender.close() });
}

async function outcome(sender: SmtpEmailSender, email = ADA.email): Promise<MailNotSentError | "sent"> {
  return await sender.sendPasswordChanged({ ...ADA, email }).then(() => "sent", (error) => error);
}

/** By a parser that shares nothing with what made the mail. */
async function read({ to, source }: KeptMail): Promise<ReceivedEmail> {
  const { subject, text, html } = await PostalMime.parse(Buffer.from(source, "latin1"));
  return { to, text: [subject, text, html].join("\n").replaceAll("\r\n", "\n") };
}

async function openContract() {
  const before = exim().kept();
  let sent = 0;
  const sender = open();
  const counting = new Proxy(sender, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(member, target, args);
        if (!String(name).startsWith("send") || !(answer instanceof Promise)) return answer;
        return answer.then(() => void sent++);
      };
    },
  });
  return {
    sender: counting,
    received: async () => await Promise.all((await exim().arrived(before, sent)).map(read)),
    [Symbol.asyncDispose]: () => Promise.resolve(sender.close()),
  };
}

const WRONG_LOGIN = { user: EXIM_LOGIN.user, password: "another/secret" };

function openFailing() {
  return open({ url: `smtp://${login(WRONG_LOGIN)}@localhost:${exim().port}` });
}

const secrets = [WRONG_LOGIN.password, login(WRONG_LOGIN), ADA.email];
runCases(emailSenderCases(openContract, { failing: openFailing, secrets }), SUBJECT);

test(
  "SmtpEmailSender hands over a whole mail by STARTTLS, as another parser reads it",
  { skip: withoutExim },
  async () => {
    const before = exim().kept();
    using sender = open({
      replyTo: "help@lighthouse.example",
      from: "Leuchtturm, \u00D6ster <accounts@lighthouse.example>",
    });
    await sender.sendPasswordChanged({ ...ADA, username: "ad\u00E4", locale: "de" });
    const [kept] = await exim().arrived(before, 1);
    const mail = await PostalMime.parse(Buffer.from(kept?.source ?? "", "latin1"));
    const expected = await messages.passwordChanged({ ...ADA, username: "ad\u00E4", locale: "de" });
    assert.equal(mail.subject, expected.subject);
    assert.equal(mail.text?.replaceAll("\r\n", "\n").trimEnd(), expected.text.trimEnd());
    assert.equal(mail.html?.replaceAll("\r\n", "\n").trimEnd(), expected.html.trimEnd());
    assert.deepEqual([mail.from?.name, mail.from?.address], [
      "Leuchtturm, \u00D6ster",
      "accounts@lighthouse.example",
    ]);
    assert.deepEqual(mail.to?.map(({ address }) => address), [ADA.email]);
    assert.deepEqual(mail.replyTo?.map(({ address }) => address), ["help@lighthouse.example"]);
    assert.match(mail.messageId ?? "", /^<[\w-]{36}@lighthouse\.example>$/);
    const headers = new Map(mail.headers.map(({ key, value }) => [key, value]));
    assert.equal(headers.get("auto-submitted"), "auto-generated");
    assert.match(kept?.source ?? "", /^Received: .*\n?.*with esmtpsa /m);
  },
);

test("SmtpEmailSender hands mail over by TLS from the start", { skip: withoutExim }, async () => {
  const before = exim().kept();
  using sender = open({ url: `smtps://${login()}@localhost:${exim().tlsPort}` });
  assert.equal(await outcome(sender), "sent");
  const [kept] = await exim().arrived(before, 1);
  assert.equal(kept?.to, ADA.email);
  assert.match(kept?.source ?? "", /^Received: .*\n?.*with esmtpsa /m);
});

test("SmtpEmailSender keeps its connections, and no more than it may", { skip: withoutExim }, async () => {
  const before = exim().kept();
  using sender = open({ maxConnections: 2 });
  const all = Array.from({ length: 12 }, (_, index) => outcome(sender, `ada${index}@example.org`));
  assert.deepEqual(await Promise.all(all), Array(12).fill("sent"));
  const arrived = await exim().arrived(before, 12);
  assert.equal(new Set(arrived.map(({ to }) => to)).size, 12);
});

for (const scheme of ["smtp", "smtps"] as const) {
  test(`SmtpEmailSender tells no password to whoever has not the certificate it should, over ${scheme}`, {
    skip: withoutExim,
  }, async () => {
    const port = scheme === "smtp" ? exim().port : exim().tlsPort;
    const url = `${scheme}://${login()}@localhost:${port}`;
    const wrong = [{ servername: "mail.lighthouse.example" }, { ca: OTHER_AUTHORITY }];
    for (const options of wrong) {
      using sender = open({ url, ...options });
      const error = await outcome(sender);
      assert.ok(error !== "sent");
      assert.deepEqual([error.name, error.status, error.retryable, error.attempts], [
        "MailNotSentError",
        undefined,
        false,
        1,
      ]);
      assert.match(error.reason ?? "", /CERT|SELF|ALTNAME|UNABLE_TO_VERIFY/);
    }
  });
}

test(
  "SmtpEmailSender tells what the server refuses for good, and does not repeat it",
  { skip: withoutExim },
  async () => {
    const refused: readonly (readonly [Partial<SmtpEmailSenderOptions>, email: string, status: number])[] = [
      [{}, "nosuchuser@example.org", 550],
      [{ url: `smtp://${login(WRONG_LOGIN)}@localhost:${exim().port}` }, ADA.email, 535],
      [{ url: `smtp://localhost:${exim().port}` }, ADA.email, 530],
    ];
    for (const [options, email, status] of refused) {
      using sender = open(options);
      const error = await outcome(sender, email);
      assert.ok(error !== "sent");
      assert.deepEqual([error.status, error.retryable, error.attempts], [status, false, 1]);
    }
  },
);

test("SmtpEmailSender tries again what the server refuses for now", { skip: withoutExim }, async () => {
  using sender = open();
  const error = await outcome(sender, "greylisted@example.org");
  assert.ok(error !== "sent");
  assert.deepEqual([error.status, error.retryable, error.attempts], [451, true, 3]);
});
