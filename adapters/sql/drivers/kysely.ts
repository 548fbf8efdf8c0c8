/**
 * Whatever database an application reaches through `kysely`, along with its transactions.
 *
 * @module
 */

import type { EngineName, SqlDriver, SqlValue } from "../sql_driver.ts";
import { bridgedDriver } from "./_bridged_driver.ts";
import { engineOf } from "./_engines.ts";
import type { StatementRunner } from "./_pooled_driver.ts";

/** A statement as `kysely` runs it. */
export interface KyselyQuery {
  /** With the placeholders of the engine. */
  readonly sql: string;
  /** One for each placeholder. */
  readonly parameters: readonly SqlValue[];
  /** The statement once more, as a tree of one node. */
  readonly query: {
    readonly kind: "RawNode";
    readonly sqlFragments: readonly string[];
    readonly parameters: readonly [];
  };
  /** Tells two statements apart. */
  readonly queryId: { readonly queryId: string };
}

/** What a statement answered. */
export interface KyselyResult {
  /** As objects: the columns in their order, each under a name of its own. */
  readonly rows: readonly unknown[];
  /** How many rows it changed. */
  readonly numAffectedRows?: bigint;
}

/** The part of a `Kysely` or a `Transaction` that the driver touches. */
export interface KyselyDatabase {
  /** Whether it is a transaction. */
  readonly isTransaction: boolean;
  /** Runs one statement. */
  executeQuery(query: KyselyQuery): Promise<KyselyResult>;
  /** Makes a transaction. */
  transaction(): { execute<T>(work: (transaction: KyselyDatabase) => Promise<T>): Promise<T> };
}

/** What is behind a query builder. */
export interface BridgeOptions {
  /** Which engine the query builder speaks to. */
  readonly engine: EngineName;
}

/**
 * Makes a driver of an application's own `Kysely`.
 *
 * Given a transaction, the store works within it: what it writes commits, or is rolled back, with what the
 * application writes. A store made so ends with the transaction; for a harbor, whose mail has to wait for the commit,
 * there is `shareTransaction`.
 *
 * @param database a `Kysely`, or a transaction of one
 * @param options which engine is behind it
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 * @throws {TypeError} for an engine of another name
 *
 * @example
 * ```ts ignore
 * await db.transaction().execute(async (transaction) => {
 *   const store = new SqlUserStore(kysely(transaction, { engine: "postgresql" }));
 *   await store.grantRoleToUser("ada", "editor");
 *   await transaction.insertInto("audit").values({ what: "promoted" }).execute();
 * });
 * ```
 */
export function kysely(database: KyselyDatabase, { engine }: BridgeOptions): SqlDriver {
  return bridgedDriver({
    engine: engineOf(engine),
    runner: runnerOn(database),
    transaction: database.isTransaction
      ? null
      : (work) => database.transaction().execute((transaction) => work(runnerOn(transaction))),
  });
}

let queries = 0;

function runnerOn(database: KyselyDatabase): StatementRunner {
  const run = (sql: string, values: readonly SqlValue[]) =>
    database.executeQuery({
      sql,
      parameters: values,
      query: { kind: "RawNode", sqlFragments: [sql], parameters: [] },
      queryId: { queryId: `userharbor-${queries++}` },
    });
  return {
    query: async (sql, values) => (await run(sql, values)).rows.map((row) => Object.values(Object(row))),
    execute: async (sql, values) => Number((await run(sql, values)).numAffectedRows ?? 0n),
  };
}
