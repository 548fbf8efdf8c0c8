import type { SqlDriver } from "./sql_driver.ts";

const METHODS = [
  "query",
  "execute",
  "transaction",
  "isDuplicate",
  "isRolledBack",
  "isSchemaMissing",
] as const;

/**
 * Refuses what is no driver, a database client above all, before anything is asked of it.
 *
 * @param driver what the application handed over
 * @returns the driver itself
 * @throws {TypeError} naming what is missing, and the remedy
 */
export function requireDriver(driver: SqlDriver): SqlDriver {
  const candidate = Object(driver) as { readonly [name in keyof SqlDriver]?: unknown };
  const missing = METHODS.find((name) => typeof candidate[name] !== "function") ??
    (typeof candidate.dialect === "object" && candidate.dialect !== null ? undefined : "dialect");
  if (missing === undefined) return driver;
  throw new TypeError(
    `driver has no ${missing}: it must be what nodeSqlite, pg, mysql2, kysely or another function of ` +
      "@userharbor/sql makes of a database client",
  );
}
