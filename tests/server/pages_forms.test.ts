import assert from "node:assert/strict";
import { test } from "node:test";
import { ORIGIN, PagesWorld, PASSWORD } from "./_pages_world.ts";

const CHANGED = "a better horse battery staple";
const REGISTRATION = { username: "grace", email: "grace@example.org", password: PASSWORD };

/** Every path that takes a form, with a form that it would accept from somebody who is logged in. */
const POSTS: readonly [path: string, fields: Readonly<Record<string, string>>][] = [
  ["/register", REGISTRATION],
  ["/check-mail", { email: "ada@example.org" }],
  ["/verify", { token: "v".repeat(43) }],
  ["/login", { username: "ada", password: PASSWORD }],
  ["/logout", {}],
  ["/logout-everywhere", {}],
  ["/account/password", { old_password: PASSWORD, new_password: CHANGED }],
  ["/account/email", { new_email: "ada@example.net", password: PASSWORD }],
  ["/account/username", { new_username: "lovelace", password: PASSWORD }],
  ["/account/sessions/end", { session_id: "00000000-0000-4000-8000-000000000000" }],
  ["/account/sessions/end-others", {}],
  ["/account/delete", { password: PASSWORD }],
  ["/forgot", { email: "ada@example.org" }],
  ["/reset", { token: "r".repeat(43), new_password: CHANGED }],
  ["/confirm-email", { token: "c".repeat(43) }],
];

test("createPages() refuses every form that no page of its own sent (R75)", async () => {
  const foreign: readonly Record<string, string>[] = [
    {},
    { "sec-fetch-site": "cross-site", origin: ORIGIN },
    { "sec-fetch-site": "same-site", origin: "https://other.example.org" },
    { "sec-fetch-site": "none" },
    { origin: "null" },
    { origin: "http://accounts.example.org" },
    { origin: `${ORIGIN}.evil.example` },
  ];
  for (const [path, fields] of POSTS) {
    for (const headers of foreign) {
      const world = new PagesWorld();
      const ada = await world.member();
      const sent = world.sender.sent.length;
      const { body } = ada.post(path, fields);
      const type = { "content-type": "application/x-www-form-urlencoded" };
      const response = await ada.send(
        new Request(ORIGIN + path, {
          method: "POST",
          headers: { ...type, ...headers },
          body: await text(body),
        }),
      );
      assert.equal(response.status, 403, `${path} ${JSON.stringify(headers)}`);
      assert.deepEqual(response.headers.getSetCookie(), []);
      await world.harbor.settled();
      assert.equal(world.sender.sent.length, sent);
      assert.equal((await ada.open("/account")).status, 200);
      await assert.rejects(world.harbor.login({ username: "grace", password: PASSWORD }), {
        code: "invalid_credentials",
      });
    }
  }
});

test("createPages() takes a form by its Origin where a browser says nothing else (R75)", async () => {
  const world = new PagesWorld();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=UTF-8", origin: ORIGIN };
  const body = new URLSearchParams(REGISTRATION).toString();
  const response = await world.handle(new Request(`${ORIGIN}/register`, { method: "POST", headers, body }));
  assert.deepEqual([response?.status, response?.headers.get("location")], [303, "/check-mail"]);
});

test("createPages() changes nothing on GET or HEAD, whatever their parameters (R53)", async () => {
  const world = new PagesWorld();
  await world.harbor.register(REGISTRATION);
  await world.harbor.settled();
  const token = world.sender.tokenFor("verification", REGISTRATION.email);
  const grace = world.visitor();
  for (let times = 0; times < 10; times++) {
    const page = await grace.open(`/verify?token=${token}`);
    assert.deepEqual([page.status, page.forms[0]?.fields], [200, { token }]);
    await world.handle(new Request(`${ORIGIN}/verify?token=${token}`, { method: "HEAD" }));
  }
  await assert.rejects(world.harbor.login(REGISTRATION), { code: "unverified_user" });
  await grace.submit("Verify my address");
  assert.equal(grace.page.path, "/login");
  await world.harbor.login(REGISTRATION);

  await world.harbor.sendPasswordReset(REGISTRATION.email);
  await world.harbor.settled();
  const resetToken = world.sender.tokenFor("password_reset", REGISTRATION.email);
  for (let times = 0; times < 10; times++) {
    await grace.open(`/reset?token=${resetToken}&new_password=${CHANGED}`);
  }
  await world.harbor.login(REGISTRATION);
  await grace.submit("Set the password", { new_password: CHANGED });
  assert.equal(grace.page.path, "/login");
  await world.harbor.login({ ...REGISTRATION, password: CHANGED });

  const ada = await world.member();
  for (const [path, fields] of POSTS) {
    const query = new URLSearchParams(fields).toString();
    await ada.send(new Request(`${ORIGIN}${path}?${query}`));
    await ada.send(new Request(`${ORIGIN}${path}?${query}`, { method: "HEAD" }));
  }
  assert.equal((await ada.open("/account")).status, 200);
});

test("createPages() spends a mailed token once; then, or for what is none, it helps to get another (R49, R52)", async () => {
  const world = new PagesWorld();
  await world.harbor.register(REGISTRATION);
  await world.harbor.settled();
  const token = world.sender.tokenFor("verification", REGISTRATION.email);
  const grace = world.visitor();
  await grace.open(`/verify?token=${token}`);
  await grace.submit("Verify my address");
  await grace.open(`/verify?token=${token}`);
  await grace.submit("Verify my address");
  assert.deepEqual([grace.page.status, grace.page.forms[0]?.button], [400, "Send the mail again"]);
  assert.ok(!grace.page.body.includes(token));

  for (const query of ["", "?token=", "?token=x", `?token=${token}x`, `?token=${token}&token=${token}`]) {
    const verify = await grace.open(`/verify${query}`);
    assert.deepEqual([verify.status, verify.forms[0]?.action], [400, "/check-mail"], query);
    const confirm = await grace.open(`/confirm-email${query}`);
    assert.deepEqual([confirm.status, confirm.forms[0]?.action], [400, "/account/email"], query);
    const reset = await grace.open(`/reset${query}`);
    assert.deepEqual([reset.status, reset.forms[0]?.action], [400, "/forgot"], query);
  }
});

test("createPages() keeps a reset token through a weak password", async () => {
  const world = new PagesWorld();
  await world.member();
  await world.harbor.sendPasswordReset("ada@example.org");
  await world.harbor.settled();
  const visitor = world.visitor();
  await visitor.open(`/reset?token=${world.sender.tokenFor("password_reset", "ada@example.org")}`);
  await visitor.submit("Set the password", { new_password: "short" });
  assert.equal(visitor.page.status, 400);
  assert.match(visitor.page.body, /aria-invalid="true"/);
  await visitor.submit("Set the password", { new_password: CHANGED });
  assert.equal(visitor.page.path, "/login");
});

const NOT_THIS_FORM: readonly [status: number, type: string | null, body: string][] = [
  [415, "application/json", JSON.stringify({ email: "ada@example.org" })],
  [415, "text/plain", "email=ada%40example.org"],
  [415, "multipart/form-data; boundary=x", "--x--"],
  [415, "application/x-www-form-urlencoded; charset=iso-8859-1", "email=ada%40example.org"],
  [415, null, "email=ada%40example.org"],
  [400, "application/x-www-form-urlencoded", ""],
  [400, "application/x-www-form-urlencoded", "email"],
  [400, "application/x-www-form-urlencoded", "=ada%40example.org"],
  [400, "application/x-www-form-urlencoded", "mail=ada%40example.org"],
  [400, "application/x-www-form-urlencoded", "email=ada%40example.org&"],
  [400, "application/x-www-form-urlencoded", "email=ada%40example.org&email=eve%40example.org"],
  [400, "application/x-www-form-urlencoded", "email=ada%40example.org&verified=true"],
  [400, "application/x-www-form-urlencoded", "email=ada%40example.org&__proto__=x"],
  [400, "application/x-www-form-urlencoded", "email=%C3"],
  [400, "application/x-www-form-urlencoded", "email=%"],
  [400, "application/x-www-form-urlencoded", "email=ä@example.org"],
  [413, "application/x-www-form-urlencoded", `email=${"a".repeat(16_384)}`],
];

for (const [status, type, body] of NOT_THIS_FORM) {
  test(`createPages() answers ${status} to ${type}: ${body.slice(0, 60)} (R42, R76)`, async () => {
    const world = new PagesWorld();
    await world.member();
    const sent = world.sender.sent.length;
    const headers = { "sec-fetch-site": "same-origin", ...(type === null ? {} : { "content-type": type }) };
    const bytes = new TextEncoder().encode(body);
    const response = await world.handle(
      new Request(`${ORIGIN}/forgot`, { method: "POST", headers, body: bytes }),
    );
    assert.equal(response?.status, status);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    await world.harbor.settled();
    assert.equal(world.sender.sent.length, sent);
  });
}

test("createPages() shows what was typed again, as text and without passwords, and ties each error to its field", async () => {
  const world = new PagesWorld();
  const visitor = world.visitor();
  await visitor.open("/register");
  await visitor.submit("Register", {
    username: `"><script>alert(1)</script>`,
    email: "<b>&'@example.org",
    password: "secret & short",
  });
  const { status, body, forms, message } = visitor.page;
  assert.equal(status, 400);
  assert.doesNotMatch(body, /<script|<b>|secret/);
  assert.deepEqual(forms[0]?.fields, {
    username: `"><script>alert(1)</script>`,
    email: "<b>&'@example.org",
    password: "",
  });
  assert.match(message, /^There is a problem Choose a username/);
  assert.match(body, /<div\s+class="message bad"\s+role="alert"\s+tabindex="-1"\s+autofocus/);
  assert.match(body, /<a href="#username">/);
  assert.match(body, /<title>Error: Register – Accounts<\/title>/);
  const [, input = ""] = /<input ([^>]*id="username"[^>]*)>/.exec(body.replace(/\s+/g, " ")) ?? [];
  assert.match(input, /aria-invalid="true"/);
  const [, ids = ""] = /aria-describedby="([^"]*)"/.exec(input) ?? [];
  assert.deepEqual(ids.split(" ").map((id) => body.includes(`id="${id}"`)), [true, true]);
});

test("createPages() names every empty field at once", async () => {
  const visitor = new PagesWorld().visitor();
  await visitor.open("/register");
  await visitor.submit("Register");
  assert.equal(visitor.page.status, 400);
  assert.deepEqual([...visitor.page.body.matchAll(/<a href="#(\w+)">/g)].map(([, field]) => field), [
    "username",
    "email",
    "password",
  ]);
});

test("createPages() answers alike for an address that somebody owns, and one that nobody has", async () => {
  const world = new PagesWorld();
  await world.member();
  for (
    const [path, button] of [["/forgot", "Send the mail"], ["/check-mail", "Send the mail again"]] as const
  ) {
    const pages = [];
    for (const email of ["ada@example.org", "bob@example.org"]) {
      const visitor = world.visitor();
      await visitor.open(path);
      const { status, body } = await visitor.submit(button, { email });
      pages.push([status, body.replaceAll(email, "")]);
    }
    assert.deepEqual(pages[0], pages[1]);
  }
  const answers = [];
  for (const [username, email] of [["eve", "ada@example.org"], ["bob", "bob@example.org"]] as const) {
    const visitor = world.visitor();
    await visitor.open("/register");
    const { status, path, body } = await visitor.submit("Register", { username, email, password: PASSWORD });
    answers.push([status, path, body.replaceAll(email, "")]);
  }
  assert.deepEqual(answers[0], answers[1]);
  const logins = [];
  for (const username of ["ada", "nobody"]) {
    const visitor = world.visitor();
    await visitor.open("/login");
    const { status, body } = await visitor.submit("Log in", { username, password: CHANGED });
    logins.push([status, body.replaceAll(username, "")]);
  }
  assert.deepEqual(logins[0], logins[1]);
});

async function text(body: ReadableStream<Uint8Array> | null): Promise<string> {
  return await new Response(body).text();
}
