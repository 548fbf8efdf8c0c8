import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { addUser } from "./_fixtures.ts";
import { atOnce, exactlyOne } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** The role `editor` with the permission `posts.edit`, and `ada` who has the role. */
async function addEditor(store: UserStore): Promise<void> {
  await addUser(store, "ada");
  await store.createRole("editor");
  await store.createPermission("posts.edit");
  await store.grantPermissionToRole("editor", "posts.edit");
  await store.grantRoleToUser("ada", "editor");
}

/** Permissions, the roles that carry them, and what users may do by their roles. */
export const permissionCases: readonly StoreCase[] = [
  storeCase("createPermission() is true for a new one and false for one that exists", async (store) => {
    assert.equal(await store.createPermission("posts.edit"), true);
    assert.equal(await store.createPermission("posts.edit"), false);
    assert.deepEqual(await store.listPermissions(), new Set(["posts.edit"]));
  }),

  storeCase("createPermission() of one that exists leaves the roles that carry it", async (store) => {
    await addEditor(store);
    await store.createPermission("posts.edit");
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.edit"]));
  }),

  storeCase("createPermission() is true for exactly one of 100 callers", async (store) => {
    exactlyOne(await atOnce(100, () => store.createPermission("posts.edit")), "createPermission");
    assert.deepEqual(await store.listPermissions(), new Set(["posts.edit"]));
  }),

  storeCase("permissionExists() tells whether the permission exists", async (store) => {
    assert.equal(await store.permissionExists("posts.edit"), false);
    await store.createPermission("posts.edit");
    assert.equal(await store.permissionExists("posts.edit"), true);
    assert.equal(await store.permissionExists("posts.edi"), false);
    assert.equal(await store.permissionExists("posts"), false);
    await store.deletePermission("posts.edit");
    assert.equal(await store.permissionExists("posts.edit"), false);
  }),

  storeCase("listPermissions() gives every permission, and an empty set at first", async (store) => {
    assert.deepEqual(await store.listPermissions(), new Set());
    for (const permission of ["posts.edit", "posts.edit.own", "a_b.c-d"]) {
      await store.createPermission(permission);
    }
    assert.deepEqual(await store.listPermissions(), new Set(["a_b.c-d", "posts.edit", "posts.edit.own"]));
  }),

  storeCase("roles and permissions are two lists", async (store) => {
    await store.createRole("editor");
    await store.createPermission("posts.edit");
    assert.deepEqual(await store.listRoles(), new Set(["editor"]));
    assert.deepEqual(await store.listPermissions(), new Set(["posts.edit"]));
    assert.equal(await store.permissionExists("editor"), false);
    assert.equal(await store.roleExists("posts.edit"), false);
  }),

  storeCase("deletePermission() is true once, then false", async (store) => {
    await store.createPermission("posts.edit");
    assert.equal(await store.deletePermission("posts.edit"), true);
    assert.equal(await store.deletePermission("posts.edit"), false);
  }),

  storeCase("deletePermission() is true for exactly one of 100 callers", async (store) => {
    await store.createPermission("posts.edit");
    exactlyOne(await atOnce(100, () => store.deletePermission("posts.edit")), "deletePermission");
  }),

  storeCase(
    "deletePermission() takes it from every role, and a new one is carried by none (I4)",
    async (store) => {
      await addEditor(store);
      await store.createPermission("posts.read");
      await store.grantPermissionToRole("editor", "posts.read");
      await store.deletePermission("posts.edit");
      assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.read"]));
      assert.deepEqual(await store.getUserPermissions("ada"), new Set(["posts.read"]));
      await store.createPermission("posts.edit");
      assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.read"]));
      assert.deepEqual(await store.getUserRoles("ada"), new Set(["editor"]), "the role itself stays granted");
    },
  ),

  storeCase("grantPermissionToRole() is true while it holds afterwards, twice too", async (store) => {
    await store.createRole("editor");
    await store.createPermission("posts.edit");
    assert.equal(await store.grantPermissionToRole("editor", "posts.edit"), true);
    assert.equal(
      await store.grantPermissionToRole("editor", "posts.edit"),
      true,
      "true iff it holds afterwards",
    );
    assert.equal(await store.revokePermissionFromRole("editor", "posts.edit"), true);
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(), "granting twice is one grant");
  }),

  storeCase("grantPermissionToRole() is true for all of 100 callers", async (store) => {
    await store.createRole("editor");
    await store.createPermission("posts.edit");
    const answers = await atOnce(100, () => store.grantPermissionToRole("editor", "posts.edit"));
    assert.ok(answers.every((answer) => answer));
    const revoked = await atOnce(100, () => store.revokePermissionFromRole("editor", "posts.edit"));
    exactlyOne(revoked, "revokePermissionFromRole");
    assert.deepEqual(await store.getRolePermissions("editor"), new Set());
  }),

  storeCase("grantPermissionToRole() of many permissions at once keeps every one", async (store) => {
    await store.createRole("editor");
    const permissions = Array.from({ length: 20 }, (_, number) => `posts.p${number}`);
    for (const permission of permissions) await store.createPermission(permission);
    await Promise.all(permissions.map((permission) => store.grantPermissionToRole("editor", permission)));
    const why = "store each grant, not the whole set anew";
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(permissions), why);
    await Promise.all(
      permissions.slice(10).map((permission) => store.revokePermissionFromRole("editor", permission)),
    );
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(permissions.slice(0, 10)));
  }),

  storeCase(
    "grantPermissionToRole() of an unknown permission is false and writes nothing (I4)",
    async (store) => {
      await store.createRole("editor");
      assert.equal(await store.grantPermissionToRole("editor", "posts.edit"), false);
      assert.equal(await store.permissionExists("posts.edit"), false);
      await store.createPermission("posts.edit");
      assert.deepEqual(await store.getRolePermissions("editor"), new Set());
    },
  ),

  storeCase("grantPermissionToRole() to an unknown role is false and writes nothing (I4)", async (store) => {
    await store.createPermission("posts.edit");
    assert.equal(await store.grantPermissionToRole("editor", "posts.edit"), false);
    assert.equal(await store.grantPermissionToRole("editor", "posts.read"), false);
    assert.equal(await store.roleExists("editor"), false);
    await store.createRole("editor");
    assert.deepEqual(await store.getRolePermissions("editor"), new Set());
  }),

  storeCase("revokePermissionFromRole() is true once, then false", async (store) => {
    await addEditor(store);
    assert.equal(await store.revokePermissionFromRole("editor", "posts.edit"), true);
    assert.equal(await store.revokePermissionFromRole("editor", "posts.edit"), false);
    assert.deepEqual(await store.getUserPermissions("ada"), new Set());
    assert.equal(await store.permissionExists("posts.edit"), true);
  }),

  storeCase("revokePermissionFromRole() is false for an unknown role or permission", async (store) => {
    await addEditor(store);
    assert.equal(await store.revokePermissionFromRole("nothing", "posts.edit"), false);
    assert.equal(await store.revokePermissionFromRole("editor", "posts.read"), false);
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.edit"]));
  }),

  storeCase("revokePermissionFromRole() leaves other roles and other permissions", async (store) => {
    await addEditor(store);
    await store.createRole("admin");
    await store.createPermission("posts.read");
    await store.grantPermissionToRole("admin", "posts.edit");
    await store.grantPermissionToRole("editor", "posts.read");
    await store.revokePermissionFromRole("editor", "posts.edit");
    assert.deepEqual(await store.getRolePermissions("admin"), new Set(["posts.edit"]));
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.read"]));
  }),

  storeCase("getRolePermissions() is empty for a missing role", async (store) => {
    assert.deepEqual(await store.getRolePermissions("nothing"), new Set());
  }),

  storeCase("getUserPermissions() is the union over the user's roles", async (store) => {
    await addEditor(store);
    await addUser(store, "bob");
    await store.createRole("author");
    await store.createRole("admin");
    for (const permission of ["posts.write", "users.ban"]) await store.createPermission(permission);
    await store.grantPermissionToRole("author", "posts.edit");
    await store.grantPermissionToRole("author", "posts.write");
    await store.grantPermissionToRole("admin", "users.ban");
    await store.grantRoleToUser("ada", "author");
    await store.grantRoleToUser("bob", "admin");
    assert.deepEqual(await store.getUserPermissions("ada"), new Set(["posts.edit", "posts.write"]));
    await store.revokeRoleFromUser("ada", "author");
    assert.deepEqual(await store.getUserPermissions("ada"), new Set(["posts.edit"]));
  }),

  storeCase("getUserPermissions() is empty for a missing user and for one without roles", async (store) => {
    await addEditor(store);
    await addUser(store, "bob");
    assert.deepEqual(await store.getUserPermissions("nobody"), new Set());
    assert.deepEqual(await store.getUserPermissions("bob"), new Set());
  }),

  storeCase("getRolePermissions() and the other lists give sets of the caller's own", async (store) => {
    await addEditor(store);
    (await store.getRolePermissions("editor")).add("users.ban");
    (await store.getUserPermissions("ada")).add("users.ban");
    (await store.listPermissions()).clear();
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.edit"]));
    assert.deepEqual(await store.getUserPermissions("ada"), new Set(["posts.edit"]));
    assert.deepEqual(await store.listPermissions(), new Set(["posts.edit"]));
  }),

  storeCase(
    "grantPermissionToRole() racing deletePermission() leaves no grant of a missing one (I4)",
    async (store) => {
      await atOnce(20, (number) => store.createRole(`role${number}`));
      await store.createPermission("posts.edit");
      await Promise.all([
        atOnce(10, (number) => store.grantPermissionToRole(`role${number}`, "posts.edit")),
        store.deletePermission("posts.edit"),
        atOnce(10, (number) => store.grantPermissionToRole(`role${number + 10}`, "posts.edit")),
      ]);
      await store.createPermission("posts.edit");
      const carried = await atOnce(20, (number) => store.getRolePermissions(`role${number}`));
      assert.ok(
        carried.every((permissions) => permissions.size === 0),
        "a permission created anew was granted already",
      );
    },
  ),
];
