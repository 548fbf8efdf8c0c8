import { type BrokenStore, mistaken } from "./_mistaken.ts";

/** Stores that are wrong about roles and permissions. */
export const brokenRoles: readonly BrokenStore[] = [
  {
    name: "createRole() is true for a role that exists",
    mistake: "INSERT OR IGNORE, without a look at the row count",
    caughtBy: "createRole() is true for a new role and false for one that exists",
    open: () =>
      mistaken((store) => ({
        createRole: async (role) => {
          await store.createRole(role);
          return true;
        },
      })),
  },
  {
    name: "createRole() empties a role that exists",
    mistake: "REPLACE INTO, which deletes what refers to the row",
    caughtBy: "createRole() of one that exists leaves its users and permissions",
    open: () =>
      mistaken((store) => ({
        createRole: async (role) => {
          const existed = await store.deleteRole(role);
          await store.createRole(role);
          return !existed;
        },
      })),
  },
  {
    name: "createPermission() rejects for a permission that exists",
    mistake: "the unique key's error passes through",
    caughtBy: "createPermission() is true for a new one and false for one that exists",
    open: () =>
      mistaken((store) => ({
        createPermission: async (permission) => {
          if (await store.createPermission(permission)) return true;
          throw new Error("UNIQUE constraint failed");
        },
      })),
  },
  {
    name: "grantRoleToUser() grants a role that does not exist",
    mistake: "grants without a foreign key to the role",
    caughtBy: "grantRoleToUser() of an unknown role is false and writes nothing (I4)",
    open: () =>
      mistaken((store) => ({
        grantRoleToUser: async (username, role) => {
          await store.createRole(role);
          return await store.grantRoleToUser(username, role);
        },
      })),
  },
  {
    name: "grantRoleToUser() is true for a missing account",
    mistake: "INSERT … SELECT, without a look at the row count",
    caughtBy: "grantRoleToUser() to an unknown user is false and writes nothing (I4)",
    open: () =>
      mistaken((store) => ({
        grantRoleToUser: async (username, role) => {
          await store.grantRoleToUser(username, role);
          return await store.roleExists(role);
        },
      })),
  },
  {
    name: "grantRoleToUser() is false for a role the user has",
    mistake: "the row count of INSERT OR IGNORE is taken for the answer",
    caughtBy: "grantRoleToUser() is true while it holds afterwards, twice too",
    open: () =>
      mistaken((store) => ({
        grantRoleToUser: async (username, role) =>
          !(await store.getUserRoles(username)).has(role) && await store.grantRoleToUser(username, role),
      })),
  },
  {
    name: "grantPermissionToRole() grants a permission that does not exist",
    mistake: "grants without a foreign key to the permission",
    caughtBy: "grantPermissionToRole() of an unknown permission is false and writes nothing (I4)",
    open: () =>
      mistaken((store) => ({
        grantPermissionToRole: async (role, permission) => {
          await store.createPermission(permission);
          return await store.grantPermissionToRole(role, permission);
        },
      })),
  },
  {
    name: "grantPermissionToRole() is false for a permission the role carries",
    mistake: "the row count of INSERT OR IGNORE is taken for the answer",
    caughtBy: "grantPermissionToRole() is true while it holds afterwards, twice too",
    open: () =>
      mistaken((store) => ({
        grantPermissionToRole: async (role, permission) =>
          !(await store.getRolePermissions(role)).has(permission) &&
          await store.grantPermissionToRole(role, permission),
      })),
  },
  {
    name: "revokeRoleFromUser() is always true",
    mistake: "no look at the row count of the DELETE",
    caughtBy: "revokeRoleFromUser() is true once, then false",
    open: () =>
      mistaken((store) => ({
        revokeRoleFromUser: async (username, role) => {
          await store.revokeRoleFromUser(username, role);
          return true;
        },
      })),
  },
  {
    name: "revokePermissionFromRole() is always true",
    mistake: "no look at the row count of the DELETE",
    caughtBy: "revokePermissionFromRole() is true once, then false",
    open: () =>
      mistaken((store) => ({
        revokePermissionFromRole: async (role, permission) => {
          await store.revokePermissionFromRole(role, permission);
          return true;
        },
      })),
  },
  {
    name: "deleteRole() leaves its grants",
    mistake: "no foreign key: a role created again is everybody's who had the old one",
    caughtBy: "deleteRole() takes the role from its users, and a new one of that name is nobody's (I4)",
    open: () => {
      const granted: { readonly username: string; readonly role: string }[] = [];
      return mistaken((store) => ({
        grantRoleToUser: (username, role) => {
          granted.push({ username, role });
          return store.grantRoleToUser(username, role);
        },
        createRole: async (role) => {
          const created = await store.createRole(role);
          for (const grant of granted) {
            if (grant.role === role) await store.grantRoleToUser(grant.username, role);
          }
          return created;
        },
      }));
    },
  },
  {
    name: "deleteRole() leaves its permissions",
    mistake: "no foreign key: a role created again carries what the old one did",
    caughtBy: "deleteRole() drops its permissions, and a new one of that name has none (I4)",
    open: () => {
      const granted: { readonly role: string; readonly permission: string }[] = [];
      return mistaken((store) => ({
        grantPermissionToRole: (role, permission) => {
          granted.push({ role, permission });
          return store.grantPermissionToRole(role, permission);
        },
        createRole: async (role) => {
          const created = await store.createRole(role);
          for (const grant of granted) {
            if (grant.role === role) await store.grantPermissionToRole(role, grant.permission);
          }
          return created;
        },
      }));
    },
  },
  {
    name: "deletePermission() leaves it with the roles",
    mistake: "no foreign key",
    caughtBy: "deletePermission() takes it from every role, and a new one is carried by none (I4)",
    open: () => {
      const deleted = new Set<string>();
      return mistaken((store) => ({
        deletePermission: async (permission) => {
          const existed = await store.permissionExists(permission) && !deleted.has(permission);
          deleted.add(permission);
          return existed;
        },
        createPermission: async (permission) =>
          deleted.delete(permission) || await store.createPermission(permission),
        permissionExists: async (permission) =>
          !deleted.has(permission) && await store.permissionExists(permission),
        listPermissions: async () => {
          const permissions = await store.listPermissions();
          for (const permission of deleted) permissions.delete(permission);
          return permissions;
        },
      }));
    },
  },
  {
    name: "getUserPermissions() answers from a cache",
    mistake: "nothing empties it when a role or a permission changes",
    caughtBy: "getUserPermissions() is the union over the user's roles",
    open: () => {
      const cache = new Map<string, Set<string>>();
      return mistaken((store) => ({
        getUserPermissions: async (username) => {
          const permissions = cache.get(username) ?? await store.getUserPermissions(username);
          cache.set(username, permissions);
          return new Set(permissions);
        },
      }));
    },
  },
  {
    name: "getUserPermissions() looks at one role only",
    mistake: "LIMIT 1 on the wrong query",
    caughtBy: "getUserPermissions() is the union over the user's roles",
    open: () =>
      mistaken((store) => ({
        getUserPermissions: async (username) => {
          const [role] = await store.getUserRoles(username);
          return role === undefined ? new Set() : await store.getRolePermissions(role);
        },
      })),
  },
  {
    name: "getUserPermissions() answers every permission of the store",
    mistake: "a join without its condition",
    caughtBy: "getUserPermissions() is the union over the user's roles",
    open: () =>
      mistaken((store) => ({
        getUserPermissions: async (username) =>
          (await store.getUserRoles(username)).size === 0 ? new Set() : await store.listPermissions(),
      })),
  },
];
