import { userStoreCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SqlThrottle } from "@userharbor/sql";
import { mysql2Client } from "./_clients.ts";
import { fillTables, findScansOnMariadb, findWholeReads } from "./_query_plans.ts";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, records, ServiceStore } from "./_sql_stores.ts";
import { StatementLog, useOutbox, useThrottle } from "./_statement_log.ts";
import { MariadbServer, withoutMariadb } from "./servers/mariadb.ts";

let server: MariadbServer;

before(async () => {
  if (withoutMariadb !== false) return;
  server = await MariadbServer.start();
  await server.createDatabase("accounts");
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
});

function client(): Client {
  return mysql2Client(server.url("accounts"));
}

const log = new StatementLog();

const cases = userStoreCases(() => openEmptyStore(client(), log), {
  another: () => new ServiceStore(client(), log),
  records,
});
runCases(cases, { subject: "MariaDB by mysql2 at REPEATABLE READ", skip: withoutMariadb });

test("every statement that the contract ran finds its rows by an index on MariaDB", {
  skip: withoutMariadb,
}, async () => {
  const { driver, end } = client();
  await useThrottle(new SqlThrottle(log.recording(driver)));
  await useOutbox(log.recording(driver));
  assert.ok(log.statements.size > 50);
  await fillTables(driver);
  assert.deepEqual(await findWholeReads(driver, log.statements, findScansOnMariadb), []);
  await driver.execute("ALTER TABLE userharbor_sessions DROP INDEX ix_userharbor_sessions_expires_at", []);
  assert.notDeepEqual(await findWholeReads(driver, log.statements, findScansOnMariadb), []);
  await end();
});
