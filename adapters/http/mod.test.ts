import assert from "node:assert/strict";
import { test } from "node:test";
import { type RequestContext, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { createHandler, type HandlerOptions } from "./mod.ts";
import { NEW_PASSWORD, PASSWORD, ROUTE_CASES, routeCase } from "./tests/_route_cases.ts";
import { openWorld, World } from "./tests/_world.ts";

test("createHandler() serves a person from registration to deletion", async () => {
  const { handle, sender, harbor, guards } = new World();
  const call = async (line: string, input: { body?: unknown; token?: string } = {}) => {
    const [method = "", path] = line.split(" ");
    const headers = new Headers({ "content-type": "application/json" });
    if (input.token !== undefined) headers.set("authorization", `Bearer ${input.token}`);
    const body = input.body === undefined ? null : JSON.stringify(input.body);
    const response = await handle(new Request(`https://example.org/auth${path}`, { method, headers, body }));
    await harbor.settled();
    assert.ok(response !== null);
    return { status: response.status, body: await response.json() };
  };
  const email = "ada@example.org";

  assert.deepEqual(await call("POST /register", { body: { username: "ada", email, password: PASSWORD } }), {
    status: 201,
    body: { detail: "User registered" },
  });
  assert.equal(
    (await call("POST /login", { body: { username: "ada", password: PASSWORD } })).body.code,
    "unverified_user",
  );
  assert.deepEqual(await call("POST /resend-verification", { body: { email } }), {
    status: 200,
    body: { detail: "Verification email sent" },
  });
  assert.deepEqual(
    await call("POST /verify-email", { body: { token: sender.tokenFor("verification", email) } }),
    { status: 200, body: { detail: "Email verified" } },
  );

  const login = await call("POST /login", { body: { username: "ADA", password: PASSWORD } });
  assert.equal(login.status, 200);
  assert.deepEqual(login.body, {
    access_token: login.body.access_token,
    token_type: "bearer",
    expires_at: "2026-01-31T00:00:00.000Z",
  });
  assert.deepEqual(await call("GET /me", { token: login.body.access_token }), {
    status: 200,
    body: { username: "ada", email, verified: true },
  });

  const changed = await call("POST /password/change", {
    token: login.body.access_token,
    body: { old_password: PASSWORD, new_password: NEW_PASSWORD },
  });
  assert.deepEqual(changed, {
    status: 200,
    body: {
      detail: "Password changed",
      access_token: changed.body.access_token,
      token_type: "bearer",
      expires_at: "2026-01-31T00:00:00.000Z",
    },
  });
  assert.equal((await call("GET /me", { token: login.body.access_token })).status, 401);
  assert.equal((await call("GET /me", { token: changed.body.access_token })).status, 200);
  assert.deepEqual(await call("POST /logout", { token: changed.body.access_token }), {
    status: 200,
    body: { detail: "Logged out" },
  });

  assert.deepEqual(await call("POST /password-reset/request", { body: { email } }), {
    status: 200,
    body: { detail: "Password reset email sent" },
  });
  const token = sender.tokenFor("password_reset", email);
  assert.deepEqual(
    await call("POST /password-reset/confirm", { body: { token, new_password: PASSWORD } }),
    { status: 200, body: { detail: "Password reset" } },
  );

  const again = await call("POST /login", { body: { username: email, password: PASSWORD } });
  assert.deepEqual(await call("POST /logout-all", { token: again.body.access_token }), {
    status: 200,
    body: { detail: "Logged out from all sessions" },
  });
  const last = await call("POST /login", { body: { username: "ada", password: PASSWORD } });
  assert.deepEqual(
    await call("DELETE /account", { token: last.body.access_token, body: { password: PASSWORD } }),
    { status: 200, body: { detail: "Account deleted" } },
  );
  const request = new Request("https://example.org/", {
    headers: { authorization: `Bearer ${last.body.access_token}` },
  });
  assert.equal(await guards.optionalUser(request), null);
});

test("createHandler() is null outside the base path only", async () => {
  const world = await openWorld();
  for (const url of ["/", "/authx", "/AUTH/login", "//auth/login", "/auth;x/login", "/api/auth/login"]) {
    assert.equal(await world.handle(new Request(`https://example.org${url}`)), null, url);
  }
  for (const url of ["/auth", "/auth/", "/auth/nothing", "/auth/me/x"]) {
    assert.equal((await world.handle(new Request(`https://example.org${url}`)))?.status, 404, url);
  }
});

test("createHandler() serves every route below another base path", async () => {
  for (const basePath of ["/", "/api/v1/accounts"]) {
    for (const route of ROUTE_CASES) {
      const world = await openWorld({ handler: { basePath } });
      const { method, headers, body } = world.request(route);
      const url = `https://example.org${basePath === "/" ? "" : basePath}${route.path}`;
      const init = { method, headers, body: body === null ? null : await new Response(body).text() };
      assert.equal((await world.handle(new Request(url, init)))?.status, route.status, url);
    }
  }
});

test("createHandler() checks its options at once", () => {
  const harbor = new UserHarbor({
    store: new MemoryUserStore(),
    emailSender: new RecordingEmailSender(),
    passwordHasher: new FastPasswordHasher(),
  });
  const create = (options: unknown) => () => createHandler(harbor, options as HandlerOptions);
  for (const basePath of ["", "auth", "/auth/", "//auth", "/a/../b", "/a?b", "/a#b", "/a b", "/ü"]) {
    assert.throws(create({ basePath }), RangeError, basePath);
  }
  const wrong = [{ basePath: 1 }, { serializeUser: "x" }, { context: {} }, { onError: 1 }, { base: "/" }];
  for (const options of [null, "x", ...wrong]) {
    assert.throws(create(options), TypeError, JSON.stringify(options));
  }
});

test("createHandler() answers GET /me with what serializeUser makes of the store's user", async () => {
  for (
    const serializeUser of [
      ({ username }: { username: string }) => ({ name: username }),
      ({ username }: { username: string }) => Promise.resolve({ name: username }),
    ]
  ) {
    const world = await openWorld({ handler: { serializeUser } });
    const { response, text } = await world.ask(routeCase("/me"));
    assert.equal(response.status, 200);
    assert.deepEqual(JSON.parse(text), { name: "ada" });
  }
});

test("createHandler() tells the harbor where a request came from, as far as the request can be believed (R86)", async () => {
  const seen: (RequestContext | undefined)[] = [];
  const world = await openWorld({ harbor: { onEvent: ({ context }) => seen.push(context) } });
  const contextOf = async (headers: Record<string, string>) => {
    seen.length = 0;
    await world.ask(routeCase("/me"), { headers });
    return seen[0];
  };
  assert.deepEqual(await contextOf({}), {});
  assert.deepEqual(
    await contextOf({ "user-agent": "x".repeat(600), "accept-language": "de-ch;q=0.9, en" }),
    { userAgent: "x".repeat(512), locale: "de-CH" },
  );
  assert.deepEqual(await contextOf({ "x-forwarded-for": "192.0.2.1", forwarded: "for=192.0.2.1" }), {});
  for (const language of ["*", "", "not a tag", "de_CH", "a".repeat(36), "en-x-" + "a-".repeat(40) + "b"]) {
    assert.deepEqual(await contextOf({ "accept-language": language }), {}, language);
  }
});

test("createHandler() takes the context from the application, and mails in its language", async () => {
  const world = await openWorld({ handler: { context: () => ({ address: "192.0.2.1", locale: "fr" }) } });
  await world.ask(routeCase("/register"));
  await world.harbor.settled();
  assert.deepEqual(world.sender.sent.map(({ to, locale }) => ({ to, locale })), [
    { to: "cleo@example.org", locale: "fr" },
  ]);
});
