import { outboxQueueCases } from "@userharbor/core/testing";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { losesNoMail, sendsNoMailTwice } from "../_outbox_scenarios.ts";
import { mysql2Client, pgClient, postgresClient } from "./_clients.ts";
import { runCases } from "./_run_cases.ts";
import { openEmptyOutbox, ServiceOutbox } from "./_sql_outboxes.ts";
import type { Client } from "./_sql_stores.ts";
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
  ["Galera by mysql2, each queue on another node", withoutGalera, galeraClient],
];

for (const [subject, skip, open] of CLIENTS) {
  const cases = outboxQueueCases(() => openEmptyOutbox(open()), { another: () => new ServiceOutbox(open()) });
  runCases(cases, { subject, skip });
}

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./_outbox_program.ts", import.meta.url));

const SCENARIOS = {
  "PostgreSQL: a process killed after its answers, and workers killed while they deliver, lose no mail, and none arrives twice (T9)":
    losesNoMail,
  "PostgreSQL: four processes that deliver from one database send each mail once (T9)": sendsNoMailTwice,
};

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  test(name, { skip: withoutPostgresql }, async () => {
    await (await openEmptyOutbox(pgClient(postgresql.url())))[Symbol.asyncDispose]();
    await scenario({
      open: () => new ServiceOutbox(pgClient(postgresql.url())),
      program: {
        args: ["run", "-A", "--quiet", "--no-check", "--frozen", PROGRAM, postgresql.url()],
        cwd: FOLDER,
      },
    });
  });
}
