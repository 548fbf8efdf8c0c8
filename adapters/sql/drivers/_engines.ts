import { mysqlDialect } from "../dialects/mysql.ts";
import { postgresqlDialect } from "../dialects/postgresql.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import type { EngineName, SqlDialect } from "../sql_driver.ts";
import type { EngineErrors } from "./_engine_errors.ts";
import { mysqlErrors } from "./_mysql_errors.ts";
import { numberedPlaceholders } from "./_numbered_placeholders.ts";
import { postgresqlErrors } from "./_postgresql_errors.ts";
import { sqliteErrors } from "./_sqlite_errors.ts";

/** Everything that depends on the engine and not on the client. */
export interface Engine {
  readonly dialect: SqlDialect;
  readonly errors: EngineErrors;
  /** Writes the placeholders of a statement as the engine does. */
  readonly placeholders: (sql: string) => string;
}

const ENGINES: Readonly<Record<EngineName, Engine>> = {
  sqlite: { dialect: sqliteDialect, errors: sqliteErrors, placeholders: (sql) => sql },
  postgresql: { dialect: postgresqlDialect, errors: postgresqlErrors, placeholders: numberedPlaceholders },
  mysql: { dialect: mysqlDialect, errors: mysqlErrors, placeholders: (sql) => sql },
};

/**
 * Finds an engine by its name.
 *
 * @param name as the application gave it
 * @returns the engine
 * @throws {TypeError} for another name
 */
export function engineOf(name: EngineName): Engine {
  if (!Object.hasOwn(ENGINES, name)) {
    throw new TypeError(
      `engine must be one of ${Object.keys(ENGINES).join(", ")}, not ${JSON.stringify(name)}`,
    );
  }
  return ENGINES[name];
}
