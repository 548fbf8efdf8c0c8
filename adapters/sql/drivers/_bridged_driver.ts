import { TransactionGate } from "@userharbor/core/transactions";
import type { SqlConnection, SqlDriver, SqlRow, SqlValue } from "../sql_driver.ts";
import type { Engine } from "./_engines.ts";
import type { StatementRunner } from "./_pooled_driver.ts";

/** A query builder of an application's, with whatever client behind it. */
export interface Bridge {
  readonly engine: Engine;
  /** Runs statements outside any transaction, or in the application's if it was handed over inside one. */
  readonly runner: StatementRunner;
  /** Runs a transaction; null: the application has one open, and everything joins it. */
  readonly transaction: (<T>(work: (runner: StatementRunner) => Promise<T>) => Promise<T>) | null;
}

/**
 * Makes a driver of what an application reaches its database by already.
 *
 * SQLite has one connection behind it, so there a transaction keeps every other call waiting.
 */
export function bridgedDriver({ engine, runner, transaction }: Bridge): SqlDriver {
  const outside = connectionOn(engine, runner);
  if (transaction === null) return joiningDriver(engine, outside);
  const gate = engine.dialect.name === "sqlite" ? new TransactionGate() : null;
  const wait = <T>(call: () => Promise<T>): Promise<T> => gate === null ? call() : gate.exclusive(call);
  return {
    ...engine.errors,
    dialect: engine.dialect,
    query: <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
      wait(() => outside.query<Row>(sql, values)),
    execute: (sql, values) => wait(() => outside.execute(sql, values)),
    transaction: (work) => wait(() => transaction((inside) => work(connectionOn(engine, inside)))),
  };
}

/**
 * Makes a driver within a transaction of the application's, which may go on after a refusal: so what is to happen
 * together or not at all stands behind a savepoint. Nothing runs again by itself, since the engine may have undone what
 * the application wrote before.
 */
function joiningDriver({ dialect, errors }: Engine, connection: SqlConnection): SqlDriver {
  const gate = new TransactionGate();
  const run = (sql: string) => connection.execute(sql, []);
  return {
    ...errors,
    dialect,
    isRolledBack: () => false,
    query: <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
      gate.exclusive(() => connection.query<Row>(sql, values)),
    execute: (sql, values) => gate.exclusive(() => connection.execute(sql, values)),
    transaction: (work) =>
      gate.exclusive(async () => {
        await run("SAVEPOINT userharbor");
        try {
          const result = await work(connection);
          await run("RELEASE SAVEPOINT userharbor");
          return result;
        } catch (error) {
          // Where the engine has undone the whole transaction there is no savepoint left; the error says more.
          await run("ROLLBACK TO SAVEPOINT userharbor").catch(() => {});
          throw error;
        }
      }),
  };
}

function connectionOn({ dialect, errors, placeholders }: Engine, runner: StatementRunner): SqlConnection {
  return {
    dialect,
    isDuplicate: errors.isDuplicate,
    isSchemaThere: errors.isSchemaThere,
    query: async <Row extends SqlRow>(sql: string, values: readonly SqlValue[]) =>
      await runner.query(placeholders(sql), values) as readonly Row[],
    execute: (sql, values) => runner.execute(placeholders(sql), values),
  };
}
