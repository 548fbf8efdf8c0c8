import type { SqlCall } from "./_calls.ts";
import { retryRolledBack } from "./_retry.ts";
import type { SqlDriver } from "./sql_driver.ts";

/** One step that was taken. */
export interface MigrationStep {
  /** The version that the database has from now on. */
  readonly version: number;
  /** The version that this release brings it to. */
  readonly lastVersion: number;
}

/** What {@link migrate} may be told. */
export interface MigrateOptions {
  /** Told of each step that this very call took, once it is committed. Default: nobody is. */
  readonly onStep?: (step: MigrationStep) => void;
}

/**
 * Brings the tables of a database up to this release: creates them, or adopts those of the Python
 * `userharbor-sqlalchemy` with their rows.
 *
 * Each step is a transaction of its own and recorded in the table `userharbor_schema`, so calling it at every
 * start, and from several processes at once, is safe. Rows are kept.
 *
 * @param driver the database
 * @param options who is told how far it has come
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DatabaseSync } from "node:sqlite";
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { nodeSqlite } from "@userharbor/sql/node-sqlite";
 *
 * const driver = nodeSqlite(new DatabaseSync(":memory:"));
 * await migrate(driver);
 * assert.deepEqual(await new SqlUserStore(driver).listRoles(), new Set());
 * ```
 */
export async function migrate(driver: SqlDriver, { onStep }: MigrateOptions = {}): Promise<void> {
  const { migrations } = driver.dialect;
  for (const [index, script] of migrations.entries()) {
    const version = index + 1;
    const taken = await retryRolledBack(driver, () => driver.transaction(migrateTo(version, script)));
    if (taken) onStep?.({ version, lastVersion: migrations.length });
  }
}

/** True: this call took the step; false: it had been taken. */
function migrateTo(version: number, script: string): SqlCall<boolean> {
  return async (connection) => {
    await connection.execute(
      "CREATE TABLE IF NOT EXISTS userharbor_schema (version INTEGER NOT NULL PRIMARY KEY)",
      [],
    );
    const [applied] = await connection.query("SELECT 1 FROM userharbor_schema WHERE version >= ?", [version]);
    if (applied !== undefined) return false;
    for (const statement of script.split(/;\n/)) {
      if (statement.trim() !== "") await connection.execute(statement, []);
    }
    await connection.execute("INSERT INTO userharbor_schema (version) VALUES (?)", [version]);
    return true;
  };
}
