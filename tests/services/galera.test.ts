import { userStoreCases } from "@userharbor/core/testing";
import { mysql2 } from "@userharbor/sql/mysql2";
import { createPool } from "mysql2/promise";
import { after, before, describe } from "node:test";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, ServiceStore } from "./_sql_stores.ts";
import { GaleraCluster, withoutGalera } from "./servers/mariadb.ts";

let cluster: GaleraCluster;

before(async () => {
  if (withoutGalera !== false) return;
  cluster = await GaleraCluster.start();
  await cluster.nodes[0]?.createDatabase("accounts");
});
after(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

/** The nodes take turns. */
let next = 0;

function client(): Client {
  const node = cluster.nodes[next++ % cluster.nodes.length];
  const pool = createPool({ uri: node?.url("accounts") ?? "", connectionLimit: 20 });
  return { driver: mysql2(pool), end: () => pool.end() };
}

describe("Galera by mysql2, each store on another node", { skip: withoutGalera }, () => {
  runCases(userStoreCases(() => openEmptyStore(client()), { another: () => new ServiceStore(client()) }));
});
