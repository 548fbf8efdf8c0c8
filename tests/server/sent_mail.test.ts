import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { FakeSmtpServer } from "../services/servers/fake_smtp.ts";
import { freePort } from "../services/servers/_process.ts";
import { Client } from "./_client.ts";
import { type ReadMail, readMail } from "./_mail.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";
import { Visitor } from "./_visitor.ts";

const ORIGIN = "https://accounts.example.org";
const EMAIL = "ada@example.org";
const PASSWORD = "seven quiet otters at dawn";
const CHANGED = "a better horse battery staple";
const RESET = "yet another horse and staple";
const REGISTRATION = { username: "ada", email: EMAIL, password: PASSWORD };
const LOGIN = { username: "ada", password: PASSWORD };

/** Longer than any mail takes that comes. */
const PATIENCE_MS = 60_000;

/** Whatever a stranger may write into a request to have links lead there. */
const FORGED = {
  "host": "evil.example",
  "x-forwarded-host": "evil.example",
  "forwarded": "host=evil.example",
  "origin": "https://evil.example",
  "referer": "https://evil.example/",
};

/** Sends its mail to this mail server, as behind a proxy. */
function variables(folder: string, smtpUrl: string): Record<string, string> {
  return {
    PORT: "0",
    DATABASE_PATH: join(folder, "accounts.sqlite"),
    ORIGIN,
    BASE_URL: ORIGIN,
    SMTP_URL: smtpUrl,
    MAIL_FROM: "Accounts <accounts@example.org>",
    ATTEMPT_LIMITS: "0",
  };
}

/** What the mail server took, read. */
class Mailbox {
  readonly #mta: FakeSmtpServer;
  #seen = 0;

  constructor(mta: FakeSmtpServer) {
    this.#mta = mta;
  }

  /** Waits for the next mail; no answer does. */
  async next(): Promise<ReadMail> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    while (this.#mta.mails.length === this.#seen) {
      deadline.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return readMail(this.#mta.mails[this.#seen++] ?? "");
  }
}

test("server sends every mail over SMTP, with links to BASE_URL alone, which the person confirms (R31, R53, R54)", async () => {
  using folder = temporaryFolder();
  await using mta = await FakeSmtpServer.start();
  await using server = new ServerProcess(variables(folder.path, mta.url));
  const address = await server.origin();
  const client = new Client(address);
  const mailbox = new Mailbox(mta);
  const ada = new Visitor((request) => fetch(request, { redirect: "manual" }), address);
  const open = async ({ link }: ReadMail, path: string) => {
    assert.match(link, new RegExp(`^https://accounts\\.example\\.org${path}\\?token=[\\w-]{43}$`));
    // What a program does that looks through the mail before the person.
    for (let time = 0; time < 3; time++) await (await fetch(link.replace(ORIGIN, address))).text();
    return await ada.open(link.replace(ORIGIN, ""));
  };
  const notice = async (subject: RegExp, to = EMAIL) => {
    const mail = await mailbox.next();
    assert.match(mail.subject, subject);
    assert.equal(mail.to, to);
    assert.doesNotMatch(mail.text, /evil/);
  };

  const registered = await fetch(`${address}/auth/register`, {
    method: "POST",
    headers: { ...FORGED, "content-type": "application/json" },
    body: JSON.stringify(REGISTRATION),
  });
  assert.equal(registered.status, 201);
  const verification = await mailbox.next();
  assert.equal(verification.to, EMAIL);
  assert.match(verification.text, /^Hello ada,\n.*The link works for 24 hours, and only once\./s);
  assert.doesNotMatch(verification.text, /evil/);
  await open(verification, "/verify");
  await ada.submit("Verify my address");
  await notice(/is verified$/);

  await ada.submit("Log in", { username: "ada", password: PASSWORD });
  await ada.open("/account/password");
  await ada.submit("Change the password", { old_password: PASSWORD, new_password: CHANGED });
  await notice(/password .* was changed$/);
  await ada.open("/account/email");
  await ada.submit("Send the mail", { new_email: "ada@example.net", password: CHANGED });
  const emailChange = await mailbox.next();
  assert.equal(emailChange.to, "ada@example.net");
  await open(emailChange, "/confirm-email");
  await ada.submit("Confirm my new address");
  // One of each to either address, in whichever order.
  const told = [await mailbox.next(), await mailbox.next()].map(({ to }) => to);
  assert.deepEqual(told.toSorted(), ["ada@example.net", EMAIL]);
  await ada.submit("Log out");

  await ada.open("/forgot");
  await ada.submit("Send the mail", { email: "ada@example.net" });
  await open(await mailbox.next(), "/reset");
  await ada.submit("Set the password", { new_password: RESET });
  await notice(/password .* was changed$/, "ada@example.net");
  const session = await client.logIn("ada", RESET);
  assert.equal((await client.send("DELETE /account", { body: { password: RESET }, token: session }))[0], 200);
  await notice(/was deleted$/, "ada@example.net");

  for (const path of ["/dev/inbox", "/dev/inbox.json"]) {
    assert.equal((await fetch(address + path)).status, 404);
  }
  for (const path of ["/", "/check-mail", "/forgot"]) {
    assert.doesNotMatch(await (await fetch(address + path)).text(), /inbox is off|\/dev\/inbox"/);
  }
  server.signal("SIGTERM");
  const { code, stdout, stderr } = await server.ended();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const host = mta.url.slice("smtp://".length);
  assert.match(
    stdout,
    new RegExp(`^Mail is sent over smtp://${host} from Accounts <accounts@example\\.org>`, "m"),
  );
});

test("server writes mail in LOCALE to whom it knows no language of, and leads to BASE_URL, not ORIGIN (R54)", async () => {
  using folder = temporaryFolder();
  await using mta = await FakeSmtpServer.start();
  const BASE_URL = "https://example.org/people";
  await using server = new ServerProcess({ ...variables(folder.path, mta.url), LOCALE: "fr", BASE_URL });
  const address = await server.origin();
  const mailbox = new Mailbox(mta);
  for (const [language, greeting] of [["*", "Bonjour"], ["de-AT,de;q=0.9", "Guten Tag"]] as const) {
    const username = greeting.toLowerCase().replace(" ", "-");
    await fetch(`${address}/auth/register`, {
      method: "POST",
      headers: { "accept-language": language, "content-type": "application/json" },
      body: JSON.stringify({ username, email: `${username}@example.org`, password: PASSWORD }),
    });
    const { text, link } = await mailbox.next();
    assert.ok(text.startsWith(`${greeting} ${username},`));
    assert.ok(link.startsWith(`${BASE_URL}/verify?token=`));
  }
});

test("server answers alike while the mail server refuses, and says so in its log without a secret (R24, R117)", async () => {
  using folder = temporaryFolder();
  await using mta = await FakeSmtpServer.start();
  await using server = new ServerProcess(variables(folder.path, mta.url));
  const client = new Client(await server.origin());
  const mailbox = new Mailbox(mta);
  mta.mishaps.push({ recipient: `550 5.1.1 <${EMAIL}> is unknown here` });
  assert.deepEqual(await client.send("POST /register", { body: REGISTRATION }), [201, {
    detail: "User registered",
  }]);
  const log = await server.complains(
    /^Failed: mail\.verification \(MailNotSentError\); this mail is given up$/m,
  );
  assert.match(log, /^Cannot hand the mail over: SMTP answered 550/m);
  assertHasNoSecret(log);

  assert.equal((await client.send("POST /resend-verification", { body: { email: EMAIL } }))[0], 200);
  const { link } = await mailbox.next();
  const token = new URL(link).searchParams.get("token");
  assert.equal((await client.send("POST /verify-email", { body: { token } }))[0], 200);
});

test("server answers alike where no mail server is, and says so in its log without a secret (R24, R117)", async () => {
  using folder = temporaryFolder();
  const smtpUrl = `smtp://mailer:s3cret@127.0.0.1:${await freePort()}`;
  await using server = new ServerProcess(variables(folder.path, smtpUrl));
  const client = new Client(await server.origin());
  assert.equal((await client.send("POST /register", { body: REGISTRATION }))[0], 201);
  const [, refusal] = await client.send("POST /login", { body: LOGIN });
  assert.equal(refusal["code"], "unverified_user");
  const answers = [];
  for (const email of [EMAIL, "nobody@example.org"]) {
    answers.push(await client.send("POST /password-reset/request", { body: { email } }));
  }
  assert.deepEqual(answers[0], answers[1]);
  const log = await server.complains(/^Failed: mail\.verification \(MailNotSentError\)$/m);
  assert.match(log, /ECONNREFUSED/);
  server.signal("SIGTERM");
  const { code, stdout, stderr } = await server.ended();
  assert.equal(code, 0);
  assertHasNoSecret(stdout + stderr);
});

test("server answers and stops while the mail server says nothing, and tells that mail is sent later (R24, T9)", async () => {
  using folder = temporaryFolder();
  await using mta = await FakeSmtpServer.start();
  mta.mishaps.push("silent", "silent");
  await using server = new ServerProcess(variables(folder.path, mta.url));
  const client = new Client(await server.origin());
  assert.equal((await client.send("POST /register", { body: REGISTRATION }))[0], 201);
  while (mta.connections === 0) await new Promise((resolve) => setImmediate(resolve));
  const [, refusal] = await client.send("POST /login", { body: LOGIN });
  assert.equal(refusal["code"], "unverified_user");
  assert.equal((await client.send("POST /resend-verification", { body: { email: EMAIL } }))[0], 200);

  server.signal("SIGTERM");
  const { code, stdout, stderr } = await server.ended();
  assert.deepEqual({ code, stderr }, {
    code: 0,
    stderr: "Mail under way is sent again after the next start\n",
  });
  assertHasNoSecret(stdout);
});

test("server killed before its mail was taken sends it once it runs again, and keeps no token in its database (R47, T9)", async () => {
  using folder = temporaryFolder();
  const smtpUrl = `smtp://127.0.0.1:${await freePort()}`;
  {
    await using server = new ServerProcess(variables(folder.path, smtpUrl));
    const client = new Client(await server.origin());
    assert.equal((await client.send("POST /register", { body: REGISTRATION }))[0], 201);
    await server.complains(/ECONNREFUSED/);
    server.signal("SIGKILL");
    await server.ended();
  }
  const files = readdirSync(folder.path);
  assert.deepEqual(files.filter((name) => name.endsWith("-key")), ["accounts.sqlite.outbox-key"]);
  const key = join(folder.path, "accounts.sqlite.outbox-key");
  if (process.platform !== "win32") assert.equal(statSync(key).mode & 0o777, 0o600);
  const stored = files.filter((name) => name.startsWith("accounts.sqlite") && !name.endsWith("-key"))
    .map((name) => readFileSync(join(folder.path, name)).toString("latin1")).join("");

  await using mta = await FakeSmtpServer.start();
  await using server = new ServerProcess(variables(folder.path, mta.url));
  const client = new Client(await server.origin());
  const { link, to } = await new Mailbox(mta).next();
  assert.equal(to, EMAIL);
  const token = new URL(link).searchParams.get("token") ?? assert.fail("no token");
  assert.equal(stored.includes(token), false);
  assert.ok(stored.includes("userharbor_outbox"));
  assert.equal((await client.send("POST /verify-email", { body: { token } }))[0], 200);
});

test("server takes the key of its mails from OUTBOX_KEY, and then makes no file (T9)", async () => {
  using folder = temporaryFolder();
  await using mta = await FakeSmtpServer.start();
  const OUTBOX_KEY = "k".repeat(42) + "A";
  await using server = new ServerProcess({ ...variables(folder.path, mta.url), OUTBOX_KEY });
  const client = new Client(await server.origin());
  assert.equal((await client.send("POST /register", { body: REGISTRATION }))[0], 201);
  assert.equal((await new Mailbox(mta).next()).to, EMAIL);
  assert.deepEqual(readdirSync(folder.path).filter((name) => name.endsWith("-key")), []);
  server.signal("SIGTERM");
  const { stdout } = await server.ended();
  assert.equal(stdout.includes(OUTBOX_KEY) || stdout.includes("outbox-key"), false);
});

test("server warns where links in mails lead to pages that are not its own", async () => {
  using folder = temporaryFolder();
  const { ORIGIN: _, ...rest } = variables(folder.path, "smtp://127.0.0.1:1025");
  await using server = new ServerProcess(rest);
  await server.origin();
  server.signal("SIGTERM");
  assert.match(
    (await server.ended()).stderr,
    /^Warning: links in mails lead to https:\/\/accounts\.example\.org,/m,
  );
});

function assertHasNoSecret(log: string): void {
  for (const secret of [EMAIL, PASSWORD, "s3cret", "$argon2"]) assert.equal(log.includes(secret), false, log);
  assert.doesNotMatch(log, /[\w-]{43}/);
}
