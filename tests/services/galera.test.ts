import { userStoreCases } from "@userharbor/core/testing";
import { migrate, schemaVersion } from "@userharbor/sql";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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

test("Galera: migrate() on all three nodes at once leaves one schema, each step recorded once (T18)", {
  skip: withoutGalera,
}, async () => {
  await cluster.nodes[0]?.createDatabase("migrated");
  const clients = cluster.nodes.map((node) => mysql2Client(node.url("migrated")));
  try {
    await Promise.all(clients.map(({ driver }) => migrate(driver)));
    for (const { driver } of clients) {
      assert.equal(await schemaVersion(driver), driver.dialect.migrations.length);
      await new ServiceStore({ driver, end: () => Promise.resolve() }).listRoles();
    }
  } finally {
    for (const { end } of clients) await end();
  }
});
