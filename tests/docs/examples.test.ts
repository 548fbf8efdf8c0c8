import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, pbkdf2Sync } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { UserHarbor } from "@userharbor/core";
import {
  emailSenderCases,
  FastPasswordHasher,
  type OpenedEmailSender,
  passwordHasherCases,
  type ReceivedEmail,
  RecordingEmailSender,
  throttleCases,
  userStoreCases,
} from "@userharbor/core/testing";
import { createHandler } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";
import { accounts, requirePermission } from "../../docs/examples/hono_middleware.ts";
import { HttpEmailSender, MailServiceError } from "../../docs/examples/http_email_sender.ts";
import { JsonFileUserStore } from "../../docs/examples/json_file_user_store.ts";
import { KvThrottle } from "../../docs/examples/kv_throttle.ts";
import { nodeListener } from "../../docs/examples/node_listener.ts";
import { Pbkdf2PasswordHasher } from "../../docs/examples/pbkdf2_password_hasher.ts";
import { MemoryKv } from "./_memory_kv.ts";

const PASSWORD = "seven quiet otters at dawn";
const ADA = { id: "1", username: "Ada", email: "ada@example.org", passwordHash: "$ada" };
const API_KEY = "key-of-the-mail-service";

interface TemporaryFolder extends Disposable {
  readonly path: string;
}

function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "userharbor-docs-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

function openJsonFile(): JsonFileUserStore & Disposable {
  const folder = temporaryFolder();
  const store = JsonFileUserStore.open(join(folder.path, "accounts.json"));
  return Object.assign(store, { [Symbol.dispose]: () => folder[Symbol.dispose]() });
}

function openKvThrottle(): KvThrottle & { readonly kv: MemoryKv } {
  const kv = new MemoryKv();
  return Object.assign(new KvThrottle(kv), { kv });
}

interface ListeningServer extends AsyncDisposable {
  readonly origin: string;
}

async function listen(
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown,
): Promise<ListeningServer> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function senderTo(endpoint: string): HttpEmailSender {
  return new HttpEmailSender({
    endpoint,
    apiKey: API_KEY,
    from: "Example <accounts@example.org>",
    verificationPage: "https://app.example.org/verify",
    passwordResetPage: "https://app.example.org/reset?lang=en",
    emailChangePage: "https://app.example.org/confirm",
  });
}

/** A mail service that keeps what it is sent. */
async function openMailService(): Promise<OpenedEmailSender> {
  const received: ReceivedEmail[] = [];
  const server = await listen(async (incoming, outgoing) => {
    const mail = JSON.parse(await text(incoming));
    if (incoming.headers.authorization === `Bearer ${API_KEY}`) {
      for (const to of mail.to) received.push({ to, text: `${mail.subject}\n${mail.text}` });
    }
    outgoing.end(JSON.stringify({ id: "1" }));
  });
  return {
    sender: senderTo(server.origin),
    received: () => Promise.resolve(received),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

for (
  const [subject, cases] of Object.entries({
    JsonFileUserStore: userStoreCases(openJsonFile),
    HttpEmailSender: emailSenderCases(openMailService, {
      // Port 9 discards; here nobody listens.
      failing: () => senderTo("http://127.0.0.1:9/"),
      secrets: [API_KEY, "ada@example.org"],
    }),
    Pbkdf2PasswordHasher: passwordHasherCases(() => new Pbkdf2PasswordHasher(1_000)),
    KvThrottle: throttleCases(openKvThrottle, { another: ({ kv }) => new KvThrottle(kv) }),
  })
) {
  for (const { name, run } of cases) {
    test(`${subject}: ${name}`, async (context) => {
      const doesNotApply = await run();
      if (typeof doesNotApply === "string") context.skip(doesNotApply);
    });
  }
}

test("JsonFileUserStore.open() finds everything again, instants included", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "accounts.json");
  const before = JsonFileUserStore.open(path);
  const [createdAt, expiresAt] = [new Date("2026-01-01T00:00:00.001Z"), new Date("2026-02-01T00:00:00.002Z")];
  await before.createUser({ ...ADA, createdAt, verificationTokenHash: "a", expiresAt });
  await before.addSession({ id: "s", username: "Ada", tokenHash: "b", createdAt, expiresAt });
  await before.setPasswordReset({ username: "Ada", tokenHash: "c", expiresAt });
  await before.createRole("constructor");
  await before.grantRoleToUser("Ada", "constructor");
  const read = (store: JsonFileUserStore) =>
    Promise.all([
      store.getUserByUsername("ada"),
      store.getUserByEmail(ADA.email),
      store.getEmailVerification("a"),
      store.getSession("b"),
      store.getPasswordReset("c"),
      store.getUserRoles("Ada"),
    ]);
  const expected = await read(before);
  assert.ok(expected.every((found) => found !== null));
  assert.deepEqual(await read(JsonFileUserStore.open(path)), expected);
});

test("JsonFileUserStore writes a file that its owner alone can read, and nothing beside it", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "accounts.json");
  await JsonFileUserStore.open(path).createUser(ADA);
  assert.deepEqual(readdirSync(folder.path), ["accounts.json"]);
  if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("JsonFileUserStore neither writes nor remembers what it could not save", async () => {
  const folder = temporaryFolder();
  const store = JsonFileUserStore.open(join(folder.path, "accounts.json"));
  await store.createUser(ADA);
  folder[Symbol.dispose]();
  await assert.rejects(store.setPasswordHash("Ada", "$new"));
  await assert.rejects(store.transaction((handle) => handle.setPasswordHash("Ada", "$new")));
  assert.equal(await store.getPasswordHash("Ada"), "$ada");
  assert.equal(existsSync(folder.path), false);
});

test("JsonFileUserStore saves nothing for a call that changes nothing", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "accounts.json");
  const store = JsonFileUserStore.open(path);
  assert.equal(await store.removeSession("a"), false);
  await store.transaction((handle) => handle.listRoles());
  assert.equal(existsSync(path), false);
  await store.createUser(ADA);
  const saved = readFileSync(path, "utf8");
  assert.equal(await store.deleteUser("Ada", { userId: "2" }), false);
  assert.equal(readFileSync(path, "utf8"), saved);
});

test("HttpEmailSender rejects with the status when the service refuses, and with none of its words", async () => {
  await using service = await listen((incoming, outgoing) => {
    incoming.resume();
    outgoing.statusCode = 422;
    outgoing.end(`no mailbox ada@example.org, key ${API_KEY}`);
  });
  const message = { username: "ada", email: "ada@example.org", locale: "en" };
  const refusal = await senderTo(service.origin).sendPasswordChanged(message).catch((error) => error);
  assert.ok(refusal instanceof MailServiceError);
  assert.equal(refusal.status, 422);
  assert.doesNotMatch(`${refusal.stack} ${JSON.stringify(refusal)}`, /ada@|key-of/);
});

test("HttpEmailSender sends no key after a redirection", async () => {
  const keys: unknown[] = [];
  await using elsewhere = await listen((incoming, outgoing) => {
    keys.push(incoming.headers.authorization);
    outgoing.end();
  });
  await using service = await listen((incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(307, { location: elsewhere.origin }).end();
  });
  await assert.rejects(
    senderTo(service.origin).sendPasswordChanged({ username: "ada", email: "ada@example.org" }),
    (error: Error) => error.name === "MailServiceError",
  );
  assert.deepEqual(keys, []);
});

test("HttpEmailSender links to the pages with the token, whatever else is in their addresses", async () => {
  const opened = await openMailService();
  await opened.sender.sendPasswordReset({
    username: "ada",
    email: "ada@example.org",
    resetToken: "t".repeat(43),
    expiresAt: new Date(),
  });
  const [mail] = await opened.received();
  await opened[Symbol.asyncDispose]?.();
  assert.match(mail?.text ?? "", /^https:\/\/app\.example\.org\/reset\?lang=en&token=t{43}$/m);
});

test("Pbkdf2PasswordHasher.hash() is what another implementation computes", async () => {
  const [, , cost, salt = "", hash] = (await new Pbkdf2PasswordHasher(1_000).hash(PASSWORD)).split("$");
  const digest = createHash("sha256").update(PASSWORD).digest();
  const expected = pbkdf2Sync(digest, Buffer.from(salt, "base64"), 1_000, 32, "sha256");
  assert.equal(cost, "i=1000");
  assert.deepEqual(Buffer.from(hash ?? "", "base64"), expected);
});

test("Pbkdf2PasswordHasher.verify() does not compute an absurd cost", async () => {
  const hasher = new Pbkdf2PasswordHasher(1_000);
  const hash = await hasher.hash(PASSWORD);
  assert.equal(await hasher.verify(PASSWORD, hash.replace("i=1000", "i=99999999")), false);
  assert.equal(await hasher.needsRehash(hash.replace("i=1000", "i=999")), true);
  assert.equal(await hasher.needsRehash(hash.replace("i=1000", "i=1001")), false);
  for (const iterations of [0, 1.5, -1, 10_000_001]) {
    assert.throws(() => new Pbkdf2PasswordHasher(iterations), RangeError);
  }
});

async function openHarbor(): Promise<{ readonly harbor: UserHarbor; readonly sessionToken: string }> {
  const emailSender = new RecordingEmailSender();
  const passwordHasher = new FastPasswordHasher();
  const harbor = new UserHarbor({ store: new MemoryUserStore(), emailSender, passwordHasher });
  await harbor.register({ username: "ada", email: "ada@example.org", password: PASSWORD });
  await harbor.settled();
  await harbor.verifyEmail(emailSender.tokenFor("verification", "ada@example.org"));
  const { sessionToken } = await harbor.login({ username: "ada", password: PASSWORD });
  await harbor.settled();
  return { harbor, sessionToken };
}

/** A context as Hono's, what was set on it, and whether the next handler was reached. */
function contextOf(request: Request) {
  const variables = new Map<string, unknown>();
  const reached = { next: false };
  return {
    variables,
    reached,
    context: { req: { raw: request }, set: (key: string, value: unknown) => void variables.set(key, value) },
    next: () => {
      reached.next = true;
      return Promise.resolve();
    },
  };
}

test("accounts() answers below the base path and passes everything else on", async () => {
  const { harbor, sessionToken } = await openHarbor();
  const addresses: unknown[] = [];
  const middleware = accounts(harbor, {
    basePath: "/auth",
    peerAddressOf: ({ req }) => req.raw.url === "http://localhost/auth/me" ? "203.0.113.7" : undefined,
    context: (_, byDefault) => {
      addresses.push(byDefault.address);
      return byDefault;
    },
  });
  const headers = { authorization: `Bearer ${sessionToken}` };
  const inside = contextOf(new Request("http://localhost/auth/me", { headers }));
  const answer = await middleware(inside.context, inside.next);
  assert.ok(answer instanceof Response);
  assert.equal((await answer.json()).username, "ada");
  assert.equal(inside.reached.next, false);
  assert.deepEqual(addresses, ["203.0.113.7"]);

  const outside = contextOf(new Request("http://localhost/articles", { headers }));
  assert.equal(await middleware(outside.context, outside.next), undefined);
  assert.equal(outside.reached.next, true);
});

test("requirePermission() reaches the next handler with the account, and only with the permission", async () => {
  const { harbor, sessionToken } = await openHarbor();
  const middleware = requirePermission(harbor, "articles.publish");
  const headers = { authorization: `Bearer ${sessionToken}` };
  const answers: unknown[] = [];
  for (const init of [{}, { headers }]) {
    const { context, next, reached, variables } = contextOf(new Request("http://localhost/articles", init));
    const answer = await middleware(context, next);
    assert.ok(answer instanceof Response);
    answers.push((await answer.json()).code);
    assert.deepEqual([reached.next, variables.size], [false, 0]);
  }
  assert.deepEqual(answers, ["invalid_session_token", "permission_denied"]);

  await harbor.roles.create("editor");
  await harbor.permissions.create("articles.publish");
  await harbor.roles.grantPermission("editor", "articles.publish");
  await harbor.grantRole("ada", "editor");
  const { context, next, reached, variables } = contextOf(
    new Request("http://localhost/articles", { headers }),
  );
  assert.equal(await middleware(context, next), undefined);
  assert.equal(reached.next, true);
  assert.deepEqual(variables.get("user"), await harbor.getCurrentUser(sessionToken));
});

test("nodeListener() carries method, path, headers, body and every cookie through node:http", async () => {
  const { harbor, sessionToken } = await openHarbor();
  const handle = createHandler(harbor, { basePath: "/auth" });
  const seen: string[] = [];
  const listener = nodeListener(async (request, { peerAddress }) => {
    seen.push(request.url);
    assert.equal(peerAddress, "127.0.0.1");
    const cookies = new Headers([["set-cookie", "a=1; Path=/"], ["set-cookie", "b=2; Path=/"]]);
    return await handle(request) ?? new Response("mine", { status: 203, headers: cookies });
  }, "https://app.example.org");
  await using server = await listen(listener);

  const headers = { authorization: `Bearer ${sessionToken}`, "content-type": "application/json" };
  const me = await fetch(`${server.origin}/auth/me`, { headers });
  assert.deepEqual([me.status, (await me.json()).username], [200, "ada"]);
  const body = JSON.stringify({ password: PASSWORD });
  const deleted = await fetch(`${server.origin}/auth/account`, { method: "DELETE", headers, body });
  assert.deepEqual([deleted.status, await deleted.json()], [200, { detail: "Account deleted" }]);
  const mine = await fetch(`${server.origin}/mine?a=b`);
  assert.deepEqual([mine.status, await mine.text()], [203, "mine"]);
  assert.deepEqual(mine.headers.getSetCookie(), ["a=1; Path=/", "b=2; Path=/"]);
  assert.equal(seen.at(-1), "https://app.example.org/mine?a=b");
  await harbor.settled();
});

test("nodeListener() answers 500 for what its function rejects with, and shows nothing of it", async () => {
  const listener = nodeListener(() => Promise.reject(new Error("secret")), "http://localhost");
  await using server = await listen(listener);
  const answer = await fetch(server.origin);
  assert.deepEqual([answer.status, await answer.text()], [500, ""]);
});
