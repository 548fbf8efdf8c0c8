import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readSettings } from "../../server/settings.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

test("readSettings() listens on this computer only, with the inbox on, unless told otherwise", () => {
  const { databasePath, ...rest } = readSettings({
    HOST: "",
    PORT: "",
    ORIGIN: "",
    DATABASE_PATH: "",
    DEV_INBOX: "",
    TRUSTED_PROXIES: "",
    ATTEMPT_LIMITS: "",
    SMTP_URL: "",
    BASE_URL: "",
    MAIL_FROM: "",
    LOCALE: "",
  });
  assert.deepEqual(rest, {
    hostname: "127.0.0.1",
    port: 8000,
    devInbox: true,
    origin: null,
    trustedProxies: [],
    attemptLimits: false,
    mail: { smtp: null, baseUrl: null, locale: "en", outboxKeys: null },
  });
  assert.match(databasePath, /[/\\]data[/\\]userharbor\.sqlite$/);
  assert.deepEqual(readSettings({}), { databasePath, ...rest });
});

const inboxByHost: readonly [host: string, hostname: string, devInbox: boolean][] = [
  ["localhost", "localhost", true],
  ["LOCALHOST", "localhost", true],
  ["127.0.0.2", "127.0.0.2", true],
  ["127.1", "127.0.0.1", true],
  ["::1", "[::1]", true],
  ["0:0:0:0:0:0:0:1", "[::1]", true],
  ["0.0.0.0", "0.0.0.0", false],
  ["0", "0.0.0.0", false],
  ["::", "[::]", false],
  ["::ffff:127.0.0.1", "[::ffff:7f00:1]", false],
  ["192.0.2.7", "192.0.2.7", false],
  ["accounts.example.org", "accounts.example.org", false],
  ["localhost.example.org", "localhost.example.org", false],
  ["127.0.0.1.example.org", "127.0.0.1.example.org", false],
];

for (const [host, hostname, devInbox] of inboxByHost) {
  test(`readSettings() turns the inbox ${devInbox ? "on" : "off"} for HOST=${host}`, () => {
    const settings = readSettings({ HOST: host });
    assert.deepEqual([settings.hostname, settings.devInbox], [hostname, devInbox]);
    assert.equal(readSettings({ HOST: host, DEV_INBOX: "1" }).devInbox, true);
    assert.equal(readSettings({ HOST: host, DEV_INBOX: "0" }).devInbox, false);
  });
}

test("readSettings() takes an origin where a session cookie is safe, and turns the inbox off beyond this computer", () => {
  const origins: readonly [ORIGIN: string, origin: string, devInbox: boolean][] = [
    ["https://accounts.example.org", "https://accounts.example.org", false],
    ["https://Accounts.Example.org:443/", "https://accounts.example.org", false],
    ["https://accounts.example.org:8443", "https://accounts.example.org:8443", false],
    ["http://localhost:9000", "http://localhost:9000", true],
    ["https://localhost", "https://localhost", true],
    ["http://[::1]:9000", "http://[::1]:9000", true],
  ];
  for (const [ORIGIN, origin, devInbox] of origins) {
    const settings = readSettings({ ORIGIN });
    assert.deepEqual([settings.origin, settings.devInbox], [origin, devInbox], ORIGIN);
    assert.equal(readSettings({ ORIGIN, DEV_INBOX: "1" }).devInbox, true);
    assert.equal(readSettings({ ORIGIN, HOST: "0.0.0.0" }).devInbox, false);
  }
});

test("readSettings() limits attempts unless the inbox is on, or as it is told", () => {
  for (
    const [environment, attemptLimits] of [[{}, false], [{ DEV_INBOX: "0" }, true], [
      { HOST: "::" },
      true,
    ]] as const
  ) {
    assert.equal(readSettings(environment).attemptLimits, attemptLimits);
    assert.equal(readSettings({ ...environment, ATTEMPT_LIMITS: "0" }).attemptLimits, false);
    assert.equal(readSettings({ ...environment, ATTEMPT_LIMITS: "1" }).attemptLimits, true);
  }
});

test("readSettings() takes a list of proxies", () => {
  const TRUSTED_PROXIES = "127.0.0.1, 10.0.0.0/8,2001:db8::/32";
  const { trustedProxies } = readSettings({ TRUSTED_PROXIES });
  assert.deepEqual(trustedProxies, ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);
});

/** What it takes to send mail. */
const SENDING = {
  SMTP_URL: "smtps://mailer:s3cret%2F@mail.example.org",
  BASE_URL: "https://accounts.example.org",
  MAIL_FROM: "Accounts <accounts@example.org>",
};

test("readSettings() sends mail over SMTP where it is told how, and then shows none and limits attempts", () => {
  const { SMTP_URL: url, BASE_URL: baseUrl, MAIL_FROM: from } = SENDING;
  const settings = readSettings({ ...SENDING, LOCALE: "de" });
  assert.deepEqual(settings.mail, { smtp: { url, from }, baseUrl, locale: "de", outboxKeys: null });
  assert.deepEqual([settings.devInbox, settings.attemptLimits], [false, true]);
  for (const SMTP_URL of ["smtp://localhost:1025", "smtp://[::1]:1025", "smtp://mail.example.org:2525"]) {
    assert.equal(readSettings({ ...SENDING, SMTP_URL }).mail.smtp?.url, SMTP_URL);
  }
  const [key, earlier] = ["k".repeat(42) + "A", "Q".repeat(42) + "w"];
  const { outboxKeys } = readSettings({ ...SENDING, OUTBOX_KEY: `${key}, ${earlier}` }).mail;
  assert.deepEqual(outboxKeys, [key, earlier]);
  const { mail, devInbox } = readSettings({ BASE_URL: "http://localhost:3000/app", LOCALE: "fr" });
  assert.deepEqual([mail, devInbox], [
    { smtp: null, baseUrl: "http://localhost:3000/app", locale: "fr", outboxKeys: null },
    true,
  ]);
});

test("readSettings() refuses to send mail without an address for its links and one to send from (R54)", () => {
  for (const name of ["BASE_URL", "MAIL_FROM"] as const) {
    for (const value of [undefined, ""]) {
      const begin = () => readSettings({ ...SENDING, ORIGIN: "https://example.org", [name]: value });
      assert.throws(begin, new RegExp(`^RangeError: ${name} must be set with SMTP_URL`));
    }
  }
  assert.throws(() => readSettings({ ...SENDING, DEV_INBOX: "1" }), /^RangeError: DEV_INBOX/);
  assert.equal(readSettings({ ...SENDING, DEV_INBOX: "0" }).devInbox, false);
});

test("readSettings() repeats no secret, in whichever variable it is", () => {
  const secrets = ["smtps://mailer:s3cret@mail.example.org/?a", "mailer:s3cret", "s3cret"];
  for (const name of ["SMTP_URL", "BASE_URL", "MAIL_FROM", "LOCALE", "OUTBOX_KEY"]) {
    for (const value of secrets) {
      assert.throws(() => readSettings({ ...SENDING, [name]: value }), (error) => {
        assert.ok(error instanceof RangeError && error.message.startsWith(name));
        return !error.message.includes("s3cret");
      });
    }
  }
});

const bad: readonly [name: string, values: readonly string[]][] = [
  ["PORT", ["http", "-1", "65536", "80.5", "8e3", "0x50", " 80", "80 ", "99999999999"]],
  ["HOST", ["a b", "localhost:80", "http://localhost", "[::1]", "a/b", "256.1.1.1", "user@host", "::g", "é"]],
  ["DEV_INBOX", ["yes", "true", "2", "01", " "]],
  ["ATTEMPT_LIMITS", ["off", "false", "-1", "00", "1 "]],
  ["TRUSTED_PROXIES", [
    "localhost",
    "10.0.0.0/8,",
    ",",
    "10.0.0.0/8;10.0.0.1",
    "10.0.0.1/8",
    "0.0.0.0/0",
    "::/0",
  ]],
  ["ORIGIN", [
    "accounts.example.org",
    "http://accounts.example.org",
    "http://192.0.2.7:8000",
    "http://localhost.example.org",
    "https://accounts.example.org/people",
    "https://accounts.example.org/?",
    "https://accounts.example.org/#",
    "https://ada@accounts.example.org",
    "ftp://localhost",
    "null",
  ]],
  ["SMTP_URL", [
    "mail.example.org",
    "https://mail.example.org",
    "smtp://",
    "smtps://mailer@mail.example.org",
    "smtps://mailer:s3cret@mail.example.org/inbox",
    "smtp://mailer:s3cret@mail.example.org?ignoreTLS=true",
    "smtps://mailer:%zz@mail.example.org",
  ]],
  ["BASE_URL", [
    "accounts.example.org",
    "http://accounts.example.org",
    "https://ada:s3cret@accounts.example.org",
    "https://accounts.example.org/?a=b",
    "https://accounts.example.org/#a",
    "javascript:alert(1)",
  ]],
  ["MAIL_FROM", [
    "accounts",
    "a@example.org, b@example.org",
    "A <a@example.org",
    "a@example.org\nBcc: b@c.d",
  ]],
  ["LOCALE", ["es", "english", "de-AT", "C", "en_US.UTF-8"]],
];

for (const [name, values] of bad) {
  test(`readSettings() refuses a bad ${name} by name`, () => {
    for (const value of values) {
      assert.throws(() => readSettings({ [name]: value }), (error) => {
        assert.ok(error instanceof RangeError);
        assert.ok(error.message.startsWith(name), value);
        return true;
      });
    }
  });
}

for (
  const [name, value] of [
    ["PORT", "http"],
    ["HOST", "a b"],
    ["DEV_INBOX", "yes"],
    ["ORIGIN", "x"],
    [
      "TRUSTED_PROXIES",
      "x",
    ],
    ["SMTP_URL", "x"],
    ["LOCALE", "x"],
  ] as const
) {
  test(`server ends with 2 and one line for a bad ${name}, and makes nothing`, async () => {
    using folder = temporaryFolder();
    const made = join(folder.path, "made");
    await using server = new ServerProcess({
      PORT: "0",
      DATABASE_PATH: join(made, "accounts.sqlite"),
      [name]: value,
    });
    const { code, stdout, stderr } = await server.ended();
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, new RegExp(`^[^\\n]*${name}[^\\n]*\\n$`));
    assert.equal(existsSync(made), false);
  });
}

test("server ends with 1 and one line where another one listens, which goes on", async () => {
  using folder = temporaryFolder();
  const variables = { PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") };
  await using server = new ServerProcess(variables);
  const origin = await server.origin();

  await using second = new ServerProcess({ ...variables, PORT: new URL(origin).port });
  const { code, stdout, stderr } = await second.ended();

  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(stderr, /^[^\n]*in use[^\n]*PORT[^\n]*\n$/);
  assert.equal((await fetch(`${origin}/dev/inbox.json`)).status, 200);
});

test("server ends with 1 and one line for a file that is no database, and leaves it as it is", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: folder.path });
  const { code, stdout, stderr } = await server.ended();
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(stderr, /^[^\n]+\n$/);
});
