import { userStoreCases } from "@userharbor/core/testing";
import { mysql2 } from "@userharbor/sql/mysql2";
import { createPool } from "mysql2/promise";
import { after, before, describe } from "node:test";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, ServiceStore } from "./_sql_stores.ts";
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
  const pool = createPool({ uri: server.url("accounts"), connectionLimit: 20 });
  return { driver: mysql2(pool), end: () => pool.end() };
}

describe("MariaDB by mysql2 at REPEATABLE READ", { skip: withoutMariadb }, () => {
  runCases(userStoreCases(() => openEmptyStore(client()), { another: () => new ServiceStore(client()) }));
});
