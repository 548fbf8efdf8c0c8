import type { SqlConnection, SqlDialect, SqlDriver, SqlRow, SqlValue } from "../sql_driver.ts";
import type { EngineErrors } from "./_engine_errors.ts";

/** Runs statements somewhere: on a pool, or on one of its connections. */
export interface StatementRunner {
  /** The rows of a statement as arrays. */
  query(sql: string, values: readonly SqlValue[]): Promise<readonly unknown[]>;
  /** How many rows a statement changed or found. */
  execute(sql: string, values: readonly SqlValue[]): Promise<number>;
}

/** A connection taken from a pool for a transaction. */
export interface PooledConnection extends StatementRunner {
  /** Gives the connection back; one that is broken must not be used again. */
  release(isBroken: boolean): void;
}

/** A client with a pool of connections. */
export interface Pool extends StatementRunner {
  readonly dialect: SqlDialect;
  readonly errors: EngineErrors;
  /** Takes a connection for a transaction. */
  acquire(): Promise<PooledConnection>;
}

/** Makes a driver of a pool: a transaction has a connection of its own, from BEGIN to COMMIT. */
export function pooledDriver(pool: Pool): SqlDriver {
  return { ...connectionOn(pool, pool), ...pool.errors, transaction: (work) => transact(pool, work) };
}

async function transact<T>(pool: Pool, work: (connection: SqlConnection) => Promise<T>): Promise<T> {
  const connection = await pool.acquire();
  let isBroken = true;
  try {
    await connection.execute("BEGIN", []);
    const result = await work(connectionOn(pool, connection));
    // Whatever becomes of COMMIT when the connection is lost, it is never repeated: the change may have been made.
    await connection.execute("COMMIT", []);
    isBroken = false;
    return result;
  } catch (error) {
    // MySQL undoes one statement alone after a lock wait timeout, so the rest is always rolled back.
    isBroken = !await connection.execute("ROLLBACK", []).then(() => true, () => false);
    throw error;
  } finally {
    connection.release(isBroken);
  }
}

function connectionOn({ dialect, errors }: Pool, runner: StatementRunner): SqlConnection {
  return {
    dialect,
    isDuplicate: errors.isDuplicate,
    isSchemaThere: errors.isSchemaThere,
    query: async <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
      await runner.query(sql, values) as readonly Row[],
    execute: (sql, values) => runner.execute(sql, values),
  };
}
