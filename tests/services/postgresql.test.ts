import { userStoreCases } from "@userharbor/core/testing";
import { after, before } from "node:test";
import { pgClient, postgresClient } from "./_clients.ts";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, records, ServiceStore } from "./_sql_stores.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

let server: PostgresqlServer;

before(async () => {
  if (withoutPostgresql === false) server = await PostgresqlServer.start();
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
});

const CLIENTS: readonly (readonly [string, () => Client])[] = [
  ["pg at READ COMMITTED", () => pgClient(server.url())],
  ["pg at SERIALIZABLE", () => pgClient(server.url(), "serializable")],
  ["postgres.js at READ COMMITTED", () => postgresClient(server.url())],
  ["postgres.js at SERIALIZABLE", () => postgresClient(server.url(), "serializable")],
];

for (const [name, client] of CLIENTS) {
  const cases = userStoreCases(() => openEmptyStore(client()), {
    another: () => new ServiceStore(client()),
    records,
  });
  runCases(cases, { subject: `PostgreSQL by ${name}`, skip: withoutPostgresql });
}
