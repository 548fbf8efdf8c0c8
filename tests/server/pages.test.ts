import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

const PASSWORD = "seven quiet otters at dawn";
/** Kept apart from the pages that know the harbor. */
const OWN = ["/dev/inbox", "/dev/inbox.json"];
const FOR_GUESTS = ["/", "/register", "/check-mail", "/login", "/forgot"];
const PAGES = [...OWN, ...FOR_GUESTS];

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Ask {
  readonly method?: string;
  readonly host?: string;
  readonly accept?: string;
}

/** Unlike `fetch`, lets the Host header be anything. */
function ask(
  url: string,
  { method = "GET", host = new URL(url).host, accept = "*/*" }: Ask = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { host, accept } }, async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, body: await text(response) });
    }).on("error", reject).end();
  });
}

test("pages are neither stored, sniffed, framed nor scripted (R55, R82)", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const origin = await server.origin();
  const dead = ["/verify?token=x", `/reset?token=${"x".repeat(43)}`];
  for (const path of [...PAGES, ...dead, "/account", "/nowhere", "/auth/me", "/auth/nowhere"]) {
    const { headers } = await ask(origin + path);
    assert.equal(headers["cache-control"], "no-store", path);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["referrer-policy"], "no-referrer", path);
    assert.equal(headers["access-control-allow-origin"], undefined, path);
  }
  for (const path of [...FOR_GUESTS, "/dev/inbox", `/verify?token=${"x".repeat(43)}`]) {
    const { status, headers, body } = await ask(origin + path);
    assert.deepEqual([status, headers["content-type"]], [200, "text/html; charset=utf-8"]);
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(body) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    assert.equal(
      headers["content-security-policy"],
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'self'; ` +
        "frame-ancestors 'none'",
    );
    assert.doesNotMatch(body, /<script|<link|<img|<iframe| style=| on\w+=| src=/);
  }
});

test("unknown paths answer 404, other methods 405, as the API does", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const origin = await server.origin();
  for (const path of ["/nowhere", "/dev", "/dev/inbox/", "/authentic", "/data/userharbor.sqlite"]) {
    const { status, headers, body } = await ask(origin + path);
    assert.deepEqual([status, headers["content-type"]], [404, "application/json"], path);
    const { detail, code } = JSON.parse(body);
    assert.deepEqual([typeof detail, code], ["string", "not_found"], path);
  }
  const page = await ask(`${origin}/nowhere`, { accept: "text/html,*/*;q=0.8" });
  assert.deepEqual([page.status, page.headers["content-type"]], [404, "text/html; charset=utf-8"]);
  for (const path of OWN) {
    const { status, headers, body } = await ask(origin + path, { method: "POST" });
    assert.deepEqual([status, headers["allow"]], [405, "GET, HEAD"], path);
    assert.equal(JSON.parse(body).code, "method_not_allowed");
    assert.deepEqual(
      await ask(origin + path, { method: "HEAD" }).then(({ status, body }) => [status, body]),
      [
        200,
        "",
      ],
    );
  }
});

test("inbox and pages answer to a loopback host only (R54)", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const origin = await server.origin();
  const client = new Client(origin);
  await client.send("POST /register", {
    body: { username: "ada", email: "ada@example.org", password: PASSWORD },
  });
  const { token = "" } = await client.mail("verification", "ada@example.org");
  for (const path of PAGES) {
    for (
      const host of [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "0.0.0.0",
      ]
    ) {
      const { status, body } = await ask(origin + path, { host });
      assert.deepEqual([status, JSON.parse(body).code], [403, "permission_denied"], `${host} ${path}`);
      assert.ok(!body.includes(token));
    }
    for (const host of ["localhost", "localhost:1", "127.0.0.1", "127.8.9.10:65535", "[::1]:8000"]) {
      const { status, body } = await ask(origin + path, { host });
      assert.equal(status, 200, `${host} ${path}`);
      assert.equal(body.includes(token), path.startsWith("/dev/"));
    }
  }
  assert.deepEqual(
    await ask(`${origin}/`, { host: "localhost:1" }).then(({ body }) => body.includes("localhost:1")),
    false,
  );
});

test("inbox is off where others can reach the server, unless asked for", async () => {
  using folder = temporaryFolder();
  const variables = { HOST: "0.0.0.0", PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") };
  await using server = new ServerProcess(variables);
  const { port } = new URL(await server.origin());
  const body = { username: "ada", email: "ada@example.org", password: PASSWORD };
  const [status] = await new Client(`http://127.0.0.1:${port}`).send("POST /register", { body });
  assert.equal(status, 201);
  for (const path of ["/dev/inbox", "/dev/inbox.json"]) {
    assert.equal((await ask(`http://127.0.0.1:${port}${path}`)).status, 404);
  }
  const start = await ask(`http://127.0.0.1:${port}/`, { host: "accounts.example.org" });
  assert.equal(start.status, 200);
  assert.match(start.body, /ORIGIN/);
  for (const path of ["/register", "/login", "/account", "/verify"]) {
    assert.equal((await ask(`http://127.0.0.1:${port}${path}`)).status, 404, path);
  }
  server.signal("SIGINT");
  assert.match((await server.ended()).stderr, /mail goes nowhere/);

  await using open = new ServerProcess({ ...variables, DEV_INBOX: "1" });
  const origin = `http://127.0.0.1:${new URL(await open.origin()).port}`;
  assert.deepEqual(await new Client(origin).inbox(), []);
  assert.equal((await ask(`${origin}/dev/inbox`, { host: "accounts.example.org" })).status, 200);
  open.signal("SIGINT");
  assert.match((await open.ended()).stderr, /can read the inbox/);
});

test("pages answer at the configured origin: secure cookie, no inbox, whatever the Host header says (R54, R73)", async () => {
  using folder = temporaryFolder();
  const ORIGIN = "https://accounts.example.org";
  await using server = new ServerProcess({
    PORT: "0",
    DATABASE_PATH: join(folder.path, "accounts.sqlite"),
    ORIGIN,
  });
  const address = await server.origin();
  for (const host of ["accounts.example.org", "127.0.0.1", "evil.example"]) {
    const { status, body } = await ask(`${address}/`, { host });
    assert.equal(status, 200);
    const origins = new Set([...body.matchAll(/https?:\/\/[\w.:-]+/g)].map(([origin]) => origin));
    assert.deepEqual([...origins], [ORIGIN], host);
  }
  const { status, headers } = await ask(`${address}/account`, { host: "accounts.example.org" });
  assert.deepEqual([status, headers["location"]], [303, "/login"]);
  assert.deepEqual(headers["set-cookie"], [
    "__Host-uh_flash=login_needed:; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60",
  ]);
  assert.equal((await ask(`${address}/dev/inbox`)).status, 404);
  server.signal("SIGINT");
  const { stdout } = await server.ended();
  assert.match(stdout, /^UserHarbor: open https:\/\/accounts\.example\.org\/$/m);
});
