import type { TransactionScope } from "@userharbor/core/transactions";
import { retryRolledBack } from "./_retry.ts";
import type { SqlConnection, SqlDriver } from "./sql_driver.ts";

/** A method of the port, ready to run on a connection. */
export type SqlCall<T> = (connection: SqlConnection) => Promise<T>;

/** Where the calls of a store run: each on its own, or all within one open transaction. */
export interface Calls {
  /** Runs a call of one statement. */
  single<T>(call: SqlCall<T>): Promise<T>;
  /** Runs a call whose statements take effect together or not at all. */
  atomic<T>(call: SqlCall<T>): Promise<T>;
}

/**
 * Calls of a store outside any transaction: retried, and atomic ones in a transaction of their own.
 *
 * @param driver where to run them
 * @returns the outermost calls
 */
export function callsOn(driver: SqlDriver): Calls {
  return {
    single: (call) => retryRolledBack(driver, () => call(driver)),
    atomic: (call) => retryRolledBack(driver, () => driver.transaction(call)),
  };
}

/**
 * Calls of the store that a transaction's work is handed: on its connection, as long as it is open, and dooming
 * it when they reject.
 *
 * @param connection the transaction's connection
 * @param scope the transaction's life
 * @returns calls that join the transaction and leave retrying to it
 */
export function callsWithin(connection: SqlConnection, scope: TransactionScope): Calls {
  const join = <T>(call: SqlCall<T>): Promise<T> => scope.run(() => call(connection));
  return { single: join, atomic: join };
}
