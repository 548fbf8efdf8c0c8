import { userStoreCases } from "@userharbor/core/testing";
import { pg } from "@userharbor/sql/pg";
import { postgres } from "@userharbor/sql/postgres";
import { after, before, describe } from "node:test";
// @ts-types="npm:@types/pg@8.20.0"
import { Pool } from "pg";
import postgresJs from "postgres";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, ServiceStore } from "./_sql_stores.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

let server: PostgresqlServer;

before(async () => {
  if (withoutPostgresql === false) server = await PostgresqlServer.start();
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
});

const CONNECTIONS = 20;

function pgClient(isolation: string): () => Client {
  return () => {
    const options = `-c default_transaction_isolation=${isolation}`;
    const pool = new Pool({ connectionString: server.url(), max: CONNECTIONS, options });
    return { driver: pg(pool), end: () => pool.end() };
  };
}

function postgresClient(isolation: "read committed" | "serializable"): () => Client {
  return () => {
    const connection = { default_transaction_isolation: isolation };
    const sql = postgresJs(server.url(), { max: CONNECTIONS, onnotice: () => {}, connection });
    return { driver: postgres(sql), end: () => sql.end() };
  };
}

const CLIENTS: readonly (readonly [string, () => Client])[] = [
  ["pg at READ COMMITTED", pgClient("read\\ committed")],
  ["pg at SERIALIZABLE", pgClient("serializable")],
  ["postgres.js at READ COMMITTED", postgresClient("read committed")],
  ["postgres.js at SERIALIZABLE", postgresClient("serializable")],
];

for (const [name, client] of CLIENTS) {
  describe(`PostgreSQL by ${name}`, { skip: withoutPostgresql }, () => {
    runCases(userStoreCases(() => openEmptyStore(client()), { another: () => new ServiceStore(client()) }));
  });
}
