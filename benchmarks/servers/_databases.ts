import type { SqlDriver } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { DatabaseSync } from "node:sqlite";
import { mysql2Client, pgClient } from "../../tests/services/_clients.ts";

/** As many as have something to do here. */
const CONNECTIONS = 5;

/** The engines that are measured. */
export type Engine = "SQLite" | "PostgreSQL" | "MariaDB";

/** A driver of one database, and what closes it. */
export interface OpenDatabase {
  readonly driver: SqlDriver;
  readonly close: () => Promise<unknown>;
}

/**
 * Opens a database.
 *
 * @param engine which it belongs to
 * @param location a file's path on SQLite, elsewhere a URL
 */
export function openDatabase(engine: Engine, location: string): OpenDatabase {
  if (engine === "SQLite") {
    const file = new DatabaseSync(location);
    return { driver: nodeSqlite(file), close: () => Promise.resolve(file.close()) };
  }
  const { driver, end } = engine === "PostgreSQL"
    ? pgClient(location, "read committed", CONNECTIONS)
    : mysql2Client(location, CONNECTIONS);
  return { driver, close: end };
}
