/**
 * MySQL and MariaDB, with Galera, through `mysql2`, version 3.
 *
 * @module
 */

import { mysqlDialect } from "../dialects/mysql.ts";
import type { SqlDriver, SqlValue } from "../sql_driver.ts";
import { mysqlErrors } from "./_mysql_errors.ts";
import { pooledDriver, type StatementRunner } from "./_pooled_driver.ts";

/** What `mysql2` is asked to run. */
export interface Mysql2Query {
  /** Placeholders are `?`. */
  readonly sql: string;
  /** One for each placeholder. */
  readonly values: SqlValue[];
  /** Rows as arrays, since two columns may share a name. */
  readonly rowsAsArray: true;
}

/** The part of a promise `Pool` or `PoolConnection` that runs statements. */
export interface Mysql2Queryable {
  /** Runs one prepared statement: rows, or a header that tells how many were changed. */
  execute(query: Mysql2Query): Promise<[unknown, unknown]>;
  /** Runs one statement as text. */
  query(sql: string): Promise<[unknown, unknown]>;
}

/** The part of a promise `PoolConnection` that the driver touches. */
export interface Mysql2PoolConnection extends Mysql2Queryable {
  /** Gives the connection back to its pool. */
  release(): void;
  /** Ends the connection. */
  destroy(): void;
}

/** The part of a promise `Pool` that the driver touches. */
export interface Mysql2Pool extends Mysql2Queryable {
  /** Takes a connection from the pool. */
  getConnection(): Promise<Mysql2PoolConnection>;
}

/**
 * Makes a driver of a pool of `mysql2/promise`.
 *
 * @param pool a pool with mysql2's own default flags (`FOUND_ROWS` among them); it may be used for anything else as
 * well, and whoever made it ends it
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 *
 * @example
 * ```ts ignore
 * import { createPool } from "mysql2/promise";
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { mysql2 } from "@userharbor/sql/mysql2";
 *
 * const driver = mysql2(createPool("mysql://localhost/accounts"));
 * await migrate(driver);
 * const store = new SqlUserStore(driver);
 * ```
 */
export function mysql2(pool: Mysql2Pool): SqlDriver {
  return pooledDriver({
    ...runnerOn(pool),
    dialect: mysqlDialect,
    errors: mysqlErrors,
    acquire: async () => {
      const connection = await pool.getConnection();
      return {
        ...runnerOn(connection),
        release: (isBroken) => isBroken ? connection.destroy() : connection.release(),
      };
    },
  });
}

function runnerOn(queryable: Mysql2Queryable): StatementRunner {
  const run = async (sql: string, values: readonly SqlValue[]) => {
    // The protocol of prepared statements takes no BEGIN, COMMIT and ROLLBACK on every server.
    if (values.length === 0) return (await queryable.query(sql))[0];
    return (await queryable.execute({ sql, values: [...values], rowsAsArray: true }))[0];
  };
  return {
    query: async (sql, values) =>
      (await queryable.execute({ sql, values: [...values], rowsAsArray: true }))[0] as readonly unknown[],
    execute: async (sql, values) => affectedRows(await run(sql, values)),
  };
}

function affectedRows(result: unknown): number {
  const { affectedRows = 0 } = Object(result) as { readonly affectedRows?: number };
  return affectedRows;
}
