import type { SqlConnection } from "../sql_driver.ts";

/**
 * How many migrations a database has seen.
 *
 * @param connection of a database with the table `userharbor_schema`
 * @returns the number of the last step; 0 for none
 */
export async function readSchemaVersion(connection: Pick<SqlConnection, "query">): Promise<number> {
  const [row] = await connection.query("SELECT MAX(version) AS version FROM userharbor_schema", []);
  return Number(row?.[0] ?? 0);
}
