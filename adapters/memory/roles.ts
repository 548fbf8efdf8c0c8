import type { Tables } from "./tables.ts";

/**
 * Creates a role without permissions.
 *
 * @param tables what to write to
 * @param role a checked name
 * @returns false when it exists
 */
export function createRole(tables: Tables, role: string): boolean {
  if (tables.roles.has(role)) return false;
  tables.roles.set(role, new Set());
  return true;
}

/**
 * Removes a role, with it what it carried, and its grants: a role created again under the name is nobody's.
 *
 * @param tables what to write to
 * @param role which one
 * @returns false when it does not exist
 */
export function deleteRole(tables: Tables, role: string): boolean {
  for (const username of tables.userRoles.keys()) removeFrom(tables.userRoles, { key: username, name: role });
  return tables.roles.delete(role);
}

/**
 * Gives an existing user an existing role.
 *
 * @param tables what to write to
 * @param grant who gets what
 * @returns whether the user has the role afterwards
 */
export function grantRoleToUser(
  tables: Tables,
  { username, role }: { username: string; role: string },
): boolean {
  if (!tables.accounts.has(username) || !tables.roles.has(role)) return false;
  addTo(tables.userRoles, { key: username, name: role });
  return true;
}

/**
 * Takes a role away from a user.
 *
 * @param tables what to write to
 * @param grant who loses what
 * @returns false when the user did not have it
 */
export function revokeRoleFromUser(
  tables: Tables,
  { username, role }: { username: string; role: string },
): boolean {
  return removeFrom(tables.userRoles, { key: username, name: role });
}

/**
 * Creates a permission that no role carries.
 *
 * @param tables what to write to
 * @param permission a checked name
 * @returns false when it exists
 */
export function createPermission(tables: Tables, permission: string): boolean {
  if (tables.permissions.has(permission)) return false;
  tables.permissions.add(permission);
  return true;
}

/**
 * Removes a permission, also from every role that carries it.
 *
 * @param tables what to write to
 * @param permission which one
 * @returns false when it does not exist
 */
export function deletePermission(tables: Tables, permission: string): boolean {
  for (const role of tables.roles.keys()) removeFrom(tables.roles, { key: role, name: permission });
  return tables.permissions.delete(permission);
}

/**
 * Lets an existing role carry an existing permission.
 *
 * @param tables what to write to
 * @param grant which role gets what
 * @returns whether the role carries it afterwards
 */
export function grantPermissionToRole(
  tables: Tables,
  { role, permission }: { role: string; permission: string },
): boolean {
  if (!tables.roles.has(role) || !tables.permissions.has(permission)) return false;
  addTo(tables.roles, { key: role, name: permission });
  return true;
}

/**
 * Takes a permission away from a role.
 *
 * @param tables what to write to
 * @param grant which role loses what
 * @returns false when the role did not carry it
 */
export function revokePermissionFromRole(
  tables: Tables,
  { role, permission }: { role: string; permission: string },
): boolean {
  return removeFrom(tables.roles, { key: role, name: permission });
}

/**
 * What a user may do: the union over the user's roles.
 *
 * @param tables what to read from
 * @param username whose permissions
 * @returns a new set; empty for a missing user
 */
export function getUserPermissions(tables: Tables, username: string): Set<string> {
  const roles = [...tables.userRoles.get(username) ?? []];
  return new Set(roles.flatMap((role) => [...tables.roles.get(role) ?? []]));
}

interface Link {
  readonly key: string;
  readonly name: string;
}

// Rows are replaced, never changed, sets included: an open transaction shares them with what is committed.
function addTo(table: Map<string, ReadonlySet<string>>, { key, name }: Link): void {
  table.set(key, new Set(table.get(key)).add(name));
}

function removeFrom(table: Map<string, ReadonlySet<string>>, { key, name }: Link): boolean {
  const names = new Set(table.get(key));
  if (!names.delete(name)) return false;
  table.set(key, names);
  return true;
}
