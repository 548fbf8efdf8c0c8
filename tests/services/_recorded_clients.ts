import { mysql2, type Mysql2Queryable } from "@userharbor/sql/mysql2";
import { pg, type PgQueryable } from "@userharbor/sql/pg";
import { createPool } from "mysql2/promise";
// @ts-types="npm:@types/pg@8.20.0"
import { Pool } from "pg";
import type { Client } from "./_sql_stores.ts";

/** A client, and every statement that it sent, those that begin and end transactions among them. */
export interface RecordedClient extends Client {
  readonly sent: readonly string[];
}

/** PostgreSQL by pg. */
export function recordedPgClient(url: string): RecordedClient {
  const pool = new Pool({ connectionString: url, max: 5 });
  const sent: string[] = [];
  const recorded = (queryable: PgQueryable): PgQueryable => ({
    query: (query) => {
      sent.push(query.text);
      return queryable.query(query);
    },
  });
  const driver = pg({
    ...recorded(pool),
    connect: async () => {
      const client = await pool.connect();
      return {
        ...recorded(client),
        release: (destroy?: boolean) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      };
    },
  });
  return { driver, end: () => pool.end(), sent };
}

/** MariaDB by mysql2. That a connection prepares a statement once is not counted. */
export function recordedMysql2Client(url: string): RecordedClient {
  const pool = createPool({ uri: url, connectionLimit: 5 });
  const sent: string[] = [];
  const recorded = (queryable: Mysql2Queryable): Mysql2Queryable => ({
    execute: (query) => {
      sent.push(query.sql);
      return queryable.execute(query);
    },
    query: (sql) => {
      sent.push(sql);
      return queryable.query(sql);
    },
  });
  const driver = mysql2({
    ...recorded(pool),
    getConnection: async () => {
      const connection = await pool.getConnection();
      return {
        ...recorded(connection),
        release: () => connection.release(),
        destroy: () => connection.destroy(),
      };
    },
  });
  return { driver, end: () => pool.end(), sent };
}
