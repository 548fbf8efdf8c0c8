import { retryRolledBack } from "./_retry.ts";
import type { SqlDriver } from "./sql_driver.ts";

/** What a harbor in a shared transaction is made of. */
export interface SharedParts {
  /** For `new SqlUserStore(driver)`: within the transaction until it ends, then on the database itself. */
  readonly driver: SqlDriver;
  /** For `new UserHarbor({ defer })`: keeps mail, and whatever else no answer waits for, until the commit. */
  readonly defer: (work: () => Promise<void>) => void;
}

/**
 * Hands an application's transaction over to work on accounts.
 *
 * @param within the driver of the transaction
 * @param work gets what its harbor is made of; what it returns is returned
 */
export type ShareTransaction = <T>(within: SqlDriver, work: (parts: SharedParts) => Promise<T>) => Promise<T>;

/** What {@link shareTransaction} may be told. */
export interface ShareTransactionOptions {
  /** What would be the option `defer` of the harbor. Default: a later task. */
  readonly defer?: (work: () => Promise<void>) => void;
}

/**
 * Runs a transaction that writes accounts and the application's own rows: all of it commits, or nothing.
 *
 * Mail is sent once it has committed, and never when it rolled back. What a harbor refuses has written nothing, and the
 * work may go on after it. When the database undid the transaction for the sake of another one it is begun anew, as
 * that of a store is. A harbor made inside is good for this transaction alone.
 *
 * @param driver the database as a whole: what is deferred runs there once the transaction has committed
 * @param begin runs a transaction of the application's, and hands it over inside; may run more than once
 * @param options who runs what is deferred
 * @returns what `begin` returned, once it is committed
 *
 * @example
 * ```ts ignore
 * const engine = "postgresql";
 * await shareTransaction(kysely(db, { engine }), (share) =>
 *   db.transaction().execute((transaction) =>
 *     share(kysely(transaction, { engine }), async ({ driver, defer }) => {
 *       const harbor = new UserHarbor({ store: new SqlUserStore(driver), defer, emailSender, passwordHasher });
 *       await harbor.register({ username, email, password });
 *       await transaction.insertInto("profiles").values({ username, city }).execute();
 *     })
 *   ));
 * ```
 */
export async function shareTransaction<T>(
  driver: SqlDriver,
  begin: (share: ShareTransaction) => Promise<T>,
  { defer = inLaterTask }: ShareTransactionOptions = {},
): Promise<T> {
  const { result, all } = await retryRolledBack(driver, async () => {
    const all: Shared[] = [];
    const share: ShareTransaction = async (within, work) => {
      const shared = new Shared({ within, database: driver, defer });
      all.push(shared);
      const done = await work(shared);
      await shared.requireWhole();
      return done;
    };
    try {
      return { result: await begin(share), all };
    } catch (error) {
      for (const shared of all) shared.rolledBack();
      throw error;
    }
  });
  for (const shared of all) shared.committed();
  return result;
}

function inLaterTask(work: () => Promise<void>): void {
  setTimeout(() => void work(), 0);
}

interface SharedWhere {
  readonly within: SqlDriver;
  readonly database: SqlDriver;
  readonly defer: (work: () => Promise<void>) => void;
}

/** Parts that are within a transaction first, and on the database once it has committed. */
class Shared implements SharedParts {
  readonly driver: SqlDriver;
  readonly defer: (work: () => Promise<void>) => void;
  readonly #where: SharedWhere;
  #state: "open" | "committed" | "rolled back" = "open";
  #deferred: (() => Promise<void>)[] = [];
  /** What the engine said when it undid the transaction; some go on after that, and would keep its second half. */
  #undone: unknown;

  constructor(where: SharedWhere) {
    const { within, database } = this.#where = where;
    this.driver = {
      dialect: within.dialect,
      query: (sql, values) => this.#ask((driver) => driver.query(sql, values)),
      execute: (sql, values) => this.#ask((driver) => driver.execute(sql, values)),
      transaction: (work) => this.#ask((driver) => driver.transaction(work)),
      isDuplicate: (error) => within.isDuplicate(error),
      isSchemaThere: (error) => within.isSchemaThere(error),
      isSchemaMissing: (error) => within.isSchemaMissing(error),
      isRolledBack: (error) => this.#state === "committed" && database.isRolledBack(error),
    };
    this.defer = (work) => {
      if (this.#state === "open") this.#deferred.push(work);
      if (this.#state === "committed") where.defer(work);
    };
  }

  /** Rejects where the commit would drop the work in silence, as PostgreSQL does after an error that was swallowed. */
  async requireWhole(): Promise<void> {
    if (this.#undone !== undefined) throw this.#undone;
    await this.#where.within.query("SELECT 1", []);
  }

  committed(): void {
    this.#state = "committed";
    for (const work of this.#deferred.splice(0)) this.#where.defer(work);
  }

  rolledBack(): void {
    this.#state = "rolled back";
    this.#deferred = [];
  }

  async #ask<T>(call: (driver: SqlDriver) => Promise<T>): Promise<T> {
    if (this.#state === "rolled back") {
      throw new TypeError("Cannot use the store: its transaction was rolled back");
    }
    if (this.#state === "committed") return await call(this.#where.database);
    try {
      return await call(this.#where.within);
    } catch (error) {
      if (this.#where.database.isRolledBack(error)) this.#undone = error;
      throw error;
    }
  }
}
