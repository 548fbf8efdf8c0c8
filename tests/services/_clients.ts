import { mysql2 } from "@userharbor/sql/mysql2";
import { pg } from "@userharbor/sql/pg";
import { postgres } from "@userharbor/sql/postgres";
import { createPool } from "mysql2/promise";
// @ts-types="npm:@types/pg@8.20.0"
import { Pool } from "pg";
import postgresJs from "postgres";
import type { Client } from "./_sql_stores.ts";

/** As many as a busy server of an application opens. */
const CONNECTIONS = 20;

/** The two isolation levels of PostgreSQL that are worth having. */
export type Isolation = "read committed" | "serializable";

/** PostgreSQL by pg. */
export function pgClient(
  url: string,
  isolation: Isolation = "read committed",
  max: number = CONNECTIONS,
): Client {
  const options = `-c default_transaction_isolation=${isolation.replace(" ", "\\ ")}`;
  const pool = new Pool({ connectionString: url, max, options });
  // A server that is restarted ends idle connections; the pool opens others.
  pool.on("error", () => {});
  return { driver: pg(pool), end: () => pool.end() };
}

/** PostgreSQL by postgres.js. */
export function postgresClient(
  url: string,
  isolation: Isolation = "read committed",
  max: number = CONNECTIONS,
): Client {
  const connection = { default_transaction_isolation: isolation };
  // Of its own accord it pauses up to 20 s before it connects again, and waits 30 s for a connection it cannot make.
  const reconnection = { backoff: () => 0.1, connect_timeout: 5 };
  const sql = postgresJs(url, { max, ...reconnection, onnotice: () => {}, connection });
  // Without an end to its patience it waits for ever for a connection that was lost in the middle of a statement.
  return { driver: postgres(sql), end: () => sql.end({ timeout: 1 }) };
}

/** MariaDB, or a node of Galera, by mysql2. */
export function mysql2Client(url: string, connectionLimit: number = CONNECTIONS): Client {
  const pool = createPool({ uri: url, connectionLimit });
  return { driver: mysql2(pool), end: () => pool.end() };
}
