import assert from "node:assert/strict";
import { test } from "node:test";
import { NEW_PASSWORD, PASSWORD, ROUTE_CASES, routeCase, type Secrets } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

const NO_SESSION = { status: 401, code: "invalid_session_token" };
const NEEDING_BEARER = ROUTE_CASES.filter((route) => route.needsBearer);

/** Authorization headers that are not one bearer token of plausible form, made from a valid one. */
function malformed(token: string): (string | null)[] {
  return [
    null,
    "",
    "Bearer",
    "Bearer ",
    token,
    `Bearer${token}`,
    `Bearer: ${token}`,
    `Bearer\t${token}`,
    `Basic ${token}`,
    `Token ${token}`,
    `Digest username="${token}"`,
    `Bearer ${token} ${token}`,
    `Bearer ${token},${token}`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer ${token}; x`,
    `Bearer "${token}"`,
    `Bearer token=${token}`,
    `Bearer Bearer ${token}`,
    `x Bearer ${token}`,
    `Bearer ${token}=`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token.slice(1)}+`,
    `Bearer ${token.slice(1)}/`,
    `Bearer ${token.slice(1)}.`,
    `Bearer ${token.slice(1)}\u00e9`,
    `Bearer ${encodeURIComponent("\n")}${token}`,
    "Bearer null",
    "Bearer undefined",
    "Bearer 0",
    "Bearer [object Object]",
    "Bearer __proto__",
    `Bearer ${"%".repeat(43)}`,
    `Bearer ${"A".repeat(16_000)}`,
    " ".repeat(16_000),
    `Bearer ${" ".repeat(16_000)}x`,
  ];
}

test("createHandler() and guards refuse every malformed Authorization before the store is asked (R52, V16)", async () => {
  const world = await openWorld();
  for (const authorization of malformed(world.secrets.session)) {
    for (const route of NEEDING_BEARER) {
      const asked = world.ask(route, { headers: { authorization } });
      await world.assertRefused(asked, {
        ...NO_SESSION,
        why: `${route.path} ${authorization?.slice(0, 80)}`,
      });
      assert.equal((await asked).response.headers.get("www-authenticate"), "Bearer");
    }
    const request = world.request(routeCase("/me"), { headers: { authorization } });
    const { currentUser, optionalUser, requireRole, requirePermission, requireFreshUser } = world.guards;
    assert.equal(await optionalUser(request), null);
    await assert.rejects(currentUser(request), { code: "invalid_session_token" });
    await assert.rejects(requireRole(request, "admin"), { code: "invalid_session_token" });
    await assert.rejects(requirePermission(request, "a.b"), { code: "invalid_session_token" });
    await assert.rejects(requireFreshUser(request), { code: "invalid_session_token" });
  }
  assert.deepEqual(world.calls, []);
  assert.equal(world.hashes, 0);
});

test("createHandler() takes the scheme in any case, and any number of spaces after it", async () => {
  const world = await openWorld();
  for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer  "]) {
    const asked = world.ask(routeCase("/me"), {
      headers: { authorization: `${scheme} ${world.secrets.session}` },
    });
    assert.equal((await asked).response.status, 200, scheme);
  }
});

test("createHandler() takes a session token from the header only", async () => {
  const world = await openWorld();
  const { session } = world.secrets;
  for (const header of ["cookie", "x-session-token", "proxy-authorization"]) {
    const headers = { authorization: null, [header]: `Bearer ${session}` };
    const path = `/me?access_token=${session}`;
    await world.assertRefused(world.ask(routeCase("/me"), { path, headers }), NO_SESSION);
  }
});

/** What is no token: of another length or alphabet. */
function garbage(token: string): string[] {
  return [
    "",
    " ",
    "0",
    "null",
    token.slice(1),
    `${token}x`,
    ` ${token}`,
    `${token}\n`,
    `${token}\u0000`,
    `${token.slice(1)}+`,
    `${token.slice(1)}\u00e9`,
    token.slice(1) + "\ud800",
    "A".repeat(15_000),
  ];
}

test("createHandler() refuses mailed tokens of wrong length or alphabet without store or hasher (R17, R52)", async () => {
  const world = await openWorld();
  const { verification, reset, emailChange } = world.secrets;
  for (const token of garbage(verification)) {
    const asked = world.ask(routeCase("/verify-email"), { body: JSON.stringify({ token }) });
    await world.assertRefused(asked, { status: 400, code: "invalid_verification_token", why: token });
  }
  for (const token of garbage(reset)) {
    const body = JSON.stringify({ token, new_password: NEW_PASSWORD });
    const asked = world.ask(routeCase("/password-reset/confirm"), { body });
    await world.assertRefused(asked, { status: 400, code: "invalid_password_reset_token", why: token });
  }
  for (const token of garbage(emailChange)) {
    const asked = world.ask(routeCase("/email/change/confirm"), { body: JSON.stringify({ token }) });
    await world.assertRefused(asked, { status: 400, code: "invalid_email_change_token", why: token });
  }
  assert.deepEqual(world.calls, []);
  assert.equal(world.hashes, 0);
});

test("createHandler() hashes nothing for unknown tokens, or what no account can have (R17)", async () => {
  const world = await openWorld();
  const unknown = "A".repeat(43);
  const cases = [
    ["/password-reset/confirm", { token: unknown, new_password: NEW_PASSWORD }],
    ["/verify-email", { token: unknown }],
    ["/email/change/confirm", { token: unknown }],
    ["/register", { username: "x y", email: "cleo@example.org", password: PASSWORD }],
    ["/register", { username: "cleo", email: "nowhere", password: PASSWORD }],
    ["/register", { username: "cleo", email: "cleo@example.org", password: "short" }],
    ["/register", { username: "cleo", email: "cleo@example.org", password: "x".repeat(15_000) }],
    ["/login", { username: "x y", password: PASSWORD }],
    ["/login", { username: "ada", password: "x".repeat(15_000) }],
    ["/login", { username: "x".repeat(15_000), password: PASSWORD }],
  ] as const;
  for (const [path, fields] of cases) {
    const { response } = await world.ask(routeCase(path), { body: JSON.stringify(fields) });
    assert.ok(response.status === 400 || response.status === 401, path);
  }
  const headers = { authorization: `Bearer ${unknown}` };
  for (const route of NEEDING_BEARER) await world.assertRefused(world.ask(route, { headers }), NO_SESSION);
  assert.equal(world.hashes, 0);
  assert.equal(world.writes, 0);
});

test("createHandler() takes each kind of token at its own endpoints only (R48)", async () => {
  const consumers: readonly { path: string; kind: keyof Secrets; code: string }[] = [
    { path: "/verify-email", kind: "verification", code: "invalid_verification_token" },
    { path: "/password-reset/confirm", kind: "reset", code: "invalid_password_reset_token" },
    { path: "/email/change/confirm", kind: "emailChange", code: "invalid_email_change_token" },
    ...NEEDING_BEARER.map(({ path }) => ({ path, kind: "session" as const, code: "invalid_session_token" })),
  ];
  for (const { path, kind, code } of consumers) {
    for (const offered of ["verification", "reset", "emailChange", "session"] as const) {
      const world = await openWorld();
      const route = routeCase(path);
      const token = world.secrets[offered];
      const secrets = { ...world.secrets, verification: token, reset: token, emailChange: token };
      const asked = world.ask(route, {
        ...(route.body === undefined ? {} : { body: JSON.stringify(route.body(secrets)) }),
        ...(route.needsBearer ? { headers: { authorization: `Bearer ${token}` } } : {}),
      });
      if (offered === kind) assert.equal((await asked).response.status, route.status, path);
      else await world.assertRefused(asked, { status: kind === "session" ? 401 : 400, code, why: path });
    }
  }
});

test("createHandler() spends a token once", async () => {
  const world = await openWorld();
  for (const path of ["/verify-email", "/email/change/confirm"]) {
    assert.equal((await world.ask(routeCase(path))).response.status, 200);
    assert.equal((await world.ask(routeCase(path))).response.status, 400);
  }
  assert.equal((await world.ask(routeCase("/me"))).response.status, 200);
  const other = await openWorld();
  for (const status of [200, 400]) {
    assert.equal((await other.ask(routeCase("/password-reset/confirm"))).response.status, status);
  }
  assert.equal((await other.ask(routeCase("/me"))).response.status, 401);
});
