import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarborEvent } from "@userharbor/core";
import { createGuards, type GuardOptions } from "@userharbor/http";
import { routeCase } from "./_route_cases.ts";
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

test("createGuards() tells the harbor where a request came from, as its handler does", async () => {
  const seen: HarborEvent[] = [];
  const world = await openWorld({ harbor: { onEvent: (event) => seen.push(event) } });
  const request = world.request(routeCase("/me"), {
    headers: { "user-agent": "curl", "accept-language": "de" },
  });
  const address = "192.0.2.1";
  const guards = createGuards(world.harbor, { context: () => ({ address }) });
  for (
    const [{ currentUser, optionalUser, requireRole, requirePermission }, context] of [
      [createGuards(world.harbor), { userAgent: "curl", locale: "de" }],
      [guards, { address }],
    ] as const
  ) {
    seen.length = 0;
    await currentUser(request);
    await optionalUser(request);
    await assert.rejects(requireRole(request, "admin"), { code: "permission_denied" });
    await assert.rejects(requirePermission(request, "reports.read"), { code: "permission_denied" });
    assert.deepEqual(seen.map((event) => event.context), [context, context, context, context]);
  }
  for (const context of [null, "x", {}]) {
    assert.throws(() => createGuards(world.harbor, { context } as unknown as GuardOptions), TypeError);
  }
});
