import assert from "node:assert/strict";
import { addUser, addVerifiedUser } from "./_fixtures.ts";
import { atOnce, exactlyOne } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** Roles and who has them. */
export const roleCases: readonly StoreCase[] = [
  storeCase("createRole() is true for a new role and false for one that exists", async (store) => {
    assert.equal(await store.createRole("editor"), true);
    assert.equal(await store.createRole("editor"), false);
    assert.deepEqual(await store.listRoles(), new Set(["editor"]));
  }),

  storeCase("createRole() of one that exists leaves its users and permissions", async (store) => {
    await addUser(store, "ada");
    await store.createRole("editor");
    await store.createPermission("posts.edit");
    await store.grantRoleToUser("ada", "editor");
    await store.grantPermissionToRole("editor", "posts.edit");
    await store.createRole("editor");
    assert.deepEqual(await store.getUserRoles("ada"), new Set(["editor"]));
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.edit"]));
  }),

  storeCase("createRole() is true for exactly one of 100 callers", async (store) => {
    exactlyOne(await atOnce(100, () => store.createRole("editor")), "createRole");
    assert.deepEqual(await store.listRoles(), new Set(["editor"]));
  }),

  storeCase("roleExists() tells whether the role exists", async (store) => {
    assert.equal(await store.roleExists("editor"), false);
    await store.createRole("editor");
    assert.equal(await store.roleExists("editor"), true);
    assert.equal(await store.roleExists("edito"), false);
    await store.deleteRole("editor");
    assert.equal(await store.roleExists("editor"), false);
  }),

  storeCase("listRoles() gives every role, and an empty set at first", async (store) => {
    assert.deepEqual(await store.listRoles(), new Set());
    for (const role of ["editor", "admin", "read-only_2"]) await store.createRole(role);
    assert.deepEqual(await store.listRoles(), new Set(["admin", "editor", "read-only_2"]));
  }),

  storeCase("deleteRole() is true once, then false", async (store) => {
    await store.createRole("editor");
    assert.equal(await store.deleteRole("editor"), true);
    assert.equal(await store.deleteRole("editor"), false);
    assert.deepEqual(await store.listRoles(), new Set());
  }),

  storeCase("deleteRole() is true for exactly one of 100 callers", async (store) => {
    await store.createRole("editor");
    exactlyOne(await atOnce(100, () => store.deleteRole("editor")), "deleteRole");
  }),

  storeCase(
    "deleteRole() takes the role from its users, and a new one of that name is nobody's (I4)",
    async (store) => {
      await addUser(store, "ada");
      for (const role of ["editor", "admin"]) {
        await store.createRole(role);
        await store.grantRoleToUser("ada", role);
      }
      await store.deleteRole("editor");
      assert.deepEqual(await store.getUserRoles("ada"), new Set(["admin"]));
      await store.createRole("editor");
      assert.deepEqual(await store.getUserRoles("ada"), new Set(["admin"]));
    },
  ),

  storeCase("deleteRole() drops its permissions, and a new one of that name has none (I4)", async (store) => {
    await addUser(store, "ada");
    await store.createRole("editor");
    await store.createRole("admin");
    await store.createPermission("posts.edit");
    await store.grantPermissionToRole("editor", "posts.edit");
    await store.grantPermissionToRole("admin", "posts.edit");
    await store.grantRoleToUser("ada", "editor");
    await store.deleteRole("editor");
    assert.deepEqual(await store.getUserPermissions("ada"), new Set());
    assert.deepEqual(await store.getRolePermissions("editor"), new Set());
    await store.createRole("editor");
    assert.deepEqual(await store.getRolePermissions("editor"), new Set());
    assert.deepEqual(await store.getRolePermissions("admin"), new Set(["posts.edit"]));
    assert.deepEqual(await store.listPermissions(), new Set(["posts.edit"]));
  }),

  storeCase("grantRoleToUser() is true while it holds afterwards, twice too", async (store) => {
    await addUser(store, "ada");
    await store.createRole("editor");
    assert.equal(await store.grantRoleToUser("ada", "editor"), true);
    assert.equal(await store.grantRoleToUser("ada", "editor"), true, "true iff it holds afterwards");
    assert.deepEqual(await store.getUserRoles("ada"), new Set(["editor"]));
    assert.equal(await store.revokeRoleFromUser("ada", "editor"), true);
    assert.deepEqual(await store.getUserRoles("ada"), new Set(), "granting twice is one grant");
  }),

  storeCase("grantRoleToUser() is true for all of 100 callers", async (store) => {
    await addUser(store, "ada");
    await store.createRole("editor");
    const answers = await atOnce(100, () => store.grantRoleToUser("ada", "editor"));
    assert.ok(answers.every((answer) => answer));
    exactlyOne(await atOnce(100, () => store.revokeRoleFromUser("ada", "editor")), "revokeRoleFromUser");
    assert.deepEqual(await store.getUserRoles("ada"), new Set());
  }),

  storeCase("grantRoleToUser() of many roles at once keeps every one", async (store) => {
    await addUser(store, "ada");
    const roles = Array.from({ length: 20 }, (_, number) => `role${number}`);
    for (const role of roles) await store.createRole(role);
    await Promise.all(roles.map((role) => store.grantRoleToUser("ada", role)));
    assert.deepEqual(
      await store.getUserRoles("ada"),
      new Set(roles),
      "store each grant, not the whole set anew",
    );
    await Promise.all(roles.slice(10).map((role) => store.revokeRoleFromUser("ada", role)));
    assert.deepEqual(await store.getUserRoles("ada"), new Set(roles.slice(0, 10)));
  }),

  storeCase("grantRoleToUser() of an unknown role is false and writes nothing (I4)", async (store) => {
    await addUser(store, "ada");
    assert.equal(await store.grantRoleToUser("ada", "editor"), false);
    assert.deepEqual(await store.getUserRoles("ada"), new Set());
    assert.equal(await store.roleExists("editor"), false);
    await store.createRole("editor");
    assert.deepEqual(
      await store.getUserRoles("ada"),
      new Set(),
      "a role created later must not be granted already",
    );
  }),

  storeCase("grantRoleToUser() to an unknown user is false and writes nothing (I4)", async (store) => {
    await store.createRole("editor");
    assert.equal(await store.grantRoleToUser("ada", "editor"), false);
    assert.equal(await store.grantRoleToUser("ada", "admin"), false);
    await addUser(store, "ada");
    assert.deepEqual(
      await store.getUserRoles("ada"),
      new Set(),
      "a user created later must not have the role",
    );
  }),

  storeCase("revokeRoleFromUser() is true once, then false", async (store) => {
    await addUser(store, "ada");
    for (const role of ["editor", "admin"]) {
      await store.createRole(role);
      await store.grantRoleToUser("ada", role);
    }
    assert.equal(await store.revokeRoleFromUser("ada", "editor"), true);
    assert.equal(await store.revokeRoleFromUser("ada", "editor"), false);
    assert.deepEqual(await store.getUserRoles("ada"), new Set(["admin"]));
    assert.equal(await store.roleExists("editor"), true);
  }),

  storeCase("revokeRoleFromUser() is false for an unknown user or role", async (store) => {
    await addUser(store, "ada");
    await store.createRole("editor");
    assert.equal(await store.revokeRoleFromUser("nobody", "editor"), false);
    assert.equal(await store.revokeRoleFromUser("ada", "nothing"), false);
  }),

  storeCase("getUserRoles() is empty for a missing user", async (store) => {
    assert.deepEqual(await store.getUserRoles("nobody"), new Set());
  }),

  storeCase("getUserRoles() and listRoles() give sets of the caller's own", async (store) => {
    await addVerifiedUser(store, "ada");
    await store.createRole("editor");
    await store.grantRoleToUser("ada", "editor");
    (await store.getUserRoles("ada")).add("admin");
    (await store.listRoles()).clear();
    assert.deepEqual(await store.getUserRoles("ada"), new Set(["editor"]));
    assert.deepEqual(await store.listRoles(), new Set(["editor"]));
  }),

  storeCase("grantRoleToUser() racing deleteRole() leaves no grant of a missing role (I4)", async (store) => {
    await atOnce(20, (number) => addUser(store, `user${number}`));
    await store.createRole("editor");
    await Promise.all([
      atOnce(10, (number) => store.grantRoleToUser(`user${number}`, "editor")),
      store.deleteRole("editor"),
      atOnce(10, (number) => store.grantRoleToUser(`user${number + 10}`, "editor")),
    ]);
    await store.createRole("editor");
    const roles = await atOnce(20, (number) => store.getUserRoles(`user${number}`));
    assert.ok(roles.every((held) => held.size === 0), "a role created anew was granted already");
  }),

  storeCase("grantRoleToUser() racing deleteUser() leaves no grant to a missing user (I4)", async (store) => {
    await store.createRole("editor");
    await atOnce(10, (number) => addUser(store, `user${number}`));
    await atOnce(10, (number) =>
      Promise.all([
        store.grantRoleToUser(`user${number}`, "editor"),
        store.deleteUser(`user${number}`),
        store.grantRoleToUser(`user${number}`, "editor"),
      ]));
    await atOnce(10, (number) => addUser(store, `user${number}`));
    const roles = await atOnce(10, (number) => store.getUserRoles(`user${number}`));
    assert.ok(roles.every((held) => held.size === 0), "a name used again inherited a role");
  }),
];
