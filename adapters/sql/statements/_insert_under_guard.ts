import type { SqlConnection, SqlDialect, SqlValue } from "../sql_driver.ts";
import { insertIfAbsent } from "./_insert_if_absent.ts";
import { matching, touchUser, type UserMatch } from "./_user_row.ts";

/** A row that refers to an account, and what must hold for the account. */
interface GuardedRow {
  readonly table: string;
  readonly row: Readonly<Record<string, SqlValue>>;
  readonly match: UserMatch;
}

/**
 * Inserts a row only while the account exists and matches, and unless its key is taken: in one statement where the
 * engine can, else by a touch and an insert, which then need a transaction.
 *
 * @param connection where
 * @param guarded the row, and what must hold
 * @returns whether this call made the row
 */
export async function insertUnderGuard(
  connection: SqlConnection,
  { table, row, match }: GuardedRow,
): Promise<boolean> {
  const { dialect } = connection;
  if (dialect.insertUnderGuard !== null) {
    const { sql, values } = dialect.insertUnderGuard({ table, row, guard: matching(dialect, match) });
    return await connection.execute(sql, values) === 1;
  }
  if (!await touchUser(connection, match)) return false;
  const columns = Object.keys(row);
  return await insertIfAbsent(connection, {
    sql: `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    values: Object.values(row),
  });
}

/** How many statements a guarded insert takes. */
export function isOneStatement({ insertUnderGuard }: SqlDialect): boolean {
  return insertUnderGuard !== null;
}
