import assert from "node:assert/strict";
import { test } from "node:test";
import { createMessages } from "@userharbor/messages";
import { SmtpEmailSender } from "@userharbor/smtp";

const GOOD = {
  url: "smtps://accounts%40lighthouse.example:s3cret%2F@mail.lighthouse.example",
  from: "Lighthouse <accounts@lighthouse.example>",
  messages: createMessages({ appName: "Lighthouse", baseUrl: "https://lighthouse.example" }),
};

function construct(options: unknown): unknown {
  return Reflect.construct(SmtpEmailSender, [options]);
}

test("SmtpEmailSender() takes the address of a mail server, encrypted or on this very computer", () => {
  for (
    const options of [
      {},
      { url: "smtp://mail.lighthouse.example" },
      { url: "smtp://user:password@[2001:db8::1]:2525/" },
      { url: "smtp://localhost:1025", allowPlaintext: true },
      { url: "smtp://127.0.0.1:1025", allowPlaintext: true },
      { url: "smtp://[::1]:1025", allowPlaintext: true },
      {
        ca: "-----BEGIN CERTIFICATE-----",
        servername: "mail.example",
        maxConnections: 1,
        timeoutSeconds: 60,
      },
    ]
  ) {
    const sender = new SmtpEmailSender({ ...GOOD, ...options });
    sender.close();
  }
});

test("SmtpEmailSender() refuses an address that says something else, and does not repeat it", () => {
  for (
    const url of [
      "",
      "mail.lighthouse.example",
      "https://mail.lighthouse.example",
      "smtp://",
      "smtps://user@mail.lighthouse.example",
      "smtps://:s3cret@mail.lighthouse.example",
      "smtps://user:s3cret@mail.lighthouse.example/inbox",
      "smtps://user:s3cret@mail.lighthouse.example?tls.rejectUnauthorized=false",
      "smtp://user:s3cret@mail.lighthouse.example?ignoreTLS=true",
      "smtps://user:s3cret@mail.lighthouse.example#x",
      "smtps://user:s3cret%zz@mail.lighthouse.example",
    ]
  ) {
    assert.throws(() => construct({ ...GOOD, url }), (error) => {
      assert.ok(error instanceof RangeError, url);
      assert.ok(!error.message.includes("s3cret"));
      return true;
    });
  }
  assert.throws(() => construct({ ...GOOD, url: undefined }), TypeError);
});

test("SmtpEmailSender() lets nobody switch off that the connection is encrypted and the server is known", () => {
  for (
    const host of ["mail.lighthouse.example", "10.0.0.1", "localhost.evil.example", "127.0.0.1.evil.example"]
  ) {
    assert.throws(() => construct({ ...GOOD, url: `smtp://${host}`, allowPlaintext: true }), RangeError);
  }
  for (const option of ["rejectUnauthorized", "tls", "requireTLS", "secure", "ignoreTLS"]) {
    assert.throws(() => construct({ ...GOOD, [option]: false }), TypeError);
  }
});

test("SmtpEmailSender() refuses options that cannot be", () => {
  const wrong: readonly (readonly [error: typeof RangeError | typeof TypeError, options: object])[] = [
    [TypeError, { messages: undefined }],
    [TypeError, { from: undefined }],
    [RangeError, { from: "a@example.org, b@example.org" }],
    [TypeError, { ca: 1 }],
    [TypeError, { servername: false }],
    [TypeError, { maxConnections: "5" }],
    [RangeError, { maxConnections: 0 }],
    [RangeError, { maxConnections: 1.5 }],
    [RangeError, { maxConnections: 101 }],
    [TypeError, { allowPlaintext: "yes" }],
    [RangeError, { timeoutSeconds: 0 }],
  ];
  for (const [error, options] of wrong) assert.throws(() => construct({ ...GOOD, ...options }), error);
});
