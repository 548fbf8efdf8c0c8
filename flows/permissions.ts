import { UserHarborError } from "../errors.ts";
import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { change } from "./_change.ts";
import { refuseUnknownPermission, refuseUnknownUser, requirePermissionName } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { hasGrant, requireGrant } from "./_own_grants.ts";

/** A session and a permission. */
export interface SessionPermission {
  readonly sessionToken: string;
  readonly permission: string;
}

/** Makes a permission. @throws {UserHarborError} `invalid_permission`, `permission_already_exists` */
export async function createPermission(
  harbor: Harbor,
  { input: permission, trace }: Call<string>,
): Promise<void> {
  requirePermissionName(permission, trace);
  if (!await change(harbor, { trace, work: (store) => store.createPermission(permission) })) {
    throw new UserHarborError(
      "permission_already_exists",
      "Cannot create the permission: there is one of this name",
    );
  }
}

/** Removes a permission from every role. @throws {UserHarborError} `invalid_permission`, `unknown_permission` */
export async function deletePermission(
  harbor: Harbor,
  { input: permission, trace }: Call<string>,
): Promise<void> {
  requirePermissionName(permission, trace);
  if (!await change(harbor, { trace, work: (store) => store.deletePermission(permission) })) {
    refuseUnknownPermission();
  }
}

/** Every permission. */
export async function listPermissions({ store }: Harbor): Promise<Set<string>> {
  return await store.listPermissions();
}

/** What an account may do: the union over its roles. @throws {UserHarborError} `unknown_user` */
export async function getPermissions(
  harbor: Harbor,
  { input: username, trace }: Call<string>,
): Promise<Set<string>> {
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  return await harbor.store.getUserPermissions(user.username);
}

/** Whether the account behind a session has a permission. @throws {UserHarborError} `invalid_permission` */
export async function hasPermission(
  harbor: Harbor,
  { input: { sessionToken, permission: name }, trace }: Call<SessionPermission>,
): Promise<boolean> {
  const requireName = requirePermissionName;
  return await hasGrant(harbor, { sessionToken, name, requireName, read: "getUserPermissions", trace });
}

/**
 * The account behind a session, if it has a permission.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `invalid_permission`,
 * `permission_denied`
 */
export async function requirePermission<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, permission: name }, trace }: Call<SessionPermission>,
): Promise<U> {
  const requireName = requirePermissionName;
  return await requireGrant(harbor, { sessionToken, name, requireName, read: "getUserPermissions", trace });
}
