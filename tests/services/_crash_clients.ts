import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { DatabaseSync } from "node:sqlite";
import { pgClient } from "./_clients.ts";
import type { Client } from "./_sql_stores.ts";

/** Opens the database of a program that is to be killed, or was. */
export function openCrashClient(engine: string, where: string, connections: number): Client {
  if (engine === "PostgreSQL") return pgClient(where, "read committed", connections);
  const database = new DatabaseSync(where);
  return { driver: nodeSqlite(database), end: () => Promise.resolve(database.close()) };
}
