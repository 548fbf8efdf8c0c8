import type { SqlDriver } from "./sql_driver.ts";
import { readSchemaVersion } from "./statements/_schema_version.ts";

/**
 * What busy neighbours may cost a call: about 5 s, as the pauses (1, 2, 4 … 64, then 100 ms, a quarter less on
 * average) add up.
 */
const MAX_ATTEMPTS = 72;
const LONGEST_PAUSE_MS = 100;

/** An engine that waits for a lock before it gives up takes 50 s on MySQL: after the second time nobody waits for more. */
const LONGEST_MS = 30_000;

/** A statement met what another one had just committed: the call has to start over, as if the engine had undone it. */
export class Overtaken extends Error {
  override readonly name: "Overtaken" = "Overtaken";
}

/**
 * Runs an attempt again for as long as the engine reports it as rolled back, with pauses that leave the event
 * loop free.
 *
 * @param driver tells what an error means
 * @param attempt one statement or one whole transaction
 * @returns what the first attempt that was not rolled back returned
 * @throws what the last attempt rejected with; where tables are missing, an error that names the remedy
 */
export async function retryRolledBack<T>(driver: SqlDriver, attempt: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  for (let attempts = 1;; attempts++) {
    try {
      const result = await attempt();
      answering.add(driver);
      return result;
    } catch (error) {
      const mayRunAgain = error instanceof Overtaken || driver.isRolledBack(error);
      const isSpent = attempts === MAX_ATTEMPTS ||
        attempts > 1 && performance.now() - startedAt > LONGEST_MS;
      if (isSpent || !mayRunAgain) throw await withRemedy(driver, error);
    }
    await pauseAfter(attempts);
  }
}

/** The drivers whose engine is known to understand their dialect. */
const answering: WeakSet<SqlDriver> = new WeakSet();

/** Random halves keep two neighbours that met once from meeting at every attempt. */
function pauseAfter(attempts: number): Promise<void> {
  const longest = Math.min(2 ** (attempts - 1), LONGEST_PAUSE_MS);
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + random / 2 ** 33)));
}

async function withRemedy(driver: SqlDriver, error: unknown): Promise<unknown> {
  const remedy = await remedyFor(driver, error);
  return remedy === null ? error : new Error(`Cannot use the database: ${remedy}`, { cause: error });
}

async function remedyFor(driver: SqlDriver, error: unknown): Promise<string | null> {
  if (driver.isSchemaMissing(error)) {
    return await isNewer(driver)
      ? "its tables are those of a later release; use that one"
      : "its UserHarbor tables are missing or out of date; call migrate(driver) first";
  }
  if (answering.has(driver) || !await isOtherEngine(driver)) return null;
  return `it does not answer as ${driver.dialect.name} does; give the driver the dialect of its engine`;
}

/** It answers what every engine understands, and not what its own does. */
async function isOtherEngine(driver: SqlDriver): Promise<boolean> {
  const answers = (sql: string) => driver.query(sql, []).then(() => true, () => false);
  return await answers("SELECT 1") && !await answers(driver.dialect.ownTime);
}

async function isNewer(driver: SqlDriver): Promise<boolean> {
  try {
    return await readSchemaVersion(driver) > driver.dialect.migrations.length;
  } catch {
    return false;
  }
}
