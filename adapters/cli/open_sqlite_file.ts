import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { closeSync, openSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { CommandError, refuseUsage } from "./command_error.ts";
import type { DatabaseLocation, OpenDatabase } from "./database.ts";
import { refuseMissingTables } from "./require_schema.ts";

type Sqlite = typeof import("node:sqlite");

/** https://www.sqlite.org/rescode.html#notadb */
const SQLITE_NOTADB = 26;

/**
 * Opens a SQLite file, and changes nothing in one that is not UserHarbor's.
 *
 * A file that is made is its owner's alone, since it holds password hashes.
 *
 * @throws {CommandError} when there is no such file, or it is something else
 */
export async function openSqliteFile({ location, mayCreate }: DatabaseLocation): Promise<OpenDatabase> {
  // SQLite would keep accounts in memory under this name, and lose them at the end of the command.
  if (location === ":memory:") refuseUsage("--database must be a file: a command leaves nothing in memory");
  const path = resolve(location);
  const migration = `userharbor migrate --database ${location}`;
  const sqlite = await loadSqlite();
  if (!isThere(path)) {
    if (!mayCreate) {
      throw new CommandError(
        "database_missing",
        `there is no database at ${path}: name the application's with --database, or make one with ` +
          `"${migration}"`,
      );
    }
    makeFile(path);
  }
  const database = open(path, sqlite);
  try {
    // Before the driver, which would switch the file of another program to write-ahead logging.
    if (!mayCreate && !hasTables(database)) refuseMissingTables({ name: location, migration });
    return { driver: nodeSqlite(database), close: () => database.close() };
  } catch (error) {
    database.close();
    if (Object(error).errcode === SQLITE_NOTADB) throw notADatabase(path);
    throw error;
  }
}

function isThere(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw notADatabase(path);
  return found !== undefined;
}

function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    if (Object(error).code !== "ENOENT") throw cannotOpen(path, error);
    throw new CommandError(
      "database_unusable",
      `cannot make ${path}: there is no such folder, make it first`,
    );
  }
}

/** Only now, since everything but a SQLite file works on a Node.js without it as well. */
async function loadSqlite(): Promise<Sqlite> {
  try {
    return await import("node:sqlite");
  } catch {
    throw new CommandError("database_unusable", "cannot open a SQLite file here: use Node.js 22.16 or later");
  }
}

function open(path: string, { DatabaseSync }: Sqlite): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function hasTables(database: DatabaseSync): boolean {
  database.exec("PRAGMA busy_timeout = 5000");
  const tables = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'userharbor_users'";
  return database.prepare(tables).get() !== undefined;
}

function notADatabase(path: string): CommandError {
  return new CommandError("database_unusable", `${path} is no SQLite database: name another file`);
}

function cannotOpen(path: string, error: unknown): CommandError {
  const { code, message } = Object(error);
  return new CommandError(
    "database_unusable",
    `cannot open ${path} (${code ?? message}): be the user whose file it is`,
  );
}
