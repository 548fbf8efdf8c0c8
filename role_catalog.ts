import type { RequestContext } from "./events.ts";
import type { Harbor } from "./flows/_harbor.ts";
import { operationsOf, readsOf } from "./flows/_operation.ts";
import { createPermission, deletePermission, listPermissions } from "./flows/permissions.ts";
import {
  createRole,
  deleteRole,
  getRolePermissions,
  grantPermissionToRole,
  listRoles,
  revokePermissionFromRole,
} from "./flows/roles.ts";

/** The roles of an application and the permissions they carry; reached as `harbor.roles`. */
export interface Roles {
  /**
   * Makes a role: 2 to 64 characters, a lower-case letter, then letters, digits, `_` and `-`.
   *
   * @throws {UserHarborError} `invalid_role`, `role_already_exists`
   */
  create(role: string, context?: RequestContext): Promise<void>;
  /**
   * Removes a role from everybody who has it.
   *
   * @throws {UserHarborError} `invalid_role`, `unknown_role`
   */
  delete(role: string, context?: RequestContext): Promise<void>;
  /** Every role. */
  list(context?: RequestContext): Promise<Set<string>>;
  /**
   * Makes a role carry a permission; doing so twice changes nothing.
   *
   * @throws {UserHarborError} `invalid_role`, `invalid_permission`, `unknown_role`, `unknown_permission`
   */
  grantPermission(role: string, permission: string, context?: RequestContext): Promise<void>;
  /**
   * Takes a permission from a role; taking what it does not carry changes nothing.
   *
   * @throws {UserHarborError} `invalid_role`, `invalid_permission`, `unknown_role`, `unknown_permission`
   */
  revokePermission(role: string, permission: string, context?: RequestContext): Promise<void>;
  /**
   * The permissions a role carries.
   *
   * @throws {UserHarborError} `invalid_role`, `unknown_role`
   */
  permissions(role: string, context?: RequestContext): Promise<Set<string>>;
}

/** The permissions there are; reached as `harbor.permissions`. */
export interface Permissions {
  /**
   * Makes a permission: two or more segments of `[a-z][a-z0-9_-]*` parted by dots, 255 characters at most.
   *
   * @throws {UserHarborError} `invalid_permission`, `permission_already_exists`
   */
  create(permission: string, context?: RequestContext): Promise<void>;
  /**
   * Removes a permission from every role that carries it.
   *
   * @throws {UserHarborError} `invalid_permission`, `unknown_permission`
   */
  delete(permission: string, context?: RequestContext): Promise<void>;
  /** Every permission. */
  list(context?: RequestContext): Promise<Set<string>>;
}

/** Binds the operations on roles to one harbor. */
export function bindRoles(harbor: Harbor): Roles {
  const operate = operationsOf(harbor);
  const read = readsOf(harbor);
  return Object.freeze<Roles>({
    create: operate("roles.create", createRole),
    delete: operate("roles.delete", deleteRole),
    list: (context) => read("roles.list", listRoles)(undefined, context),
    grantPermission: (role, permission, context) =>
      operate("roles.grant_permission", grantPermissionToRole)({ role, permission }, context),
    revokePermission: (role, permission, context) =>
      operate("roles.revoke_permission", revokePermissionFromRole)({ role, permission }, context),
    permissions: read("roles.permissions", getRolePermissions),
  });
}

/** Binds the operations on permissions to one harbor. */
export function bindPermissions(harbor: Harbor): Permissions {
  const operate = operationsOf(harbor);
  const read = readsOf(harbor);
  return Object.freeze<Permissions>({
    create: operate("permissions.create", createPermission),
    delete: operate("permissions.delete", deletePermission),
    list: (context) => read("permissions.list", listPermissions)(undefined, context),
  });
}
