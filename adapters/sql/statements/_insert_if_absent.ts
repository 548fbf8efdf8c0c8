import type { SqlConnection, SqlFragment } from "../sql_driver.ts";

/**
 * Inserts a row unless one of its unique keys is taken.
 *
 * @param connection where
 * @param insert `INSERT INTO …`, without a clause for conflicts
 * @returns whether this call made the row
 */
export async function insertIfAbsent(
  connection: SqlConnection,
  { sql, values }: SqlFragment,
): Promise<boolean> {
  try {
    return await connection.execute(connection.dialect.insertIfAbsent(sql), values) === 1;
  } catch (error) {
    if (connection.isDuplicate(error)) return false;
    throw error;
  }
}
