import type { SqlCall } from "../_calls.ts";
import { holdRow } from "./_hold_row.ts";
import { insertIfAbsent } from "./_insert_if_absent.ts";
import { readNames } from "./_names.ts";
import { touchUser } from "./_user_row.ts";

/** One insert: of any number of callers, one makes the row. */
export function createRole(role: string): SqlCall<boolean> {
  return async (connection) =>
    await insertIfAbsent(connection, {
      sql: "INSERT INTO userharbor_roles (role) VALUES (?)",
      values: [role],
    });
}

/** The role first, then what refers to it. */
export function deleteRole(role: string): SqlCall<boolean> {
  return async (connection) => {
    if (await connection.execute("DELETE FROM userharbor_roles WHERE role = ?", [role]) !== 1) return false;
    await connection.execute("DELETE FROM userharbor_user_roles WHERE role = ?", [role]);
    await connection.execute("DELETE FROM userharbor_role_permissions WHERE role = ?", [role]);
    return true;
  };
}

/** One read by name. */
export function roleExists(role: string): SqlCall<boolean> {
  return async (connection) => {
    const rows = await connection.query("SELECT role FROM userharbor_roles WHERE role = ?", [role]);
    return rows.length > 0;
  };
}

/** Every row: there are as many as an application has roles. */
export function listRoles(): SqlCall<Set<string>> {
  return async (connection) => readNames(await connection.query("SELECT role FROM userharbor_roles", []));
}

/** Touch and hold, so that an account or a role under deletion gets no row; then insert what is missing. */
export function grantRoleToUser(username: string, role: string): SqlCall<boolean> {
  return async (connection) => {
    if (!await touchUser(connection, { username })) return false;
    if (!await holdRow(connection, { table: "userharbor_roles", column: "role", name: role })) return false;
    await insertIfAbsent(connection, {
      sql: "INSERT INTO userharbor_user_roles (username, role) VALUES (?, ?)",
      values: [username, role],
    });
    return true;
  };
}

/** One delete. */
export function revokeRoleFromUser(username: string, role: string): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute(
      "DELETE FROM userharbor_user_roles WHERE username = ? AND role = ?",
      [username, role],
    ) === 1;
}

/** One read by name. */
export function getUserRoles(username: string): SqlCall<Set<string>> {
  return async (connection) =>
    readNames(
      await connection.query("SELECT role FROM userharbor_user_roles WHERE username = ?", [username]),
    );
}
