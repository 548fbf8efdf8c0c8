import type { SqlFragment, WriteOfFirst } from "../sql_driver.ts";

/**
 * As SQLite and PostgreSQL write the first rows of a table: those that a subquery chooses. The condition stands twice,
 * so that a row for which it ceased to hold after it was chosen stays.
 */
export function writeChosen(
  { write, table, key, where, orderBy, limit }: WriteOfFirst,
  { isAmong }: { readonly isAmong: (key: string, select: string) => string },
): SqlFragment {
  const select = `SELECT ${key} FROM ${table} WHERE ${where.sql} ORDER BY ${orderBy} LIMIT ${limit}`;
  return {
    sql: `${write} WHERE ${isAmong(key, select)} AND ${where.sql}`,
    values: [...where.values, ...where.values],
  };
}
