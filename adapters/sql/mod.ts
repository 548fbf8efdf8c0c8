/**
 * Stores UserHarbor's accounts, tokens, roles and permissions in a SQL database, and counts attempts there.
 *
 * A driver, each on a subpath of its own, connects {@link SqlUserStore}, {@link SqlThrottle}, {@link SqlOutboxQueue} and {@link migrate} to one database client.
 *
 * @module
 */

export { mysqlDialect } from "./dialects/mysql.ts";
export { postgresqlDialect } from "./dialects/postgresql.ts";
export { sqliteDialect } from "./dialects/sqlite.ts";
export { migrate } from "./migrate.ts";
export type { MigrateOptions, MigrationStep } from "./migrate.ts";
export { schemaVersion } from "./schema_version.ts";
export { shareTransaction } from "./share_transaction.ts";
export type { SharedParts, ShareTransaction, ShareTransactionOptions } from "./share_transaction.ts";
export type {
  EngineName,
  GuardedInsert,
  MigrationLock,
  SqlConnection,
  SqlDialect,
  SqlDriver,
  SqlFragment,
  SqliteValue,
  SqlRow,
  SqlValue,
  Upsert,
  WriteOfFirst,
} from "./sql_driver.ts";
export { SqlOutboxQueue } from "./sql_outbox_queue.ts";
export { SqlThrottle } from "./sql_throttle.ts";
export { SqlUserStore } from "./sql_user_store.ts";
