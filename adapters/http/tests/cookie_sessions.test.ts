import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createGuards,
  createHandler,
  errorResponse,
  type GuardOptions,
  type HandlerOptions,
  type SessionCookie,
} from "../mod.ts";
import { type CookieWorld, openCookieWorld, SAME_ORIGIN, tokenSet } from "./_cookie_world.ts";
import { NEW_PASSWORD, PASSWORD, ROUTE_CASES, routeCase } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const NO_SESSION = { status: 401, code: "invalid_session_token" };
const NEEDING_SESSION = ROUTE_CASES.filter((route) => route.needsBearer);
const OPENING = ["/login", "/password/change", "/reauthenticate"];
const ENDING = ["/logout", "/logout-all", "/account"];
const ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";
const CLEARED = `__Host-uh_session=${ATTRIBUTES}; Max-Age=0`;

test("createHandler() serves a browser by its cookie from login to deletion", async () => {
  const world = await openCookieWorld();
  const login = await world.browse(routeCase("/login"), { headers: { cookie: null } });
  assert.equal(login.response.status, 200);
  assert.equal(login.text, '{"token_type":"cookie","expires_at":"2026-01-31T00:00:00.000Z"}');
  const first = tokenSet(login.response) ?? "";
  assert.match(first, TOKEN);
  assert.equal(
    login.response.headers.get("set-cookie"),
    `__Host-uh_session=${first}${ATTRIBUTES}; Max-Age=7776000`,
  );
  const as = (token: string) => ({ headers: { cookie: world.held(token) } });
  assert.equal((await world.browse(routeCase("/me"), as(first))).response.status, 200);

  const changed = await world.browse(routeCase("/password/change"), as(first));
  assert.equal(
    changed.text,
    '{"detail":"Password changed","token_type":"cookie","expires_at":"2026-01-31T00:00:00.000Z"}',
  );
  const second = tokenSet(changed.response) ?? "";
  assert.match(second, TOKEN);
  assert.notEqual(second, first);
  assert.equal((await world.browse(routeCase("/me"), as(first))).response.status, 401);
  assert.equal((await world.browse(routeCase("/me"), as(second))).response.status, 200);

  const body = JSON.stringify({ password: NEW_PASSWORD });
  const deleted = await world.browse(routeCase("/account"), { ...as(second), body });
  assert.equal(deleted.text, '{"detail":"Account deleted"}');
  assert.equal(deleted.response.headers.get("set-cookie"), CLEARED);
  assert.equal((await world.browse(routeCase("/me"), as(second))).response.status, 401);
});

test("createHandler() sets and clears the cookie on the routes that open and end sessions, and on no other (R45)", async () => {
  for (const route of ROUTE_CASES) {
    const world = await openCookieWorld();
    const { response } = await world.browse(route);
    assert.equal(response.status, route.status, route.path);
    const header = response.headers.get("set-cookie");
    if (OPENING.includes(route.path)) assert.match(tokenSet(response) ?? "", TOKEN, route.path);
    else assert.equal(header, ENDING.includes(route.path) ? CLEARED : null, route.path);
  }
});

test("createHandler() shows a token to no script in cookie mode, whoever asks", async () => {
  for (const route of ROUTE_CASES) {
    for (const headers of [{}, SAME_ORIGIN]) {
      const world = await openCookieWorld();
      const { response, text } = await world.ask(route, { headers });
      assert.equal(response.status, route.status);
      const readable = text + JSON.stringify([...response.headers].filter(([name]) => name !== "set-cookie"));
      assert.doesNotMatch(readable, /[A-Za-z0-9_-]{43}|access_token/, route.path);
    }
  }
});

test("createHandler() lets a program go on by bearer with the token of Set-Cookie", async () => {
  const world = await openCookieWorld();
  const { response } = await world.ask(routeCase("/login"));
  const authorization = `Bearer ${tokenSet(response)}`;
  assert.equal((await world.ask(routeCase("/me"), { headers: { authorization } })).response.status, 200);
  const changed = await world.ask(routeCase("/password/change"), { headers: { authorization } });
  assert.equal(changed.response.status, 200);
  const fresh = `Bearer ${tokenSet(changed.response)}`;
  assert.equal(
    (await world.ask(routeCase("/logout"), { headers: { authorization: fresh } })).response.status,
    200,
  );
});

test("createHandler() never adopts a token that a browser brought along (R63, V47)", async () => {
  for (const isEnded of [true, false]) {
    const world = await openCookieWorld();
    if (isEnded) await world.harbor.logout(world.secrets.session);
    const planted = isEnded ? world.secrets.session : "A".repeat(43);
    const headers = { cookie: world.held(planted) };
    const request = world.request(routeCase("/me"), world.fromBrowser({ headers }));
    world.forget();
    await world.assertRefused(world.browse(routeCase("/me"), { headers }), NO_SESSION);
    assert.equal(await world.cookieGuards.optionalUser(request), null);

    const { response } = await world.browse(routeCase("/login"), { headers });
    assert.equal(response.status, 200);
    const opened = tokenSet(response) ?? "";
    assert.match(opened, TOKEN);
    assert.notEqual(opened, planted);
    world.forget();
    await world.assertRefused(world.browse(routeCase("/me"), { headers }), NO_SESSION);
    assert.equal(await world.cookieGuards.optionalUser(request), null);
    assert.equal(await world.harbor.verifySession(opened), true);
  }
});

test("POST /login ends the session it replaces in the browser, and no other (R63)", async () => {
  const world = await openCookieWorld();
  const elsewhere = await world.harbor.login({ username: "ada", password: PASSWORD });
  const { response } = await world.browse(routeCase("/login"));
  assert.notEqual(tokenSet(response), world.secrets.session);
  assert.equal(await world.harbor.verifySession(world.secrets.session), false);
  assert.equal(await world.harbor.verifySession(elsewhere.sessionToken), true);
  assert.equal(await world.harbor.verifySession(tokenSet(response) ?? ""), true);
});

test("POST /login that is refused leaves the browser its session", async () => {
  const world = await openCookieWorld();
  const body = JSON.stringify({ username: "ada", password: "wrong horse battery staple" });
  const asked = world.browse(routeCase("/login"), { body });
  await world.assertRefused(asked, { status: 401, code: "invalid_credentials" });
  assert.equal((await asked).response.headers.get("set-cookie"), null);
  assert.equal((await world.browse(routeCase("/me"))).response.status, 200);
});

test("POST /login hands out no session while the one it replaces cannot be ended (R63, R84)", async () => {
  const world = await openCookieWorld();
  world.beforeStoreCall = (method) => {
    if (method === "removeSession") throw new Error("connection lost");
  };
  const { response } = await world.browse(routeCase("/login"));
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("set-cookie"), null);
  assert.equal(world.errors.length, 1);
  world.beforeStoreCall = () => {};
  assert.equal((await world.browse(routeCase("/login"))).response.status, 200);
});

test("createHandler() clears a cookie whose session is refused, on every route that needs one", async () => {
  const world = await openCookieWorld();
  const unknown = "A".repeat(43);
  const held = [
    world.held(unknown),
    world.held("x"),
    world.held(""),
    `${world.held(unknown)}; ${world.held(unknown)}`,
    `${world.held()}; ${world.held(unknown)}`,
    `theme=dark; ${world.held(unknown)}`,
  ];
  for (const route of NEEDING_SESSION) {
    for (const cookie of held) {
      const asked = world.browse(route, { headers: { cookie } });
      await world.assertRefused(asked, { ...NO_SESSION, why: `${route.path} ${cookie}` });
      assert.equal((await asked).response.headers.get("set-cookie"), CLEARED, cookie);
    }
    for (const cookie of [null, "theme=dark", `uh_session=${world.secrets.session}`]) {
      const asked = world.browse(route, { headers: { cookie } });
      await world.assertRefused(asked, { ...NO_SESSION, why: `${route.path} ${cookie}` });
      assert.equal((await asked).response.headers.get("set-cookie"), null, String(cookie));
    }
  }
});

test("createHandler() knows an ended or expired session no more, and clears the cookie (R65, R66)", async () => {
  const ways: Readonly<Record<string, (world: CookieWorld, sessionToken: string) => unknown>> = {
    logout: ({ harbor }, sessionToken) => harbor.logout(sessionToken),
    logoutAll: ({ harbor }, sessionToken) => harbor.logoutAll(sessionToken),
    deleteAccount: ({ harbor }, sessionToken) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
    expiry: ({ clock }) => clock.advanceSeconds(2_592_000),
  };
  for (const [name, end] of Object.entries(ways)) {
    const world = await openCookieWorld();
    const request = world.request(routeCase("/me"), world.fromBrowser());
    assert.equal((await world.cookieGuards.currentUser(request)).username, "ada");
    await end(world, world.secrets.session);
    await world.harbor.settled();
    world.forget();
    const asked = world.browse(routeCase("/me"));
    await world.assertRefused(asked, { ...NO_SESSION, why: name });
    assert.equal((await asked).response.headers.get("set-cookie"), CLEARED);
    assert.equal(await world.cookieGuards.optionalUser(request), null);
  }
});

test("createHandler() leaves a good session alone when only the password was wrong", async () => {
  const world = await openCookieWorld();
  const wrong = "wrong horse battery staple";
  for (
    const [path, body] of [
      ["/password/change", { old_password: wrong, new_password: NEW_PASSWORD }],
      ["/account", { password: wrong }],
      ["/email/change", { password: wrong, new_email: "ada@example.com" }],
      ["/username/change", { password: wrong, new_username: "lovelace" }],
      ["/reauthenticate", { password: wrong }],
    ] as const
  ) {
    const asked = world.browse(routeCase(path), { body: JSON.stringify(body) });
    await world.assertRefused(asked, { status: 401, code: "invalid_credentials" });
    assert.equal((await asked).response.headers.get("set-cookie"), null);
  }
  assert.equal((await world.browse(routeCase("/me"))).response.status, 200);
});

test("createHandler() and guards take two sessions in one request for none", async () => {
  const world = await openCookieWorld();
  const { session } = world.secrets;
  const other = (await world.harbor.login({ username: "ada", password: PASSWORD })).sessionToken;
  world.forget();
  const cases: readonly { authorization: string | null; cookie: string | null; isKnown: boolean }[] = [
    { authorization: `Bearer ${session}`, cookie: null, isKnown: true },
    { authorization: null, cookie: world.held(), isKnown: true },
    { authorization: `Bearer ${session}`, cookie: world.held(), isKnown: true },
    { authorization: `Bearer ${session}`, cookie: "theme=dark", isKnown: true },
    { authorization: `Bearer ${session}`, cookie: world.held("x"), isKnown: true },
    { authorization: "Basic YWRhOng=", cookie: world.held(), isKnown: true },
    { authorization: `Bearer ${session}`, cookie: world.held(other), isKnown: false },
    { authorization: `Bearer ${other}`, cookie: world.held(), isKnown: false },
    { authorization: `Bearer ${"A".repeat(43)}`, cookie: world.held(), isKnown: false },
    { authorization: "Bearer x", cookie: world.held(), isKnown: false },
    { authorization: "bearer", cookie: world.held(), isKnown: false },
    { authorization: `Bearer ${session}, Bearer ${session}`, cookie: world.held(), isKnown: false },
    { authorization: `Basic ${session}`, cookie: null, isKnown: false },
    { authorization: null, cookie: `${world.held()}; ${world.held()}`, isKnown: false },
    { authorization: null, cookie: null, isKnown: false },
  ];
  for (const { isKnown, ...credentials } of cases) {
    const change = world.fromBrowser({ headers: credentials });
    const why = JSON.stringify(credentials);
    const request = world.request(routeCase("/me"), change);
    const { currentUser, optionalUser, requireRole, requirePermission, requireFreshUser } =
      world.cookieGuards;
    assert.equal((await optionalUser(request))?.username, isKnown ? "ada" : undefined, why);
    if (isKnown) {
      assert.equal((await world.ask(routeCase("/me"), change)).response.status, 200, why);
      assert.equal((await currentUser(request)).username, "ada");
      await assert.rejects(requireRole(request, "admin"), { code: "permission_denied" });
      await assert.rejects(requirePermission(request, "a.b"), { code: "permission_denied" });
      assert.equal((await requireFreshUser(request)).username, "ada");
      continue;
    }
    for (const route of NEEDING_SESSION) {
      const asked = world.ask(route, change);
      await world.assertRefused(asked, { ...NO_SESSION, why: `${route.path} ${why}` });
    }
    await assert.rejects(currentUser(request), { code: "invalid_session_token" });
    await assert.rejects(requireRole(request, "admin"), { code: "invalid_session_token" });
    await assert.rejects(requirePermission(request, "a.b"), { code: "invalid_session_token" });
    await assert.rejects(requireFreshUser(request), { code: "invalid_session_token" });
  }
  assert.equal(await world.harbor.verifySession(session), true);
  assert.equal(await world.harbor.verifySession(other), true);
});

test("createGuards() judges roles and permissions of the account behind a cookie", async () => {
  const world = await openCookieWorld();
  await world.harbor.roles.create("admin");
  await world.harbor.permissions.create("reports.read");
  await world.harbor.roles.grantPermission("admin", "reports.read");
  await world.harbor.grantRole("ada", "admin");
  const request = world.request(routeCase("/me"), world.fromBrowser());
  assert.equal((await world.cookieGuards.requireRole(request, "admin")).username, "ada");
  assert.equal((await world.cookieGuards.requirePermission(request, "reports.read")).username, "ada");
  await assert.rejects(world.cookieGuards.requireRole(request, "Admin"), { code: "invalid_role" });
});

test("createHandler() and guards fail closed behind a cookie, and keep it, while the store fails (R84)", async () => {
  for (const route of [...NEEDING_SESSION, routeCase("/login")]) {
    const unbroken = await openCookieWorld();
    await unbroken.browse(route);
    assert.ok(unbroken.calls.length > 0);
    for (let n = 1; n <= unbroken.calls.length; n++) {
      const world = await openCookieWorld();
      world.beforeStoreCall = () => {
        if (world.calls.length === n) throw new Error("connection lost");
      };
      const { response } = await world.browse(route);
      assert.equal(response.status, 503, `${route.path}, call ${n}`);
      assert.equal(response.headers.get("set-cookie"), null);
    }
  }
  const world = await openCookieWorld();
  world.beforeStoreCall = () => {
    throw new Error("connection lost");
  };
  const request = world.request(routeCase("/me"), world.fromBrowser());
  const { currentUser, optionalUser, requireRole } = world.cookieGuards;
  for (const guard of [currentUser, optionalUser, (asked: Request) => requireRole(asked, "admin")]) {
    await assert.rejects(guard(request), (error) => errorResponse(error).status === 503);
  }
});

test("createHandler() survives whatever stands in the headers it judges by (R85)", async () => {
  const world = await openCookieWorld();
  const odd = [
    "",
    ";",
    "=",
    "\t",
    "x".repeat(16_000),
    "; ".repeat(8_000),
    "=".repeat(16_000),
    `x${" ".repeat(16_000)}x`,
    "\u00ff\u0080",
    "%",
    '"',
  ];
  for (const route of ROUTE_CASES) {
    for (const value of odd) {
      for (const name of ["cookie", "origin", "sec-fetch-site", "authorization"]) {
        const { response } = await world.browse(route, {
          body: route.body === undefined ? null : "{}",
          headers: { cookie: world.held("x"), [name]: value },
        });
        assert.ok([200, 400, 401, 403].includes(response.status), `${route.path} ${name} ${response.status}`);
      }
    }
  }
  assert.deepEqual(world.errors, []);
  assert.equal(world.writes, 0);
});

test("createHandler() and createGuards() take no cookie but one of createSessionCookie()", async () => {
  const { harbor, cookie } = await openCookieWorld();
  const wrong: unknown[] = [null, true, "uh_session", {}, { ...cookie, read: undefined }, {
    ...cookie,
    name: 1,
  }];
  for (const value of wrong) {
    const options = { cookie: value as SessionCookie };
    assert.throws(() => createHandler(harbor, options), TypeError, JSON.stringify(value));
    assert.throws(() => createGuards(harbor, options), TypeError, JSON.stringify(value));
  }
  for (const options of [null, "x", { cookies: cookie }]) {
    assert.throws(() => createGuards(harbor, options as GuardOptions), TypeError);
    assert.throws(() => createHandler(harbor, options as HandlerOptions), TypeError);
  }
});

test("createHandler() and guards without the option neither read nor set a cookie, nor ask where a page is from", async () => {
  for (const route of ROUTE_CASES) {
    const world = await openWorld();
    const foreign = { origin: "https://example.com", "sec-fetch-site": "cross-site" };
    const cookie = `__Host-uh_session=${"A".repeat(43)}; uh_session=${"A".repeat(43)}`;
    const { response } = await world.ask(route, { headers: { ...foreign, cookie } });
    assert.equal(response.status, route.status, route.path);
    assert.equal(response.headers.get("set-cookie"), null);
  }
  const world = await openWorld();
  const { session } = world.secrets;
  const headers = { ...SAME_ORIGIN, authorization: null, cookie: `__Host-uh_session=${session}` };
  const asked = world.ask(routeCase("/me"), { headers });
  await world.assertRefused(asked, NO_SESSION);
  assert.equal((await asked).response.headers.get("set-cookie"), null);
  assert.equal(await world.guards.optionalUser(world.request(routeCase("/me"), { headers })), null);
});
