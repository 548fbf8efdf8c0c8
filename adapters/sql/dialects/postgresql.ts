import { pythonTables } from "../migrations/postgresql_0001_python_tables.ts";
import { widerTables } from "../migrations/postgresql_0002_wider_tables.ts";
import { throttle } from "../migrations/postgresql_0003_throttle.ts";
import { outbox } from "../migrations/postgresql_0004_outbox.ts";
import type { GuardedInsert, SqlDialect, SqlFragment } from "../sql_driver.ts";
import { onConflictDoNothing, onConflictUpdate } from "./_on_conflict.ts";
import { writeChosen } from "./_write_chosen.ts";
import { decodeInstantText } from "./_text_instants.ts";

/** So two who choose what to remove do not wait for each other. */
const SKIP_LOCKED = " FOR UPDATE SKIP LOCKED";

/** PostgreSQL 13 and later, and what speaks its wire protocol: instants are `timestamp with time zone`. */
export const postgresqlDialect: SqlDialect = {
  name: "postgresql",
  migrations: [pythonTables, widerTables, throttle, outbox],
  // Any number that nobody else in the database locks by: "uharbor" as a number.
  migrationLock: {
    acquire: "SELECT 1 AS locked FROM pg_advisory_xact_lock(33047340015316850)",
    release: null,
  },
  encodeInstant: (instant) => instant.toISOString(),
  decodeInstant: decodeInstantText,
  selectInstant: (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`,
  encodeBoolean: (value) => value,
  decodeBoolean: (value) => value === true,
  insertIfAbsent: onConflictDoNothing,
  upsert: onConflictUpdate,
  insertUnderGuard,
  newestRow: "",
  sharedLock: " FOR SHARE",
  // A subquery of IN may run once for each row, and then choose more rows than its limit.
  writeFirst: (write) =>
    writeChosen(write, { isAmong: (key, select) => `${key} = ANY(ARRAY(${select}${SKIP_LOCKED}))` }),
  skipLocked: SKIP_LOCKED,
  byCodePoint: (column) => `${column} COLLATE "C"`,
  schemaNames: "SELECT CAST(relname AS text) AS name FROM pg_catalog.pg_class " +
    "WHERE relname LIKE '%userharbor%' AND pg_catalog.pg_table_is_visible(oid)",
  ownTime: "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS own_time",
};

/**
 * Writes the account's row and the new one in one round trip. The write waits for whoever changes the account and
 * judges the guard on what they committed.
 */
function insertUnderGuard({ table, row, guard }: GuardedInsert): SqlFragment {
  const columns = Object.keys(row);
  const selected = columns.map((column) => `CAST(? AS ${column.endsWith("_at") ? "timestamptz" : "text"})`);
  const touch = `UPDATE userharbor_users SET serial = serial + 1 WHERE ${guard.sql} RETURNING username`;
  const insert = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${selected.join(", ")} FROM touched`;
  return {
    sql: onConflictDoNothing(`WITH touched AS (${touch}) ${insert}`),
    values: [...guard.values, ...Object.values(row)],
  };
}
