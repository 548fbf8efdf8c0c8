import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "./_accounts.ts";
import { Cli } from "./_cli.ts";

/** An application with the role `admin`, and Ada. */
async function open(cli: Cli): Promise<Application> {
  await cli.text(["migrate"]);
  const application = new Application(cli.database);
  await application.verified("ada");
  return application;
}

test("roles list shows each role with what it may do", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  assert.equal(await cli.text(["roles", "list"]), "No roles: the application makes them\n");
  const { roles, permissions } = application.harbor;
  await roles.create("reader");
  await roles.create("admin");
  for (const permission of ["users.read", "users.manage"]) {
    await permissions.create(permission);
    await roles.grantPermission("admin", permission);
  }
  assert.equal(await cli.text(["roles", "list"]), "admin: users.manage users.read\nreader:\n");
  assert.deepEqual(await cli.json(["roles", "list"]), {
    roles: [
      { role: "admin", permissions: ["users.manage", "users.read"] },
      { role: "reader", permissions: [] },
    ],
  });
});

test("roles grant and roles revoke hold for a session that is open, and change nothing the second time", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const { harbor, clock } = application;
  const io = { clock: clock.now };
  await harbor.roles.create("admin");
  const session = await application.login("ada");
  for (let time = 0; time < 2; time++) {
    assert.equal(await cli.text(["roles", "grant", "ada", "admin"], io), "ada has the role admin\n");
    assert.equal(await harbor.hasRole(session, "admin"), true);
  }
  for (let time = 0; time < 2; time++) {
    const told = await cli.json(["roles", "revoke", "ada", "admin"], io);
    assert.deepEqual(told, { username: "ada", role: "admin", granted: false });
    assert.equal(await harbor.hasRole(session, "admin"), false);
  }
});

test("roles grant refuses whom and what there is not, and grants nothing", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  await application.harbor.roles.create("reader");
  const refused: readonly (readonly [args: string, code: string, remedy: RegExp])[] = [
    ["eve reader", "unknown_user", /"userharbor users list"/],
    ["ada admin", "unknown_role", /"userharbor roles list"/],
    ["ada Admin", "invalid_role", /Cannot /],
  ];
  for (const [args, code, remedy] of refused) {
    await cli.fails(["roles", "grant", ...args.split(" ")], { exitCode: 1, code, remedy });
  }
  assert.deepEqual(await application.harbor.getRoles("ada"), new Set());
});
