import { tables } from "../migrations/mysql_0001_tables.ts";
import { throttle } from "../migrations/mysql_0002_throttle.ts";
import { outbox } from "../migrations/mysql_0003_outbox.ts";
import type { SqlDialect, SqlFragment, Upsert, WriteOfFirst } from "../sql_driver.ts";
import { decodeInstantText, encodeInstantText } from "./_text_instants.ts";

/** MySQL 8 and MariaDB 10.6, with Galera, and later: instants are `DATETIME(6)` in UTC, booleans 0 and 1. */
export const mysqlDialect: SqlDialect = {
  name: "mysql",
  migrations: [tables, throttle, outbox],
  migrationLock: {
    acquire: "SELECT GET_LOCK('userharbor_migrate', 60)",
    release: "SELECT RELEASE_LOCK('userharbor_migrate')",
  },
  encodeInstant: encodeInstantText,
  decodeInstant: decodeInstantText,
  selectInstant: (column) => `DATE_FORMAT(${column}, '%Y-%m-%d %H:%i:%s.%f')`,
  encodeBoolean: (value) => value ? 1 : 0,
  decodeBoolean: (value) => Number(value) === 1,
  // INSERT IGNORE would cut what is too long and turn NULL into "": a taken key is told by its error instead.
  insertIfAbsent: (insert) => insert,
  upsert: onDuplicateKeyUpdate,
  insertUnderGuard: null,
  // A transaction reads as of its first read; what another one committed since is seen by locking reads alone.
  newestRow: " FOR UPDATE",
  sharedLock: " LOCK IN SHARE MODE",
  writeFirst,
  skipLocked: "",
  byCodePoint: (column) => column,
  schemaNames: "SELECT table_name AS name FROM information_schema.tables " +
    "WHERE table_schema = DATABASE() AND table_name LIKE 'userharbor%' UNION " +
    "SELECT index_name FROM information_schema.statistics " +
    "WHERE table_schema = DATABASE() AND table_name LIKE 'userharbor%'",
  ownTime: "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:%i:%s.%f') AS own_time",
};

/** Its own way: for rows that a subquery chooses it would go through the whole table, and lock it. */
function writeFirst({ write, where, orderBy, limit }: WriteOfFirst): SqlFragment {
  return { sql: `${write} WHERE ${where.sql} ORDER BY ${orderBy} LIMIT ${limit}`, values: where.values };
}

/** MariaDB has no row alias to refer to the new row by. */
function onDuplicateKeyUpdate({ insert, columns }: Upsert): string {
  const replaced = columns.map((column) => `${column} = VALUES(${column})`).join(", ");
  return `${insert} ON DUPLICATE KEY UPDATE ${replaced}`;
}
