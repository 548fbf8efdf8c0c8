import { requireDriver } from "./_require_driver.ts";
import { retryRolledBack } from "./_retry.ts";
import type { SqlConnection, SqlDriver } from "./sql_driver.ts";

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
 * Each step is taken under a lock, by one caller only, and recorded with its checksum in the table
 * `userharbor_schema`: calling it at every start, and from several processes at once, is safe. A step that was broken
 * off is taken again. Rows are kept, and a database of a later release is left as it is.
 *
 * @param driver the database
 * @param options who is told how far it has come
 * @throws {TypeError} for what is no driver
 * @throws {Error} when the database has seen another text of a step, as an edited or a foreign migration leaves
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
  const { migrations } = requireDriver(driver).dialect;
  for (const [index, script] of migrations.entries()) {
    const version = index + 1;
    const step: Step = { version, script, checksum: await sha256(script.trimStart()) };
    const taken = await retryRolledBack(
      driver,
      () => driver.transaction((connection) => underLock(connection, () => take(connection, step))),
    );
    if (taken) onStep?.({ version, lastVersion: migrations.length });
  }
}

interface Step {
  readonly version: number;
  readonly script: string;
  /** SHA-256 of the script as it is in its file of plain SQL, 64 lower-case hex digits. */
  readonly checksum: string;
}

/** True: this call took the step; false: it had been taken. */
async function take(connection: SqlConnection, { version, script, checksum }: Step): Promise<boolean> {
  await connection.execute(
    "CREATE TABLE IF NOT EXISTS userharbor_schema " +
      "(version INTEGER NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL)",
    [],
  );
  const [row] = await connection.query<readonly [string]>(
    "SELECT checksum FROM userharbor_schema WHERE version = ?",
    [version],
  );
  if (row !== undefined) {
    if (row[0] === checksum) return false;
    throw new Error(
      `Cannot migrate the database: it has seen another text of step ${version} than this release has; ` +
        "use the release that made it, or restore a copy",
    );
  }
  for (const statement of script.split(/;\n/)) {
    if (statement.trim() !== "") await runUnlessDone(connection, statement);
  }
  return await note(connection, { version, checksum });
}

/** The lock of MySQL is one server's: on another node of a cluster the same step may have been noted first. */
async function note(
  connection: SqlConnection,
  { version, checksum }: Omit<Step, "script">,
): Promise<boolean> {
  try {
    // Not "or ignore": where a step is sent as one batch, this row is what stops the later of two callers.
    await connection.execute("INSERT INTO userharbor_schema (version, checksum) VALUES (?, ?)", [
      version,
      checksum,
    ]);
    return true;
  } catch (error) {
    if (!connection.isDuplicate(error)) throw error;
    return false;
  }
}

/** Where each statement commits by itself, some of a step that was broken off have been run. */
async function runUnlessDone(connection: SqlConnection, statement: string): Promise<void> {
  try {
    await connection.execute(statement, []);
  } catch (error) {
    if (!connection.isSchemaThere(error)) throw error;
  }
}

async function underLock<T>(connection: SqlConnection, work: () => Promise<T>): Promise<T> {
  const { migrationLock } = connection.dialect;
  if (migrationLock === null) return await work();
  const [row] = await connection.query(migrationLock.acquire, []);
  if (Number(row?.[0]) !== 1) {
    throw new Error("Cannot migrate the database: another migration of it takes too long; try again");
  }
  try {
    return await work();
  } finally {
    // A connection that was lost has given the lock back, and what led here says more.
    if (migrationLock.release !== null) await connection.query(migrationLock.release, []).catch(() => {});
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
