import type { TransactionGate } from "@userharbor/core/transactions";
import type { SqlConnection, SqlDialect, SqlDriver, SqlRow, SqlValue } from "../sql_driver.ts";
import type { EngineErrors } from "./_engine_errors.ts";
import type { StatementRunner } from "./_pooled_driver.ts";

/** A client with one connection whose statements are awaited. */
export interface OneConnection extends StatementRunner {
  readonly dialect: SqlDialect;
  readonly errors: EngineErrors;
  readonly gate: TransactionGate;
  /** Runs a transaction; absent: by the statements `BEGIN`, `COMMIT` and `ROLLBACK`. */
  readonly transaction?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Makes a driver of one connection: while a transaction is open, every other call waits. */
export function gatedDriver(client: OneConnection): SqlDriver {
  const { dialect, errors, gate } = client;
  const connection: SqlConnection = {
    dialect,
    isDuplicate: errors.isDuplicate,
    isSchemaThere: errors.isSchemaThere,
    query: async <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
      await client.query(sql, values) as readonly Row[],
    execute: (sql, values) => client.execute(sql, values),
  };
  const transact = client.transaction ?? byStatements(client);
  return {
    ...errors,
    dialect,
    query: <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
      gate.exclusive(() => connection.query<Row>(sql, values)),
    execute: (sql, values) => gate.exclusive(() => connection.execute(sql, values)),
    transaction: (work) => gate.exclusive(() => transact(() => work(connection))),
  };
}

function byStatements({ execute }: StatementRunner): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    await execute("BEGIN", []);
    try {
      const result = await work();
      await execute("COMMIT", []);
      return result;
    } catch (error) {
      await execute("ROLLBACK", []).catch(() => {});
      throw error;
    }
  };
}
