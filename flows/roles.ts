import { UserHarborError } from "../errors.ts";
import type { User, UserStore } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { change } from "./_change.ts";
import {
  refuseUnknownPermission,
  refuseUnknownRole,
  refuseUnknownUser,
  requirePermissionName,
  requireRoleName,
} from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { hasGrant, requireGrant } from "./_own_grants.ts";

/** An account and a role. */
export interface UserRole {
  readonly username: string;
  readonly role: string;
}

/** A session and a role. */
export interface SessionRole {
  readonly sessionToken: string;
  readonly role: string;
}

/** A role and a permission. */
export interface RolePermission {
  readonly role: string;
  readonly permission: string;
}

/** Makes a role. @throws {UserHarborError} `invalid_role`, `role_already_exists` */
export async function createRole(harbor: Harbor, { input: role, trace }: Call<string>): Promise<void> {
  requireRoleName(role, trace);
  if (!await change(harbor, { trace, work: (store) => store.createRole(role) })) {
    throw new UserHarborError("role_already_exists", "Cannot create the role: there is one of this name");
  }
}

/** Removes a role from everybody. @throws {UserHarborError} `invalid_role`, `unknown_role` */
export async function deleteRole(harbor: Harbor, { input: role, trace }: Call<string>): Promise<void> {
  requireRoleName(role, trace);
  if (!await change(harbor, { trace, work: (store) => store.deleteRole(role) })) refuseUnknownRole();
}

/** Every role. */
export async function listRoles({ store }: Harbor): Promise<Set<string>> {
  return await store.listRoles();
}

/**
 * Gives an account a role; giving it twice changes nothing.
 *
 * @throws {UserHarborError} `invalid_role`, `unknown_user`, `unknown_role`
 */
export async function grantRole(
  harbor: Harbor,
  { input: { username, role }, trace }: Call<UserRole>,
): Promise<void> {
  requireRoleName(role, trace);
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  const work = async (store: UserStore) => {
    const held = await store.getUserRoles(user.username);
    trace.reason = held.has(role) ? "no_change" : undefined;
    return await store.grantRoleToUser(user.username, role);
  };
  if (await change(harbor, { trace, work })) return;
  trace.reason = undefined;
  if (!await harbor.store.roleExists(role)) refuseUnknownRole();
  trace.because("ended_meanwhile");
  refuseUnknownUser();
}

/**
 * Takes a role from an account; taking what it does not have changes nothing.
 *
 * @throws {UserHarborError} `invalid_role`, `unknown_user`, `unknown_role`
 */
export async function revokeRole(
  harbor: Harbor,
  { input: { username, role }, trace }: Call<UserRole>,
): Promise<void> {
  requireRoleName(role, trace);
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  const work = (store: UserStore) => store.revokeRoleFromUser(user.username, role);
  if (await change(harbor, { trace, work })) return;
  if (!await harbor.store.roleExists(role)) refuseUnknownRole();
  // Under another name since it was looked up, or this one in other letters, the account may well have the role.
  const found = await findUser(harbor, { username, trace });
  if (found?.id === user.id && found.username === user.username) return trace.because("no_change");
  trace.because("ended_meanwhile");
  refuseUnknownUser();
}

/** The roles of an account. @throws {UserHarborError} `unknown_user` */
export async function getRoles(
  harbor: Harbor,
  { input: username, trace }: Call<string>,
): Promise<Set<string>> {
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  return await harbor.store.getUserRoles(user.username);
}

/** Whether the account behind a session has a role. @throws {UserHarborError} `invalid_role` */
export async function hasRole(
  harbor: Harbor,
  { input: { sessionToken, role: name }, trace }: Call<SessionRole>,
): Promise<boolean> {
  const requireName = requireRoleName;
  return await hasGrant(harbor, { sessionToken, name, requireName, read: "getUserRoles", trace });
}

/**
 * The account behind a session, if it has a role.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `invalid_role`, `permission_denied`
 */
export async function requireRole<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, role: name }, trace }: Call<SessionRole>,
): Promise<U> {
  const requireName = requireRoleName;
  return await requireGrant(harbor, { sessionToken, name, requireName, read: "getUserRoles", trace });
}

/**
 * Makes a role carry a permission; doing so twice changes nothing.
 *
 * @throws {UserHarborError} `invalid_role`, `invalid_permission`, `unknown_role`, `unknown_permission`
 */
export async function grantPermissionToRole(
  harbor: Harbor,
  { input: { role, permission }, trace }: Call<RolePermission>,
): Promise<void> {
  requireRoleName(role, trace);
  requirePermissionName(permission, trace);
  const work = async (store: UserStore) => {
    const carried = await store.getRolePermissions(role);
    trace.reason = carried.has(permission) ? "no_change" : undefined;
    return await store.grantPermissionToRole(role, permission);
  };
  if (await change(harbor, { trace, work })) return;
  if (!await harbor.store.roleExists(role)) refuseUnknownRole();
  refuseUnknownPermission();
}

/**
 * Takes a permission from a role; taking what it does not carry changes nothing.
 *
 * @throws {UserHarborError} `invalid_role`, `invalid_permission`, `unknown_role`, `unknown_permission`
 */
export async function revokePermissionFromRole(
  harbor: Harbor,
  { input: { role, permission }, trace }: Call<RolePermission>,
): Promise<void> {
  requireRoleName(role, trace);
  requirePermissionName(permission, trace);
  const work = (store: UserStore) => store.revokePermissionFromRole(role, permission);
  if (await change(harbor, { trace, work })) return;
  if (!await harbor.store.roleExists(role)) refuseUnknownRole();
  if (!await harbor.store.permissionExists(permission)) refuseUnknownPermission();
  trace.because("no_change");
}

/** The permissions a role carries. @throws {UserHarborError} `invalid_role`, `unknown_role` */
export async function getRolePermissions(
  { store }: Harbor,
  { input: role, trace }: Call<string>,
): Promise<Set<string>> {
  requireRoleName(role, trace);
  const permissions = await store.getRolePermissions(role);
  if (permissions.size === 0 && !await store.roleExists(role)) refuseUnknownRole();
  return permissions;
}
