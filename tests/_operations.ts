import assert from "node:assert/strict";
import { UserHarbor } from "../mod.ts";
import { NEW_PASSWORD, PASSWORD, UNKNOWN_TOKEN } from "./_harness.ts";

/** Somebody's session, and what goes with it. */
export interface OwnSession {
  readonly harbor: UserHarbor;
  readonly sessionToken: string;
}

type Call = (session: OwnSession) => Promise<unknown>;

/** Every operation that takes a session, called so that a good session of "ada" is all it needs. */
export const WITH_SESSION: Readonly<Record<string, Call>> = {
  verifySession: ({ harbor, sessionToken }) => harbor.verifySession(sessionToken),
  getCurrentUser: ({ harbor, sessionToken }) => harbor.getCurrentUser(sessionToken),
  logout: ({ harbor, sessionToken }) => harbor.logout(sessionToken),
  logoutAll: ({ harbor, sessionToken }) => harbor.logoutAll(sessionToken),
  changePassword: ({ harbor, sessionToken }) =>
    harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  changeEmail: ({ harbor, sessionToken }) =>
    harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "ada@example.net" }),
  changeUsername: ({ harbor, sessionToken }) =>
    harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" }),
  deleteAccount: ({ harbor, sessionToken }) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
  hasRole: ({ harbor, sessionToken }) => harbor.hasRole(sessionToken, "admin"),
  hasPermission: ({ harbor, sessionToken }) => harbor.hasPermission(sessionToken, "posts.edit"),
  requireRole: ({ harbor, sessionToken }) => harbor.requireRole(sessionToken, "admin"),
  requirePermission: ({ harbor, sessionToken }) => harbor.requirePermission(sessionToken, "posts.edit"),
  "sessions.list": ({ harbor, sessionToken }) => harbor.sessions.list(sessionToken),
  "sessions.revoke": ({ harbor, sessionToken }) =>
    harbor.sessions.revoke({ sessionToken, sessionId: UNKNOWN_TOKEN }),
  "sessions.revokeOthers": ({ harbor, sessionToken }) => harbor.sessions.revokeOthers(sessionToken),
  "sessions.reauthenticate": ({ harbor, sessionToken }) =>
    harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }),
  "sessions.requireFresh": ({ harbor, sessionToken }) => harbor.sessions.requireFresh({ sessionToken }),
};

/** Those that answer false where the others refuse. */
export const YES_OR_NO: ReadonlySet<string> = new Set(["verifySession", "hasRole", "hasPermission"]);

/** Every other operation, so that a new one is in neither list until somebody has thought about it. */
const WITHOUT_SESSION: readonly string[] = [
  "register",
  "verifyEmail",
  "resendVerification",
  "login",
  "sendPasswordReset",
  "resetPassword",
  "confirmEmailChange",
  "grantRole",
  "revokeRole",
  "getRoles",
  "getPermissions",
  "purgeExpired",
  "diagnose",
  "users.create",
  "users.import",
  "users.get",
  "users.list",
  "users.disable",
  "users.enable",
  "users.requirePasswordChange",
  "users.forceReset",
  "users.revokeSessions",
  "users.delete",
  "roles.create",
  "roles.delete",
  "roles.list",
  "roles.grantPermission",
  "roles.revokePermission",
  "roles.permissions",
  "permissions.create",
  "permissions.delete",
  "permissions.list",
];

/** The names of all operations of a harbor. */
export function operationNames(harbor: UserHarbor): readonly string[] {
  const own = Object.getOwnPropertyNames(UserHarbor.prototype);
  const groups = Object.entries(harbor).flatMap(([group, members]) =>
    Object.keys(members).map((name) => `${group}.${name}`)
  );
  assert.ok(groups.length > 0);
  return [...own.filter((name) => name !== "constructor" && name !== "settled"), ...groups].toSorted();
}

/** Asserts that the lists above have every operation of a harbor. */
export function assertComplete(harbor: UserHarbor): void {
  assert.deepEqual([...Object.keys(WITH_SESSION), ...WITHOUT_SESSION].toSorted(), operationNames(harbor));
}

/** Gives "ada" all that the calls above ask for. */
export async function entitle(harbor: UserHarbor): Promise<void> {
  await harbor.roles.create("admin");
  await harbor.permissions.create("posts.edit");
  await harbor.roles.grantPermission("admin", "posts.edit");
  await harbor.grantRole("ada", "admin");
}
