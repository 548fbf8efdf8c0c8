import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, type Life, openHarbor, PASSWORD } from "./_harness.ts";
import { type Aftermath, type Contest, meet } from "./_race.ts";
import { stores } from "./_stores.ts";

/** What administrators do at the same time. */
const CONTESTS: Readonly<Record<string, (life: Life) => Promise<Contest>>> = {
  async "a grant and the deletion of its role"(life) {
    await life.verified("ada");
    await life.harbor.roles.create("admin");
    return {
      works: [(harbor) => harbor.grantRole("ada", "admin"), (harbor) => harbor.roles.delete("admin")],
      ends: ["ok, ok", "unknown_role, ok"],
      check: nothingDangles,
    };
  },

  async "a grant, the deletion of its role, and a new role of that name"(life) {
    await life.verified("ada");
    await life.harbor.roles.create("admin");
    return {
      works: [
        (harbor) => harbor.grantRole("ada", "admin"),
        async (harbor) => {
          await harbor.roles.delete("admin");
          await harbor.roles.create("admin");
        },
      ],
      // In between there is no such role; a grant that fails looks once more why.
      ends: ["ok, ok", "unknown_role, ok", "unknown_user, ok"],
      check: nothingDangles,
    };
  },

  async "a grant and the deletion of its account"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    await life.harbor.roles.create("admin");
    return {
      works: [
        (harbor) => harbor.grantRole("ada", "admin"),
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.register({ username: "ada", email: emailOf("new"), password: PASSWORD }),
      ],
      ends: [
        "ok, ok, ok",
        "ok, ok, username_taken",
        "unknown_user, ok, ok",
        "unknown_user, ok, username_taken",
      ],
      check: nothingDangles,
    };
  },

  async "a permission for a role and the deletion of either"(life) {
    await life.harbor.roles.create("admin");
    await life.harbor.permissions.create("posts.edit");
    return {
      works: [
        (harbor) => harbor.roles.grantPermission("admin", "posts.edit"),
        (harbor) => harbor.permissions.delete("posts.edit"),
        (harbor) => harbor.roles.delete("admin"),
      ],
      ends: ["ok, ok, ok", "unknown_permission, ok, ok", "unknown_role, ok, ok"],
      check: nothingDangles,
    };
  },

  "two creations of one role": () =>
    Promise.resolve({
      works: [(harbor) => harbor.roles.create("admin"), (harbor) => harbor.roles.create("admin")],
      once: [0, 1],
      ends: ["ok, role_already_exists", "role_already_exists, ok"],
    }),

  async "two deletions of one permission"(life) {
    await life.harbor.permissions.create("posts.edit");
    return {
      works: [0, 1].map(() => (harbor) => harbor.permissions.delete("posts.edit")),
      once: [0, 1],
      ends: ["ok, unknown_permission", "unknown_permission, ok"],
    };
  },

  "a revocation and another name for its account": (life) => revocationAndRenaming(life, "lovelace"),

  "a revocation and its account's name in other letters": (life) => revocationAndRenaming(life, "Ada"),

  async "a revocation and what needs the role"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    await life.harbor.roles.create("admin");
    await life.harbor.grantRole("ada", "admin");
    return {
      works: [
        (harbor) => harbor.revokeRole("ada", "admin"),
        (harbor) => harbor.requireRole(sessionToken, "admin"),
      ],
      ends: ["ok, ok", "ok, permission_denied"],
      async check({ harbor }) {
        assert.equal(await harbor.hasRole(sessionToken, "admin"), false);
      },
    };
  },
};

for (const { name: kind, open, rounds } of stores) {
  for (const [name, prepare] of Object.entries(CONTESTS)) {
    test(`${name} at the same time, in every order, on ${kind} (T4, I4)`, async () => {
      const before = openHarbor();
      await meet(await prepare(before), { before, open, times: rounds(1_000) });
    });
  }
}

/** Nobody has a role that does not exist, no role a permission; a name used again brings nothing back. */
async function nothingDangles({ store }: Aftermath): Promise<void> {
  const [roles, permissions] = [await store.listRoles(), await store.listPermissions()];
  assert.ok((await store.getUserRoles("ada")).isSubsetOf(roles));
  assert.ok((await store.getUserPermissions("ada")).isSubsetOf(permissions));
  for (const role of ["admin", ...roles]) {
    assert.ok((await store.getRolePermissions(role)).isSubsetOf(permissions));
    if (!await store.createRole(role)) continue;
    assert.equal((await store.getUserRoles("ada")).has(role), false);
    assert.equal((await store.getRolePermissions(role)).size, 0);
  }
}

async function revocationAndRenaming(life: Life, newUsername: string): Promise<Contest> {
  const { sessionToken } = await life.loggedIn("ada");
  await life.harbor.roles.create("admin");
  await life.harbor.grantRole("ada", "admin");
  return {
    works: [
      (harbor) => harbor.revokeRole("ada", "admin"),
      (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername }),
    ],
    ends: ["ok, ok", "unknown_user, ok"],
    async check({ store, results }) {
      const roles = await store.getUserRoles(newUsername);
      assert.equal(roles.has("admin"), results[0]?.status === "rejected", "a role outlived its revocation");
    },
  };
}
