import { userStoreCases } from "@userharbor/core/testing";
import { after, before } from "node:test";
import { mysql2Client } from "./_clients.ts";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, records, ServiceStore } from "./_sql_stores.ts";
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
  return mysql2Client(node?.url("accounts") ?? "");
}

const cases = userStoreCases(() => openEmptyStore(client()), {
  another: () => new ServiceStore(client()),
  records,
});
runCases(cases, { subject: "Galera by mysql2, each store on another node", skip: withoutGalera });
