import { UserHarborError } from "@userharbor/core";
import { type BrokenStore, mistaken } from "./_mistaken.ts";
import { unlessCode } from "./_unless_code.ts";

/** Stores that read, decide, and write later: right while one caller is alone, wrong when many come at once. */
export const brokenRaces: readonly BrokenStore[] = [
  {
    name: "createUser() reads whether the name is free, then inserts whatever happened meanwhile",
    mistake: "no unique key: everybody who read in time is told the name is theirs",
    caughtBy: "createUser() of one name by 1,000 at once makes one user, the rest is username_taken (I1, T1)",
    open: () =>
      mistaken((store) => ({
        createUser: async (request) => {
          if (await store.getUserByUsername(request.usernameKey ?? request.username.toLowerCase()) !== null) {
            throw new UserHarborError("username_taken", "Cannot create the account: the username is taken");
          }
          await store.createUser(request).catch(unlessCode("username_taken"));
        },
      })),
  },
  {
    name: "setUserVerified() reads whether the address is free, then writes whatever happened meanwhile",
    mistake: "no unique key: everybody who read in time is told the address is theirs",
    caughtBy: "setUserVerified() of one address by 100 accounts at once makes one owner (I1)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const holder = email === undefined ? null : await store.getUserByEmail(email);
          if (holder?.verified && holder.username !== username) {
            throw new UserHarborError("email_taken", "Cannot take the address: a verified account holds it");
          }
          const done = await store.setUserVerified(username, email, guard).catch(unlessCode("email_taken"));
          return done ?? true;
        },
      })),
  },
  {
    name: "deleteUser() reads, then removes",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "deleteUser() is true for exactly one of 100 callers (I2, R44)",
    open: () =>
      mistaken((store) => ({
        deleteUser: async (username, guard) => {
          if (await store.getPasswordHash(username) === null) return false;
          return await store.deleteUser(username, guard) || await store.getPasswordHash(username) === null;
        },
      })),
  },
  {
    name: "addSession() reads whether the hash is free, then upserts",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "addSession() of one hash is true for exactly one of 100 callers",
    open: () =>
      mistaken((store) => ({
        addSession: async (session, guard) => {
          if (await store.getSession(session.tokenHash) !== null) return false;
          return await store.addSession(session, guard) || await store.getSession(session.tokenHash) !== null;
        },
      })),
  },
  {
    name: "refreshSession() reads ifExpiresAt, then updates",
    mistake: "the comparison is made in the program, not in the statement",
    caughtBy: "refreshSession() with one ifExpiresAt is true for exactly one of 100 callers (R71)",
    open: () =>
      mistaken((store) => ({
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) => {
          const session = await store.getSession(tokenHash);
          if (session === null || session.expiresAt >= expiresAt) return false;
          if (ifExpiresAt !== undefined && session.expiresAt.getTime() !== ifExpiresAt.getTime()) {
            return false;
          }
          await store.refreshSession(tokenHash, expiresAt);
          return true;
        },
      })),
  },
  {
    name: "refreshSession() reads the session, then writes it whole",
    mistake: "an upsert, which brings back what was removed meanwhile",
    caughtBy: "refreshSession() racing removeSession() never brings the session back (R71)",
    open: () =>
      mistaken((store) => ({
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) => {
          const session = await store.getSession(tokenHash);
          if (session === null || session.expiresAt >= expiresAt) return false;
          if (await store.refreshSession(tokenHash, expiresAt, ifExpiresAt)) return true;
          const { user: _, ...row } = session;
          return await store.addSession({ ...row, expiresAt });
        },
      })),
  },
  {
    name: "createRole() reads, then inserts",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "createRole() is true for exactly one of 100 callers",
    open: () =>
      mistaken((store) => ({
        createRole: async (role) => {
          if (await store.roleExists(role)) return false;
          await store.createRole(role);
          return true;
        },
      })),
  },
  {
    name: "grantRoleToUser() reads the roles, then writes them all back",
    mistake: "a set in one field: who writes last wins",
    caughtBy: "grantRoleToUser() of many roles at once keeps every one",
    open: () =>
      mistaken((store) => ({
        grantRoleToUser: async (username, role) => {
          const read = await store.getUserRoles(username);
          await new Promise((resolve) => setTimeout(resolve, 0));
          for (const other of await store.getUserRoles(username)) {
            if (!read.has(other)) await store.revokeRoleFromUser(username, other);
          }
          return await store.grantRoleToUser(username, role);
        },
      })),
  },
  {
    name: "grantPermissionToRole() reads the permissions, then writes them all back",
    mistake: "a set in one field: who writes last wins",
    caughtBy: "grantPermissionToRole() of many permissions at once keeps every one",
    open: () =>
      mistaken((store) => ({
        grantPermissionToRole: async (role, permission) => {
          const read = await store.getRolePermissions(role);
          await new Promise((resolve) => setTimeout(resolve, 0));
          for (const other of await store.getRolePermissions(role)) {
            if (!read.has(other)) await store.revokePermissionFromRole(role, other);
          }
          return await store.grantPermissionToRole(role, permission);
        },
      })),
  },
  {
    name: "revokeRoleFromUser() reads, then removes",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "grantRoleToUser() is true for all of 100 callers",
    open: () =>
      mistaken((store) => ({
        revokeRoleFromUser: async (username, role) => {
          if (!(await store.getUserRoles(username)).has(role)) return false;
          await store.revokeRoleFromUser(username, role);
          return true;
        },
      })),
  },
  {
    name: "deletePermission() reads, then removes",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "deletePermission() is true for exactly one of 100 callers",
    open: () =>
      mistaken((store) => ({
        deletePermission: async (permission) => {
          if (!await store.permissionExists(permission)) return false;
          await store.deletePermission(permission);
          return true;
        },
      })),
  },
];
