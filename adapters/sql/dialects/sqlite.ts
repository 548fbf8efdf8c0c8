import { pythonTables } from "../migrations/sqlite_0001_python_tables.ts";
import { widerTables } from "../migrations/sqlite_0002_wider_tables.ts";
import { flagsClientsRecords } from "../migrations/sqlite_0003_flags_clients_records.ts";
import { throttle } from "../migrations/sqlite_0004_throttle.ts";
import { outbox } from "../migrations/sqlite_0005_outbox.ts";
import type { GuardedInsert, SqlDialect, SqlFragment } from "../sql_driver.ts";
import { onConflictDoNothing, onConflictUpdate } from "./_on_conflict.ts";
import { writeChosen } from "./_write_chosen.ts";
import { decodeInstantText, encodeInstantText } from "./_text_instants.ts";

/** SQLite as SQLAlchemy writes it: instants are UTC text `YYYY-MM-DD HH:MM:SS.ffffff`, booleans 0 and 1. */
export const sqliteDialect: SqlDialect = {
  name: "sqlite",
  migrations: [pythonTables, widerTables, flagsClientsRecords, throttle, outbox],
  migrationLock: null,
  encodeInstant: encodeInstantText,
  decodeInstant: decodeInstantText,
  selectInstant: (column) => column,
  encodeBoolean: (value) => value ? 1 : 0,
  decodeBoolean: (value) => value === 1,
  insertIfAbsent: onConflictDoNothing,
  upsert: onConflictUpdate,
  insertUnderGuard,
  newestRow: "",
  sharedLock: "",
  writeFirst: (write) => writeChosen(write, { isAmong: (key, select) => `${key} IN (${select})` }),
  skipLocked: "",
  byCodePoint: (column) => column,
  schemaNames: "SELECT name FROM sqlite_schema WHERE tbl_name LIKE 'userharbor%'",
  ownTime: "SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now')",
};

/** A statement that writes takes the only lock before it reads, so nothing comes between the guard and the row. */
function insertUnderGuard({ table, row, guard }: GuardedInsert): SqlFragment {
  const columns = Object.keys(row);
  const selected = columns.map(() => "?").join(", ");
  const insert = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${selected} FROM userharbor_users`;
  return {
    sql: onConflictDoNothing(`${insert} WHERE ${guard.sql}`),
    values: [...Object.values(row), ...guard.values],
  };
}
