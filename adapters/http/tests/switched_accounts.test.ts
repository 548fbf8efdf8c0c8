import assert from "node:assert/strict";
import { test } from "node:test";
import { openCookieWorld } from "./_cookie_world.ts";
import { PASSWORD, ROUTE_CASES, routeCase } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

/** What a session is good for until the password is changed. */
const ALLOWED: ReadonlySet<string> = new Set(["/password/change", "/logout", "/logout-all"]);

const DUE = { status: 403, code: "password_change_required" };

for (const route of ROUTE_CASES.filter(({ needsBearer }) => needsBearer)) {
  const { method, path } = route;

  test(`${method} ${path} ${ALLOWED.has(path) ? "is served" : "is 403"} while the password has to be changed (R10)`, async () => {
    const world = await openWorld();
    await world.harbor.users.requirePasswordChange("ada");
    world.forget();
    if (ALLOWED.has(path)) assert.equal((await world.ask(route)).response.status, route.status);
    else await world.assertRefused(world.ask(route), DUE);
  });

  test(`${method} ${path} knows no session of a disabled account (R66, R67)`, async () => {
    const world = await openWorld();
    await world.store.setUserFlags("ada", { disabled: true });
    await world.assertRefused(world.ask(route), { status: 401, code: "invalid_session_token" });
  });
}

test("createHandler() logs in whoever has to change the password, and serves the session once it is changed (R10)", async () => {
  const world = await openWorld();
  await world.harbor.users.requirePasswordChange("ada");
  assert.equal((await world.ask(routeCase("/login"))).response.status, 200);
  const { text } = await world.ask(routeCase("/password/change"));
  const headers = { authorization: `Bearer ${JSON.parse(text).access_token}` };
  assert.equal((await world.ask(routeCase("/me"), { headers })).response.status, 200);
});

test("createHandler() keeps the cookie of a session that is good for changing the password (R10)", async () => {
  const world = await openCookieWorld();
  await world.harbor.users.requirePasswordChange("ada");
  world.forget();
  const asked = world.browse(routeCase("/me"));
  await world.assertRefused(asked, DUE);
  assert.equal((await asked).response.headers.get("set-cookie"), null);
});

test("createGuards() reject while the password has to be changed, the optional one, too (R10)", async () => {
  const world = await openWorld();
  await world.harbor.users.requirePasswordChange("ada");
  const request = world.request(routeCase("/me"));
  const { currentUser, optionalUser, requireRole, requirePermission, requireFreshUser } = world.guards;
  const due = { code: "password_change_required" };
  await assert.rejects(currentUser(request), due);
  await assert.rejects(optionalUser(request), due);
  await assert.rejects(requireRole(request, "admin"), due);
  await assert.rejects(requirePermission(request, "reports.read"), due);
  await assert.rejects(requireFreshUser(request), due);
});

test("createGuards() know nobody whose account was disabled (R66, R67)", async () => {
  const world = await openWorld();
  const request = world.request(routeCase("/me"));
  await world.harbor.users.disable("ada");
  await assert.rejects(world.guards.currentUser(request), { code: "invalid_session_token" });
  assert.equal(await world.guards.optionalUser(request), null);
  await world.harbor.users.enable("ada");
  assert.equal(await world.guards.optionalUser(request), null);
  await world.harbor.login({ username: "ada", password: PASSWORD });
});
