import { userStoreCases } from "@userharbor/core/testing";
import { after, before } from "node:test";
import { mysql2Client } from "./_clients.ts";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, records, ServiceStore } from "./_sql_stores.ts";
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

const cases = userStoreCases(() => openEmptyStore(client()), {
  another: () => new ServiceStore(client()),
  records,
});
runCases(cases, { subject: "MariaDB by mysql2 at REPEATABLE READ", skip: withoutMariadb });
