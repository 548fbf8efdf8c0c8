import assert from "node:assert/strict";
import { test } from "node:test";
import { openCookieWorld, tokenSet } from "./_cookie_world.ts";
import { PASSWORD, routeCase } from "./_route_cases.ts";
import { openWorld, type World } from "./_world.ts";

/** Well-formed, and no session's. */
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

test("GET /sessions lists the caller's sessions by ids that open nothing (R68)", async () => {
  const world = await openWorld();
  const { response, text } = await world.ask(routeCase("/sessions"));
  assert.equal(response.status, 200);
  const times = { created_at: "2026-01-01T00:00:00.000Z", expires_at: "2026-01-31T00:00:00.000Z" };
  const [own, other] = JSON.parse(text);
  assert.deepEqual(other, { id: world.secrets.sessionId, ...times, current: false });
  assert.deepEqual(own, { id: own.id, ...times, current: true });
  for (const { id } of [own, other]) {
    const headers = { authorization: `Bearer ${id}` };
    await world.assertRefused(world.ask(routeCase("/me"), { headers }), {
      status: 401,
      code: "invalid_session_token",
    });
  }
});

test("GET /sessions leaves out when a session began where the store does not know", async () => {
  const world = await openWorld();
  const list = world.store.listSessions.bind(world.store);
  world.store.listSessions = async (username) =>
    (await list(username)).map(({ createdAt: _, ...session }) => session);
  const sessions = JSON.parse((await world.ask(routeCase("/sessions"))).text);
  assert.deepEqual(sessions.map(Object.keys), [["id", "expires_at", "current"], [
    "id",
    "expires_at",
    "current",
  ]]);
});

test("GET /sessions tells where a session was opened, where the application keeps that (R68)", async () => {
  const world = await openWorld({ harbor: { sessionClientRetentionSeconds: 60 } });
  const context = { userAgent: "a phone", address: "192.0.2.1" };
  await world.harbor.login({ username: "ada", password: PASSWORD }, context);
  await world.harbor.login({ username: "ada", password: PASSWORD }, { userAgent: "a laptop" });
  const sessions: { readonly client?: unknown }[] = JSON.parse(
    (await world.ask(routeCase("/sessions"))).text,
  );
  assert.deepEqual(sessions.map(({ client }) => client), [
    undefined,
    undefined,
    { address: "192.0.2.1", user_agent: "a phone" },
    { user_agent: "a laptop" },
  ]);
});

test("POST /sessions/revoke answers alike, byte for byte, for somebody else's session and for none (R68)", async () => {
  const world = await openWorld();
  const { harbor } = world;
  await harbor.verifyEmail(world.secrets.verification);
  const people = ["ada", "bob"];
  const tokens: Record<string, string[]> = { ada: [world.secrets.session], bob: [] };
  for (const person of people) {
    for (let more = 0; more < 2; more++) {
      tokens[person]?.push((await harbor.login({ username: person, password: PASSWORD })).sessionToken);
    }
  }
  const idsOf = async (person: string) =>
    (await harbor.sessions.list(tokens[person]?.[0] ?? "")).map(({ id }) => id);
  const ids = { ada: await idsOf("ada"), bob: await idsOf("bob") };
  await harbor.settled();
  for (const [person, foreign] of [["ada", ids.bob], ["bob", ids.ada]] as const) {
    for (const token of tokens[person] ?? []) {
      const unknown = await revoke(world, { token, id: UNKNOWN_ID });
      assert.equal(unknown.status, 404);
      assert.equal(JSON.parse(unknown.text).code, "unknown_session");
      for (const id of [...foreign, "", "x".repeat(300), "\u0000", token]) {
        assert.deepEqual(await revoke(world, { token, id }), unknown, id);
      }
    }
  }
  assert.deepEqual({ ada: await idsOf("ada"), bob: await idsOf("bob") }, ids);
});

test("POST /sessions/revoke ends that session and no other, once (R65, R68)", async () => {
  const world = await openWorld();
  const route = routeCase("/sessions/revoke");
  assert.equal((await world.ask(route)).text, '{"detail":"Session ended"}');
  world.forget();
  const again = await world.ask(route);
  assert.deepEqual([again.response.status, JSON.parse(again.text).code], [404, "unknown_session"]);
  const left = JSON.parse((await world.ask(routeCase("/sessions"))).text);
  assert.deepEqual(left.map(({ current }: { current: boolean }) => current), [true]);
});

test("POST /sessions/revoke-others leaves the caller's session alone (R65)", async () => {
  const world = await openWorld();
  const { text } = await world.ask(routeCase("/sessions/revoke-others"));
  assert.equal(text, '{"detail":"Other sessions ended"}');
  const left = JSON.parse((await world.ask(routeCase("/sessions"))).text);
  assert.deepEqual(left.map(({ current }: { current: boolean }) => current), [true]);
});

test("POST /reauthenticate answers as /login does, and the earlier token ends (R63, R69)", async () => {
  const world = await openWorld();
  const { text } = await world.ask(routeCase("/reauthenticate"));
  const opened = JSON.parse(text);
  assert.deepEqual(opened, {
    access_token: opened.access_token,
    token_type: "bearer",
    expires_at: "2026-01-31T00:00:00.000Z",
  });
  assert.equal(await world.harbor.verifySession(world.secrets.session), false);
  assert.equal(await world.harbor.verifySession(opened.access_token), true);

  const browser = await openCookieWorld();
  const { response } = await browser.browse(routeCase("/reauthenticate"));
  assert.equal(await browser.harbor.verifySession(browser.secrets.session), false);
  assert.equal(await browser.harbor.verifySession(tokenSet(response) ?? ""), true);
});

/** All that a caller can tell one refusal from another by. */
async function revoke(world: World, { token, id }: { readonly token: string; readonly id: string }) {
  const { response, text } = await world.ask(routeCase("/sessions/revoke"), {
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ session_id: id }),
  });
  return { status: response.status, headers: [...response.headers], text };
}
