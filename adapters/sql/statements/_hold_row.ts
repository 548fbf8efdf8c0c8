import type { SqlConnection } from "../sql_driver.ts";

/** A row of a table whose key is a name. */
interface NamedRow {
  readonly table: "userharbor_roles" | "userharbor_permissions";
  readonly column: "role" | "permission";
  readonly name: string;
}

/**
 * Keeps a row from being deleted until the transaction ends.
 *
 * @param connection a transaction's
 * @param row which one
 * @returns whether it is there
 */
export async function holdRow(
  connection: SqlConnection,
  { table, column, name }: NamedRow,
): Promise<boolean> {
  const rows = await connection.query(
    `SELECT ${column} FROM ${table} WHERE ${column} = ?${connection.dialect.sharedLock}`,
    [name],
  );
  return rows.length > 0;
}
