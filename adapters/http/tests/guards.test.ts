import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarborEvent } from "@userharbor/core";
import { createGuards, type GuardOptions } from "@userharbor/http";
import { PASSWORD, routeCase } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

test("createGuards() gives the account behind a request", async () => {
  const world = await openWorld();
  const request = world.request(routeCase("/me"));
  for (const guard of [world.guards.currentUser, world.guards.optionalUser]) {
    assert.equal((await guard(request))?.username, "ada");
  }
});

test("createGuards() knows no ended, expired or forged session", async () => {
  const world = await openWorld();
  const request = world.request(routeCase("/me"));
  const forged = world.request(routeCase("/me"), { headers: { authorization: `Bearer ${"A".repeat(43)}` } });
  await assert.rejects(world.guards.currentUser(forged), { code: "invalid_session_token" });
  assert.equal(await world.guards.optionalUser(forged), null);

  world.clock.advanceSeconds(2_592_000);
  await assert.rejects(world.guards.currentUser(request), { code: "invalid_session_token" });
  assert.equal(await world.guards.optionalUser(request), null);

  const loggedOut = await openWorld();
  await loggedOut.harbor.logout(loggedOut.secrets.session);
  assert.equal(await loggedOut.guards.optionalUser(loggedOut.request(routeCase("/me"))), null);
});

test("createGuards() judges roles and permissions anew on every request (R67)", async () => {
  const world = await openWorld();
  const { requireRole, requirePermission } = world.guards;
  const request = world.request(routeCase("/me"));
  const denied = { code: "permission_denied" };
  await world.harbor.roles.create("admin");
  await world.harbor.permissions.create("reports.read");
  await world.harbor.roles.grantPermission("admin", "reports.read");
  await assert.rejects(requireRole(request, "admin"), denied);
  await assert.rejects(requirePermission(request, "reports.read"), denied);

  await world.harbor.grantRole("ada", "admin");
  assert.equal((await requireRole(request, "admin")).username, "ada");
  assert.equal((await requirePermission(request, "reports.read")).username, "ada");

  await world.harbor.revokeRole("ada", "admin");
  await assert.rejects(requireRole(request, "admin"), denied);
  await assert.rejects(requirePermission(request, "reports.read"), denied);
});

test("createGuards() refuses malformed names only once the session is known to be good", async () => {
  const world = await openWorld();
  const { requireRole, requirePermission } = world.guards;
  const request = world.request(routeCase("/me"));
  const anonymous = world.request(routeCase("/me"), { headers: { authorization: null } });
  await assert.rejects(requireRole(anonymous, "Admin\n"), { code: "invalid_session_token" });
  await assert.rejects(requirePermission(anonymous, "x"), { code: "invalid_session_token" });
  await assert.rejects(requireRole(request, "Admin\n"), { code: "invalid_role" });
  await assert.rejects(requirePermission(request, "x"), { code: "invalid_permission" });
});

test("requireFreshUser() asks for the password anew after ten minutes, or the time it is told (R69)", async () => {
  const world = await openWorld();
  const { currentUser, requireFreshUser } = world.guards;
  const request = world.request(routeCase("/me"));
  const due = { code: "reauthentication_required" };
  world.clock.advanceSeconds(599);
  assert.equal((await requireFreshUser(request)).username, "ada");
  assert.equal((await requireFreshUser(request, 600)).username, "ada");
  await assert.rejects(requireFreshUser(request, 599), due);
  world.clock.advanceSeconds(1);
  await assert.rejects(requireFreshUser(request), due);
  assert.equal((await requireFreshUser(request, 601)).username, "ada");
  assert.equal((await currentUser(request)).username, "ada", "for all else the session is good");
  for (const wrong of [0, -1, NaN]) await assert.rejects(requireFreshUser(request, wrong), RangeError);
  await assert.rejects(requireFreshUser(request, "600" as unknown as number), TypeError);

  const { sessionToken } = await world.harbor.sessions.reauthenticate({
    sessionToken: world.secrets.session,
    password: PASSWORD,
  });
  const authorization = `Bearer ${sessionToken}`;
  const anew = world.request(routeCase("/me"), { headers: { authorization } });
  assert.equal((await requireFreshUser(anew)).username, "ada");
});

test("a route that grants roles takes the permission and a fresh session, as the README shows it (R67, R69)", async () => {
  const world = await openWorld();
  const { harbor, guards } = world;
  await harbor.roles.create("admin");
  await harbor.permissions.create("roles.grant");
  await harbor.roles.grantPermission("admin", "roles.grant");
  await harbor.roles.create("auditor");
  const grant = async (sessionToken = world.secrets.session) => {
    const headers = { authorization: `Bearer ${sessionToken}` };
    const request = world.request(routeCase("/me"), { headers });
    await guards.requirePermission(request, "roles.grant");
    const { id: actor } = await guards.requireFreshUser(request);
    await harbor.grantRole("ada", "auditor", { actor });
  };
  await assert.rejects(grant(), { code: "permission_denied" });
  await harbor.grantRole("ada", "admin");
  world.clock.advanceSeconds(601);
  await assert.rejects(grant(), { code: "reauthentication_required" });
  assert.deepEqual(await harbor.getRoles("ada"), new Set(["admin"]));
  const { sessionToken } = await harbor.login({ username: "ada", password: PASSWORD });
  await grant(sessionToken);
  assert.deepEqual(await harbor.getRoles("ada"), new Set(["admin", "auditor"]));
});

test("createGuards() tells the harbor where a request came from, as its handler does", async () => {
  const seen: HarborEvent[] = [];
  const world = await openWorld({ harbor: { onEvent: (event) => seen.push(event) } });
  const request = world.request(routeCase("/me"), {
    headers: { "user-agent": "curl", "accept-language": "de" },
  });
  const address = "192.0.2.1";
  const guards = createGuards(world.harbor, { context: () => ({ address }) });
  for (
    const [{ currentUser, optionalUser, requireRole, requirePermission, requireFreshUser }, context] of [
      [createGuards(world.harbor), { userAgent: "curl", locale: "de" }],
      [guards, { address }],
    ] as const
  ) {
    seen.length = 0;
    await currentUser(request);
    await optionalUser(request);
    await assert.rejects(requireRole(request, "admin"), { code: "permission_denied" });
    await assert.rejects(requirePermission(request, "reports.read"), { code: "permission_denied" });
    await requireFreshUser(request);
    assert.deepEqual(seen.map((event) => event.context), Array(5).fill(context));
  }
  for (const context of [null, "x", {}]) {
    assert.throws(() => createGuards(world.harbor, { context } as unknown as GuardOptions), TypeError);
  }
});
