import type { Upsert } from "../sql_driver.ts";

/** As SQLite and PostgreSQL write an insert that leaves a row with a taken key alone. */
export function onConflictDoNothing(insert: string): string {
  return `${insert} ON CONFLICT DO NOTHING`;
}

/** As SQLite and PostgreSQL write an insert that replaces the columns of the row with the same key. */
export function onConflictUpdate({ insert, key, columns }: Upsert): string {
  const replaced = columns.map((column) => `${column} = excluded.${column}`).join(", ");
  return `${insert} ON CONFLICT (${key}) DO UPDATE SET ${replaced}`;
}
