import { throttleCases } from "@userharbor/core/testing";
import { after, before } from "node:test";
import { mysql2Client, pgClient, postgresClient } from "./_clients.ts";
import { runCases } from "./_run_cases.ts";
import type { Client } from "./_sql_stores.ts";
import { openEmptyThrottle, ServiceThrottle } from "./_sql_throttles.ts";
import { GaleraCluster, MariadbServer, withoutGalera, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

let postgresql: PostgresqlServer;
let mariadb: MariadbServer;
let galera: GaleraCluster;

before(async () => {
  if (withoutPostgresql === false) postgresql = await PostgresqlServer.start();
  if (withoutMariadb === false) {
    mariadb = await MariadbServer.start();
    await mariadb.createDatabase("accounts");
  }
  if (withoutGalera === false) {
    galera = await GaleraCluster.start();
    await galera.nodes[0]?.createDatabase("accounts");
  }
});
after(async () => {
  await postgresql?.[Symbol.asyncDispose]();
  await mariadb?.[Symbol.asyncDispose]();
  await galera?.[Symbol.asyncDispose]();
});

/** The nodes of Galera take turns. */
let next = 0;

function galeraClient(): Client {
  const node = galera.nodes[next++ % galera.nodes.length];
  return mysql2Client(node?.url("accounts") ?? "");
}

const CLIENTS: readonly (readonly [subject: string, skip: string | false, open: () => Client])[] = [
  ["PostgreSQL by pg at READ COMMITTED", withoutPostgresql, () => pgClient(postgresql.url())],
  ["PostgreSQL by pg at SERIALIZABLE", withoutPostgresql, () => pgClient(postgresql.url(), "serializable")],
  ["PostgreSQL by postgres.js", withoutPostgresql, () => postgresClient(postgresql.url())],
  ["MariaDB by mysql2", withoutMariadb, () => mysql2Client(mariadb.url("accounts"))],
  ["Galera by mysql2, each throttle on another node", withoutGalera, galeraClient],
];

for (const [subject, skip, open] of CLIENTS) {
  const cases = throttleCases(() => openEmptyThrottle(open()), {
    another: () => new ServiceThrottle(open()),
  });
  runCases(cases, { subject, skip });
}
