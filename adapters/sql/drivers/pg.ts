/**
 * PostgreSQL through `pg`, version 8 and later.
 *
 * @module
 */

import { postgresqlDialect } from "../dialects/postgresql.ts";
import type { SqlDriver, SqlValue } from "../sql_driver.ts";
import { numberedPlaceholders } from "./_numbered_placeholders.ts";
import { pooledDriver, type StatementRunner } from "./_pooled_driver.ts";
import { postgresqlErrors } from "./_postgresql_errors.ts";

/** What `pg` is asked to run. */
export interface PgQuery {
  /** Placeholders are `$1`, `$2` and so on. */
  readonly text: string;
  /** One for each placeholder. */
  readonly values: SqlValue[];
  /** Rows as arrays, since two columns may share a name. */
  readonly rowMode: "array";
}

/** The part of a `Pool` or `PoolClient` that runs statements. */
export interface PgQueryable {
  /** Runs one statement. */
  query(query: PgQuery): Promise<{ readonly rows: readonly unknown[]; readonly rowCount: number | null }>;
}

/** The part of a `PoolClient` that the driver touches. */
export interface PgPoolClient extends PgQueryable {
  /** Gives the client back to its pool; `true` has it destroyed instead. */
  release(destroy?: boolean): void;
  /** Hears of a connection that is lost. */
  on(event: "error", listener: () => void): unknown;
  /** Hears of it no longer. */
  off(event: "error", listener: () => void): unknown;
}

/** The part of a `Pool` that the driver touches. */
export interface PgPool extends PgQueryable {
  /** Takes a client from the pool. */
  connect(): Promise<PgPoolClient>;
}

/**
 * Makes a driver of a pool of `pg`.
 *
 * @param pool a `Pool`; it may be used for anything else as well, and whoever made it ends it
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 *
 * @example
 * ```ts ignore
 * import { Pool } from "pg";
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { pg } from "@userharbor/sql/pg";
 *
 * const driver = pg(new Pool({ connectionString: "postgres://localhost/accounts" }));
 * await migrate(driver);
 * const store = new SqlUserStore(driver);
 * ```
 */
export function pg(pool: PgPool): SqlDriver {
  return pooledDriver({
    ...runnerOn(pool),
    dialect: postgresqlDialect,
    errors: postgresqlErrors,
    acquire: async () => {
      const client = await pool.connect();
      client.on("error", hearOfLoss);
      return {
        ...runnerOn(client),
        release: (isBroken) => {
          client.off("error", hearOfLoss);
          client.release(isBroken);
        },
      };
    },
  });
}

/**
 * The statement that needed the connection rejects; beside it the client tells of the loss, and as long as it is out
 * of its pool nobody else listens, which ends the whole process.
 */
function hearOfLoss(): void {}

function runnerOn(queryable: PgQueryable): StatementRunner {
  const run = (sql: string, values: readonly SqlValue[]) =>
    queryable.query({ text: numberedPlaceholders(sql), values: [...values], rowMode: "array" });
  return {
    query: async (sql, values) => (await run(sql, values)).rows,
    execute: async (sql, values) => (await run(sql, values)).rowCount ?? 0,
  };
}
