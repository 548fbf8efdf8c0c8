/**
 * PostgreSQL as an application reaches it through Prisma, along with its interactive transactions.
 *
 * @module
 */

import type { SqlDriver, SqlValue } from "../sql_driver.ts";
import { bridgedDriver } from "./_bridged_driver.ts";
import type { EngineErrors } from "./_engine_errors.ts";
import { engineOf } from "./_engines.ts";
import { findInCauses } from "./_error_code.ts";
import type { StatementRunner } from "./_pooled_driver.ts";
import { postgresqlErrors } from "./_postgresql_errors.ts";

/** The part of a client that runs statements, inside a transaction or outside. */
export interface PrismaQueryable {
  /** The rows of a statement as objects. */
  $queryRawUnsafe(sql: string, ...values: SqlValue[]): PromiseLike<unknown>;
  /** How many rows a statement changed. */
  $executeRawUnsafe(sql: string, ...values: SqlValue[]): PromiseLike<number>;
}

/** How long an interactive transaction may take, in milliseconds. */
export interface PrismaPatience {
  /** Until there is a connection for it. */
  readonly maxWait: number;
  /** Until it ends. */
  readonly timeout: number;
}

/** The part of a `PrismaClient` that the driver touches; the client of a transaction lacks `$transaction`. */
export interface PrismaDatabase extends PrismaQueryable {
  /** Runs an interactive transaction. */
  $transaction?<T>(work: (transaction: PrismaQueryable) => Promise<T>, patience?: PrismaPatience): Promise<T>;
}

/** What is behind the client. */
export interface PrismaOptions {
  /** Which engine the client speaks to. */
  readonly engine: "postgresql";
}

/** Prisma's own are 2 and 5 seconds, after which it would break off what only waits for its turn. */
const PATIENCE: PrismaPatience = { maxWait: 30_000, timeout: 60_000 };

/**
 * Makes a driver of an application's own Prisma client, version 7 with a driver adapter.
 *
 * It uses raw statements alone, so the schema of Prisma's need not know UserHarbor's tables; name them in
 * `tables.external` of its configuration, or `prisma migrate` would drop them. Given the client of an interactive transaction,
 * the store works within it: what it writes commits, or is rolled back, with what the application writes. A harbor's
 * mail has to wait for the commit: see `shareTransaction`.
 *
 * @param database a `PrismaClient`, or what `$transaction` hands to its work
 * @param options which engine is behind it: PostgreSQL, the one that is proved
 * @returns the driver for `migrate`, `SqlUserStore`, `SqlThrottle` and `SqlOutboxQueue`
 * @throws {TypeError} for another engine
 *
 * @example
 * ```ts ignore
 * const driver = prisma(new PrismaClient({ adapter }), { engine: "postgresql" });
 * const store = new SqlUserStore(driver);
 * ```
 */
export function prisma(database: PrismaDatabase, { engine }: PrismaOptions): SqlDriver {
  const known = engineOf(engine);
  if (known.dialect.name !== "postgresql") throw new TypeError("engine must be postgresql with Prisma");
  return bridgedDriver({
    engine: { ...known, errors: prismaErrors },
    runner: runnerOn(database),
    transaction: database.$transaction === undefined
      ? null
      : <T>(work: (runner: StatementRunner) => Promise<T>) =>
        begin(database, (transaction) => work(runnerOn(transaction))),
  });
}

/** Prisma has a code of its own where the client has PostgreSQL's, and that one further inside. */
const prismaErrors: EngineErrors = {
  isDuplicate: (error) => postgresqlErrors.isDuplicate(asOfPostgresql(error)),
  isRolledBack: (error) => postgresqlErrors.isRolledBack(asOfPostgresql(error)),
  isSchemaMissing: (error) => postgresqlErrors.isSchemaMissing(asOfPostgresql(error)),
  isSchemaThere: (error) => postgresqlErrors.isSchemaThere(asOfPostgresql(error)),
};

interface PrismaMeta {
  readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: unknown } };
}

function asOfPostgresql(error: unknown): { readonly code: unknown } {
  const code = findInCauses(error, ({ code, meta }) => {
    // https://www.prisma.io/docs/orm/reference/error-reference: a write conflict or a deadlock.
    if (code === "P2034") return "40001";
    return (meta as PrismaMeta | undefined)?.driverAdapterError?.cause?.originalCode;
  });
  return { code };
}

function begin<T>(
  database: PrismaDatabase,
  work: (transaction: PrismaQueryable) => Promise<T>,
): Promise<T> {
  const begun = database.$transaction?.(work, PATIENCE);
  return begun ?? Promise.reject(new TypeError("Cannot begin: this client is a transaction's"));
}

function runnerOn(database: PrismaQueryable): StatementRunner {
  return {
    query: async (sql, values) => {
      const rows = await database.$queryRawUnsafe(sql, ...values);
      return (rows as readonly unknown[]).map((row) => Object.values(Object(row)));
    },
    execute: async (sql, values) => await database.$executeRawUnsafe(sql, ...values),
  };
}
