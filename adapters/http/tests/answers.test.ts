import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, UserHarborError } from "@userharbor/core";
import { errorResponse, type HttpErrorCode } from "../mod.ts";
import { PASSWORD, ROUTE_CASES, routeCase } from "./_route_cases.ts";
import { openWorld, type RequestChange } from "./_world.ts";

const HEADERS = {
  "cache-control": "no-store",
  "content-type": "application/json; charset=utf-8",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

function headersOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].sort());
}

/** Written out from the contract, not taken from the code under test. */
const STATUSES: Readonly<Record<ErrorCode, number>> = {
  invalid_credentials: 401,
  invalid_session_token: 401,
  permission_denied: 403,
  unverified_user: 403,
  unknown_user: 404,
  unknown_session: 404,
  reauthentication_required: 403,
  password_change_required: 403,
  unknown_role: 404,
  unknown_permission: 404,
  username_taken: 409,
  email_taken: 409,
  role_already_exists: 409,
  permission_already_exists: 409,
  rate_limited: 429,
  overloaded: 503,
  invalid_username: 400,
  invalid_email: 400,
  weak_password: 400,
  invalid_verification_token: 400,
  invalid_password_reset_token: 400,
  invalid_email_change_token: 400,
  invalid_role: 400,
  invalid_permission: 400,
};

test("errorResponse() gives every code its status, and shows nothing but the code (R83)", async () => {
  for (const [code, status] of Object.entries(STATUSES) as [ErrorCode, number][]) {
    const error = new UserHarborError(code, "canary: message", {
      reason: "canary: reason",
      cause: new Error("canary: cause"),
    });
    const response = errorResponse(error);
    const text = await response.text();
    assert.equal(response.status, status, code);
    assert.deepEqual(Object.keys(JSON.parse(text)), ["detail", "code"]);
    assert.equal(JSON.parse(text).code, code);
    assert.ok(!text.includes("canary"), text);
    assert.deepEqual(headersOf(response), {
      ...HEADERS,
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    });
  }
});

test("errorResponse() says when to try again", () => {
  for (const code of ["rate_limited", "overloaded"] as const) {
    const response = errorResponse(
      new UserHarborError(code, "Cannot do it: busy", { retryAfterSeconds: 1.2 }),
    );
    assert.equal(response.headers.get("retry-after"), "2");
  }
});

test("errorResponse() is 500 for a refusal it does not know", async () => {
  for (const code of ["of_tomorrow", "toString", "__proto__"]) {
    const response = errorResponse(new UserHarborError(code as ErrorCode, "Cannot do it: canary"));
    assert.equal(response.status, 500);
    assert.equal((await response.json()).code, "internal_error");
  }
});

test("createHandler() sends the same headers with every answer of every route (R55, R82)", async () => {
  const unauthorized = { ...HEADERS, "www-authenticate": "Bearer" };
  for (const route of ROUTE_CASES) {
    const outcomes: [RequestChange, number, Record<string, string>][] = [
      [{}, route.status, HEADERS],
      [{ method: "PUT", body: "" }, 405, { allow: route.method, ...HEADERS }],
      [{ path: `${route.path}/` }, 404, HEADERS],
    ];
    if (route.needsBearer) outcomes.push([{ headers: { authorization: null } }, 401, unauthorized]);
    if (route.method !== "GET") {
      outcomes.push(
        [{ headers: { "content-type": "text/plain" }, body: "x" }, 415, HEADERS],
        [{ headers: { "content-type": "application/json" }, body: "x".repeat(17_000) }, 413, HEADERS],
        [{ headers: { "content-type": "application/json" }, body: "x" }, 400, HEADERS],
      );
    }
    for (const [change, status, headers] of outcomes) {
      const world = await openWorld();
      const { response } = await world.ask(route, change);
      assert.equal(response.status, status, route.path);
      assert.deepEqual(headersOf(response), headers, `${route.path} ${status}`);
    }
    const broken = await openWorld();
    broken.beforeStoreCall = () => {
      throw new Error("connection refused");
    };
    const { response } = await broken.ask(route);
    assert.equal(response.status, 503);
    assert.deepEqual(headersOf(response), HEADERS);
  }
});

test("createHandler() answers logins alike, byte for byte, whoever does not exist or may not log in (R19, R20, V22)", async () => {
  const world = await openWorld();
  const { users } = world.harbor;
  await users.create({ username: "eve", email: "eve@example.org", verified: true, password: PASSWORD });
  await users.disable("eve");
  await users.create({ username: "ida", email: "ida@example.org", verified: true });
  await world.harbor.settled();
  const bodies = [
    { username: "ada", password: "wrong horse battery staple" },
    { username: "ADA@example.org", password: "wrong horse battery staple" },
    { username: "bob", password: "wrong horse battery staple" },
    { username: "bob@example.org", password: PASSWORD },
    { username: "nobody", password: PASSWORD },
    { username: "nobody@example.org", password: PASSWORD },
    { username: "eve", password: PASSWORD },
    { username: "eve@example.org", password: "wrong horse battery staple" },
    { username: "ida", password: PASSWORD },
  ];
  const answers = new Set<string>();
  for (const body of bodies) {
    world.forget();
    const { response, text } = await world.ask(routeCase("/login"), { body: JSON.stringify(body) });
    assert.equal(world.hashes, 1, body.username);
    assert.equal(world.writes, 0);
    answers.add(JSON.stringify([response.status, headersOf(response), text]));
  }
  assert.equal(answers.size, 1);
});

test("createHandler() tells an unverified account apart only once the password matched (R36)", async () => {
  const world = await openWorld();
  const body = JSON.stringify({ username: "bob", password: PASSWORD });
  const expected = { status: 403, code: "unverified_user" };
  await world.assertRefused(world.ask(routeCase("/login"), { body }), expected);
});

test("createHandler() answers a registration of anybody's address alike, byte for byte (R23)", async () => {
  const answers = new Set<string>();
  const mails: string[] = [];
  for (const email of ["cleo@example.org", "ada@example.org", "bob@example.org"]) {
    const world = await openWorld();
    const body = JSON.stringify({ username: "cleo", email, password: PASSWORD });
    const { response, text } = await world.ask(routeCase("/register"), { body });
    assert.equal(response.status, 201);
    assert.equal(world.hashes, 1, email);
    answers.add(JSON.stringify([headersOf(response), text]));
    await world.harbor.settled();
    mails.push(...world.sender.sent.map(({ kind, to }) => `${kind} ${to}`));
  }
  assert.equal(answers.size, 1);
  assert.deepEqual(mails, [
    "verification cleo@example.org",
    "address_in_use ada@example.org",
    "verification bob@example.org",
  ]);
});

test("createHandler() answers requests for mail alike, whoever does not exist (R22)", async () => {
  for (const path of ["/resend-verification", "/password-reset/request"]) {
    const answers = new Set<string>();
    for (
      const email of ["ada@example.org", "bob@example.org", "nobody@example.org", "", "nowhere", "a@b,c@d"]
    ) {
      const world = await openWorld();
      const { response, text } = await world.ask(routeCase(path), { body: JSON.stringify({ email }) });
      answers.add(JSON.stringify([response.status, headersOf(response), text]));
    }
    assert.equal(answers.size, 1, path);
  }
});

test("createHandler() answers while the sender hangs or fails (R22, R24)", async () => {
  const hang = () => new Promise<void>(() => {});
  const fail = () => Promise.reject(new Error("connection refused"));
  for (const send of [hang, fail]) {
    const world = await openWorld();
    world.sender.sendVerification = send;
    world.sender.sendPasswordReset = send;
    for (const path of ["/register", "/resend-verification", "/password-reset/request"]) {
      assert.equal((await world.ask(routeCase(path))).response.status, routeCase(path).status);
    }
    assert.deepEqual(world.errors, []);
  }
});

test("createHandler() shows a token or password in the answers that open a session, and nowhere else", async () => {
  for (const route of ROUTE_CASES) {
    for (const broken of [false, true]) {
      const world = await openWorld();
      if (broken) {
        world.beforeStoreCall = () => {
          throw new Error("connection refused");
        };
      }
      const { response, text } = await world.ask(route);
      await world.harbor.settled();
      const mailed = world.sender.sent.flatMap(({ token }) => token ?? []);
      const seen = text + JSON.stringify(headersOf(response));
      const { sessionId: _, ...tokens } = world.secrets;
      const secrets = [...Object.values(tokens), ...mailed, PASSWORD, "$fast$", "horse"];
      for (const secret of secrets) assert.ok(!seen.includes(secret), `${route.path} shows ${secret}`);
      const opens = !broken && ["/login", "/password/change", "/reauthenticate"].includes(route.path);
      assert.equal(/[A-Za-z0-9_-]{43}/.test(seen), opens, route.path);
    }
  }
});

test("createHandler() hides what else the store knows of a user", async () => {
  const { text } = await (await openWorld()).ask(routeCase("/me"));
  assert.equal(text, '{"username":"ada","email":"ada@example.org","verified":true}');
});

test("HttpErrorCode is the codes of the contract that are no refusals of a harbor", () => {
  const codes: Readonly<Record<HttpErrorCode, true>> = {
    invalid_request: true,
    not_found: true,
    method_not_allowed: true,
    payload_too_large: true,
    unsupported_media_type: true,
    unavailable: true,
    internal_error: true,
  };
  assert.equal(Object.keys(codes).filter((code) => Object.hasOwn(STATUSES, code)).length, 0);
});
