import type { SqlCall } from "../_calls.ts";
import { holdRow } from "./_hold_row.ts";
import { insertIfAbsent } from "./_insert_if_absent.ts";
import { readNames } from "./_names.ts";

/** One insert: of any number of callers, one makes the row. */
export function createPermission(permission: string): SqlCall<boolean> {
  return async (connection) =>
    await insertIfAbsent(connection, {
      sql: "INSERT INTO userharbor_permissions (permission) VALUES (?)",
      values: [permission],
    });
}

/** The permission first, then what refers to it. */
export function deletePermission(permission: string): SqlCall<boolean> {
  return async (connection) => {
    const deleted = await connection.execute(
      "DELETE FROM userharbor_permissions WHERE permission = ?",
      [permission],
    );
    if (deleted !== 1) return false;
    await connection.execute("DELETE FROM userharbor_role_permissions WHERE permission = ?", [permission]);
    return true;
  };
}

/** One read by name. */
export function permissionExists(permission: string): SqlCall<boolean> {
  return async (connection) => {
    const rows = await connection.query(
      "SELECT permission FROM userharbor_permissions WHERE permission = ?",
      [
        permission,
      ],
    );
    return rows.length > 0;
  };
}

/** Every row: there are as many as an application has permissions. */
export function listPermissions(): SqlCall<Set<string>> {
  return async (connection) =>
    readNames(await connection.query("SELECT permission FROM userharbor_permissions", []));
}

/** Holds both, so that neither is deleted meanwhile; then inserts what is missing. */
export function grantPermissionToRole(role: string, permission: string): SqlCall<boolean> {
  return async (connection) => {
    const bothExist = await holdRow(connection, { table: "userharbor_roles", column: "role", name: role }) &&
      await holdRow(connection, { table: "userharbor_permissions", column: "permission", name: permission });
    if (!bothExist) return false;
    await insertIfAbsent(connection, {
      sql: "INSERT INTO userharbor_role_permissions (role, permission) VALUES (?, ?)",
      values: [role, permission],
    });
    return true;
  };
}

/** One delete. */
export function revokePermissionFromRole(role: string, permission: string): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute(
      "DELETE FROM userharbor_role_permissions WHERE role = ? AND permission = ?",
      [role, permission],
    ) === 1;
}

/** One read by name. */
export function getRolePermissions(role: string): SqlCall<Set<string>> {
  return async (connection) =>
    readNames(
      await connection.query("SELECT permission FROM userharbor_role_permissions WHERE role = ?", [role]),
    );
}

/** One read across the user's roles. */
export function getUserPermissions(username: string): SqlCall<Set<string>> {
  return async (connection) =>
    readNames(
      await connection.query(
        "SELECT DISTINCT p.permission FROM userharbor_user_roles u " +
          "JOIN userharbor_role_permissions p ON p.role = u.role WHERE u.username = ?",
        [username],
      ),
    );
}
