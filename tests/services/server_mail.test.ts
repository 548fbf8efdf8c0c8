import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import PostalMime from "postal-mime";
import { Client } from "../server/_client.ts";
import { ServerProcess, temporaryFolder } from "../server/_server.ts";
import { Visitor } from "../server/_visitor.ts";
import { EXIM_LOGIN, EximServer, type KeptMail, withoutExim } from "./servers/exim.ts";

const ORIGIN = "https://accounts.example.org";
const EMAIL = "ada@example.org";
const PASSWORD = "seven quiet otters at dawn";

/** By a parser that shares nothing with what made the mail; the link that the plain text is about. */
async function linkIn({ source }: KeptMail): Promise<string> {
  const { text = "" } = await PostalMime.parse(Buffer.from(source, "latin1"));
  return /^https:\S+$/m.exec(text)?.[0] ?? assert.fail(text);
}

test("server registers somebody whose mail exim delivers, and its link confirms the address", {
  skip: withoutExim,
}, async () => {
  using folder = temporaryFolder();
  await using exim = await EximServer.start();
  const authority = join(folder.path, "authority.pem");
  writeFileSync(authority, exim.certificate);
  const [user, password] = [EXIM_LOGIN.user, EXIM_LOGIN.password].map(encodeURIComponent);
  await using server = new ServerProcess({
    PORT: "0",
    DATABASE_PATH: join(folder.path, "accounts.sqlite"),
    ORIGIN,
    BASE_URL: ORIGIN,
    SMTP_URL: `smtp://${user}:${password}@localhost:${exim.port}`,
    MAIL_FROM: "Accounts <accounts@example.org>",
    ATTEMPT_LIMITS: "0",
    DENO_CERT: authority,
  });
  const address = await server.origin();
  const client = new Client(address);
  const arrives = async (before: readonly KeptMail[]): Promise<KeptMail> => {
    const [mail] = await exim.arrived(before, 1);
    assert.equal(mail?.to, EMAIL);
    return mail;
  };

  const before = exim.kept();
  const registration = { username: "ada", email: EMAIL, password: PASSWORD };
  assert.equal((await client.send("POST /register", { body: registration }))[0], 201);
  const verification = await arrives(before);
  // Over TLS, and with a name and a password that exim asked for.
  assert.match(verification.source, /^\s+by mail\.test with esmtpsa /m);
  assert.match(verification.source, /^From: Accounts <accounts@example\.org>$/m);

  const known = exim.kept();
  const ada = new Visitor((request) => fetch(request, { redirect: "manual" }), address);
  await ada.open((await linkIn(verification)).replace(ORIGIN, ""));
  await ada.submit("Verify my address");
  await ada.submit("Log in", { username: "ada", password: PASSWORD });
  assert.equal(ada.page.path, "/account");
  await arrives(known);

  server.signal("SIGTERM");
  const { code, stdout, stderr } = await server.ended();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.equal(stdout.includes(EXIM_LOGIN.password) || stdout.includes(password ?? ""), false);
});

test("server sends no mail to an exim whose certificate nobody vouches for, and names the reason (R24)", {
  skip: withoutExim,
}, async () => {
  using folder = temporaryFolder();
  await using exim = await EximServer.start();
  await using server = new ServerProcess({
    PORT: "0",
    DATABASE_PATH: join(folder.path, "accounts.sqlite"),
    ORIGIN,
    BASE_URL: ORIGIN,
    SMTP_URL: `smtp://localhost:${exim.port}`,
    MAIL_FROM: "accounts@example.org",
  });
  const client = new Client(await server.origin());
  const registration = { username: "ada", email: EMAIL, password: PASSWORD };
  assert.equal((await client.send("POST /register", { body: registration }))[0], 201);
  const log = await server.complains(/^Failed: mail\.verification/m);
  assert.match(log, /UNABLE_TO_VERIFY|SELF_SIGNED|CERT/);
  assert.deepEqual(exim.kept(), []);
});
