import { retryRolledBack } from "./_retry.ts";
import type { SqlDriver } from "./sql_driver.ts";
import { readSchemaVersion } from "./statements/_schema_version.ts";

/**
 * Reads how many migrations a database has seen, so that a tool can tell an older or a newer release's from its own.
 *
 * Changes nothing. This release brings a database up to `driver.dialect.migrations.length`.
 *
 * @param driver the database
 * @returns 0 where there are no tables, or only those of the Python original
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DatabaseSync } from "node:sqlite";
 * import { migrate, schemaVersion } from "@userharbor/sql";
 * import { nodeSqlite } from "@userharbor/sql/node-sqlite";
 *
 * const driver = nodeSqlite(new DatabaseSync(":memory:"));
 * assert.equal(await schemaVersion(driver), 0);
 * await migrate(driver);
 * assert.equal(await schemaVersion(driver), driver.dialect.migrations.length);
 * ```
 */
export async function schemaVersion(driver: SqlDriver): Promise<number> {
  return await retryRolledBack(driver, async () => {
    try {
      return await readSchemaVersion(driver);
    } catch (error) {
      if (driver.isSchemaMissing(error)) return 0;
      throw error;
    }
  });
}
