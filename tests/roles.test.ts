import assert from "node:assert/strict";
import test from "node:test";
import { type Life, openHarbor, UNKNOWN_TOKEN, untyped } from "./_harness.ts";

// deno-fmt-ignore
const MALFORMED: readonly unknown[] = [
  "", "a", "Admin", "1admin", "_admin", "admin\n", "\nadmin", "ad min", "admin.x", "\u00e4dmin", "a".repeat(65),
  "a".repeat(1 << 20), null, undefined, 7, true, {}, ["admin"], new String("admin"), Symbol("admin"),
];

test("roles.create() makes a role once, roles.delete() removes it once", async () => {
  const life = openHarbor();
  const { roles } = life.harbor;
  for (const role of ["ab", "admin", "a-b_9", "a".repeat(64)]) {
    await roles.create(role);
    assert.equal((await roles.list()).has(role), true);
    await life.rollsBack("role_already_exists", () => roles.create(role));
    await roles.delete(role);
    await life.rollsBack("unknown_role", () => roles.delete(role));
  }
  assert.deepEqual(await roles.list(), new Set());
});

test("every operation on roles refuses a malformed name before it asks the store", async () => {
  const life = openHarbor();
  const { harbor } = life;
  for (const name of MALFORMED) {
    const role = untyped<string>(name);
    const operations = [
      () => harbor.roles.create(role),
      () => harbor.roles.delete(role),
      () => harbor.roles.permissions(role),
      () => harbor.roles.grantPermission(role, "posts.edit"),
      () => harbor.roles.revokePermission(role, "posts.edit"),
      () => harbor.grantRole("nobody", role),
      () => harbor.revokeRole("nobody", role),
    ];
    for (const operation of operations) await life.refuses("invalid_role", operation);
  }
  assert.equal(life.calls.length, 0);
});

test("grantRole() and revokeRole() are idempotent and effective with the next call (R67, R119)", async () => {
  const life = await withAdmin();
  const { harbor } = life;
  const { sessionToken } = await life.login("Ada");
  for (let time = 0; time < 2; time++) await harbor.grantRole("aDA", "admin");
  assert.deepEqual(await harbor.getRoles("ADA"), new Set(["admin"]));
  assert.equal(await harbor.hasRole(sessionToken, "admin"), true);
  assert.equal((await harbor.requireRole(sessionToken, "admin")).username, "Ada");
  for (let time = 0; time < 2; time++) await harbor.revokeRole("ada", "admin");
  assert.deepEqual(await harbor.getRoles("ada"), new Set());
  assert.equal(await harbor.hasRole(sessionToken, "admin"), false);
  await life.refuses("permission_denied", () => harbor.requireRole(sessionToken, "admin"));
});

test("grantRole() and revokeRole() tell an unknown user from an unknown role", async () => {
  const life = await withAdmin();
  const { harbor } = life;
  for (const change of [harbor.grantRole.bind(harbor), harbor.revokeRole.bind(harbor)]) {
    for (
      const username of ["nobody", "a@b", "", "x".repeat(1 << 20), untyped<string>(null), untyped<string>({})]
    ) {
      await life.refuses("unknown_user", () => change(username, "admin"));
    }
    await life.rollsBack("unknown_role", () => change("ada", "editor"));
  }
});

test("grantRole() to an account that goes meanwhile is unknown_user", async () => {
  const life = await withAdmin();
  const grant = life.store.grantRoleToUser.bind(life.store);
  life.store.grantRoleToUser = async (...args) => {
    await life.store.deleteUser("Ada");
    return await grant(...args);
  };
  await life.rejectsWithoutMail("unknown_user", () => life.harbor.grantRole("ada", "admin"));
});

test("revokeRole() of an account that goes meanwhile is unknown_user", async () => {
  const life = await withAdmin();
  const revoke = life.store.revokeRoleFromUser.bind(life.store);
  life.store.revokeRoleFromUser = async (...args) => {
    await life.store.deleteUser("Ada");
    return await revoke(...args);
  };
  await life.rejectsWithoutMail("unknown_user", () => life.harbor.revokeRole("ada", "admin"));
  assert.equal(life.events.at(-1)?.reason, "ended_meanwhile");
});

test("getRoles() and getPermissions() refuse unknown, lapsed and malformed users, and take unverified ones", async () => {
  const life = openHarbor();
  const { harbor } = life;
  await life.registered("ada");
  assert.deepEqual(await harbor.getRoles("ada"), new Set());
  assert.deepEqual(await harbor.getPermissions("ada"), new Set());
  life.advance(604_800);
  for (const username of ["ada", "nobody", "", "a@b", untyped<string>(7), "x".repeat(1 << 20)]) {
    await life.refuses("unknown_user", () => harbor.getRoles(username));
    await life.refuses("unknown_user", () => harbor.getPermissions(username));
  }
});

test("hasRole() is false for a bad session, even with a malformed name; then names are judged", async () => {
  const life = await withAdmin();
  const { harbor } = life;
  const { sessionToken } = await life.login("ada");
  for (const name of ["admin", ...MALFORMED]) {
    const role = untyped<string>(name);
    for (const token of [UNKNOWN_TOKEN, "", untyped<string>(null)]) {
      assert.equal(await harbor.hasRole(token, role), false);
      await life.refuses("invalid_session_token", () => harbor.requireRole(token, role));
    }
    if (name === "admin") continue;
    await life.refuses("invalid_role", () => harbor.hasRole(sessionToken, role));
    await life.refuses("invalid_role", () => harbor.requireRole(sessionToken, role));
  }
  assert.equal(await harbor.hasRole(sessionToken, "nobody-holds-it"), false);
  await life.refuses("permission_denied", () => harbor.requireRole(sessionToken, "nobody-holds-it"));
});

test("hasRole() is false for a session that ends while it is asked", async () => {
  const life = await withAdmin();
  const { sessionToken } = await life.login("Ada");
  await life.harbor.grantRole("ada", "admin");
  assert.equal(await life.harbor.hasRole(sessionToken, "admin"), true);
  const getUserRoles = life.store.getUserRoles.bind(life.store);
  life.store.getUserRoles = async (username) => {
    const roles = await getUserRoles(username);
    await life.store.removeAllSessions("Ada");
    return roles;
  };
  assert.equal(await life.harbor.hasRole(sessionToken, "admin"), false);
});

test("a role deleted and made again is nobody's and carries nothing (I4)", async () => {
  const life = await withAdmin();
  const { harbor } = life;
  await harbor.permissions.create("posts.edit");
  await harbor.roles.grantPermission("admin", "posts.edit");
  await harbor.grantRole("ada", "admin");
  assert.deepEqual(await harbor.getPermissions("ada"), new Set(["posts.edit"]));
  await harbor.roles.delete("admin");
  await harbor.roles.create("admin");
  assert.deepEqual(await harbor.getRoles("ada"), new Set());
  assert.deepEqual(await harbor.roles.permissions("admin"), new Set());
});

test("nobody has a role or permission to begin with (R35, R119)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  assert.deepEqual(await life.harbor.roles.list(), new Set());
  assert.deepEqual(await life.harbor.permissions.list(), new Set());
  assert.deepEqual(await life.harbor.getRoles("ada"), new Set());
  for (const name of ["admin", "root", "user", "constructor"]) {
    assert.equal(await life.harbor.hasRole(sessionToken, name), false);
  }
});

test("hasRole() and requireRole() slide the session, as every check does", async () => {
  const life = await withAdmin();
  const { sessionToken } = await life.login("ada");
  life.advance(29 * 86_400);
  await life.harbor.hasRole(sessionToken, "admin");
  life.advance(29 * 86_400);
  await life.rejectsWithoutMail("permission_denied", () => life.harbor.requireRole(sessionToken, "admin"));
  life.advance(29 * 86_400);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
});

test("1 000 parallel grants and revocations leave what the last one said (R119)", async () => {
  const life = await withAdmin();
  const changes = Array.from(
    { length: 1_000 },
    (_, index) =>
      index % 2 === 0 ? life.harbor.grantRole("ada", "admin") : life.harbor.revokeRole("ada", "admin"),
  );
  await Promise.all(changes);
  await life.harbor.grantRole("ada", "admin");
  assert.deepEqual(await life.harbor.getRoles("ada"), new Set(["admin"]));
});

async function withAdmin(): Promise<Life> {
  const life = openHarbor();
  await life.verified("Ada");
  await life.harbor.roles.create("admin");
  return life;
}
