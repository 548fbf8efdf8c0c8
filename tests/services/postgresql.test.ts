import { userStoreCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SqlThrottle } from "@userharbor/sql";
import { pgClient, postgresClient } from "./_clients.ts";
import { fillTables, findScansOnPostgresql, findWholeReads } from "./_query_plans.ts";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, records, ServiceStore } from "./_sql_stores.ts";
import { StatementLog, useOutbox, useThrottle } from "./_statement_log.ts";
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

const log = new StatementLog();

for (const [name, client] of CLIENTS) {
  const cases = userStoreCases(() => openEmptyStore(client(), log), {
    another: () => new ServiceStore(client(), log),
    records,
  });
  runCases(cases, { subject: `PostgreSQL by ${name}`, skip: withoutPostgresql });
}

test("every statement that the contract ran finds its rows by an index on PostgreSQL", {
  skip: withoutPostgresql,
}, async () => {
  const { driver, end } = pgClient(server.url());
  await useThrottle(new SqlThrottle(log.recording(driver)));
  await useOutbox(log.recording(driver));
  assert.ok(log.statements.size > 50);
  await fillTables(driver);
  assert.deepEqual(await findWholeReads(driver, log.statements, findScansOnPostgresql), []);
  await driver.execute("DROP INDEX ix_userharbor_sessions_username", []);
  assert.notDeepEqual(await findWholeReads(driver, log.statements, findScansOnPostgresql), []);
  await end();
});
