import { SqlThrottle } from "@userharbor/sql";
import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { Application } from "./_application.ts";
import { pgClient, postgresClient } from "./_clients.ts";
import { openOnMariadb, openOnPostgresql, type ServiceDatabase } from "./_engines.ts";
import { Load } from "./_load.ts";
import { createAccounts, Meeting, watched } from "./_rolled_back.ts";
import { GaleraCluster, withoutGalera } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

/** Requests that are answered before and after an outage. */
const STEADY = 200;

/** All of them come from one place. */
const NO_CLIENT_LIMITS = {
  loginsPerClient: null,
  failedLoginsPerClient: null,
  registrationsPerClient: null,
} as const;

/** People at three processes, with limits and an audit trail. */
function loadOn({ drivers, stores }: ServiceDatabase): Load {
  const app = new Application(drivers.map((driver, index) => ({
    store: stores[index] ?? assert.fail(),
    throttle: new SqlThrottle(driver),
    throttleLimits: NO_CLIENT_LIMITS,
    auditTrail: true,
  })));
  let next = 0;
  const passwordHashOf = (name: string) =>
    stores[next++ % stores.length]?.getPasswordHash(name) ?? assert.fail();
  return new Load(app, { steady: STEADY, passwordHashOf });
}

/** What nobody caught; on Node.js each ends the process. */
const uncaught: unknown[] = [];

process.on("uncaughtException", (error) => uncaught.push(error));
process.on("unhandledRejection", (error) => uncaught.push(error));

describe("PostgreSQL", { skip: withoutPostgresql }, () => {
  let server: PostgresqlServer;
  let databases = 0;
  before(async () => {
    server = await PostgresqlServer.start();
  });
  after(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  const RESTARTS = [["pg", pgClient, "stop"], ["pg", pgClient, "crash"], [
    "postgres.js",
    postgresClient,
    "crash",
  ]] as const;

  for (const [name, client, how] of RESTARTS) {
    test(`PostgreSQL by ${name} that is started again after a ${how} has lost nothing that was answered, and nobody was told that a secret is wrong (T11)`, async (t) => {
      await using database = await openOnPostgresql(server, `accounts_${++databases}`, client);
      const load = loadOn(database);
      await load.during(() => server.restart(how));
      await load.assertKept();
      t.diagnostic(`${load.answered} requests were answered, ${load.failed} failed and were made again`);
      assert.ok(load.failed > 0, "nobody noticed");
      assert.deepEqual(uncaught, []);
    });
  }
});

describe("Galera", { skip: withoutGalera }, () => {
  let cluster: GaleraCluster;
  let database: ServiceDatabase;
  before(async () => {
    cluster = await GaleraCluster.start();
    database = await openOnMariadb(cluster.nodes, "accounts");
  });
  after(async () => {
    await database?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test("of two transactions on two nodes of Galera the one that COMMIT rolls back, 1213, is begun anew (T7)", async () => {
    await database.empty();
    const nodes = database.drivers.map(watched);
    await createAccounts(database.stores[0] ?? assert.fail(), ["ada"]);
    const meeting = new Meeting(2);
    const runs = [0, 0];
    await Promise.all([0, 1].map((party) =>
      nodes[party]?.store.transaction(async (tx) => {
        runs[party]!++;
        assert.equal(await tx.createRole(`role-${party}`), true);
        assert.equal(await tx.setPasswordHash("ada", `by ${party}`), true);
        await meeting.come();
      })
    ));
    assert.deepEqual(runs.toSorted(), [1, 2]);
    assert.deepEqual(nodes.flatMap(({ undone }) => undone), [1213]);
    // The loser was the last to write.
    const loser = runs.indexOf(2);
    for (const store of database.stores) {
      assert.equal(await store.getPasswordHash("ada"), `by ${loser}`);
      assert.deepEqual(await store.listRoles(), new Set(["role-0", "role-1"]));
    }
  });

  test("a node of Galera that is killed and started again costs nothing that was answered, and nobody is told that a secret is wrong (T11)", async (t) => {
    await database.empty();
    const load = loadOn(database);
    const [, , node = assert.fail()] = cluster.nodes;
    await load.during(async () => {
      await node.kill();
      await node.startAgain();
    });
    await load.assertKept();
    t.diagnostic(`${load.answered} requests were answered, ${load.failed} failed and were made again`);
    assert.ok(load.failed > 0, "nobody noticed");
    assert.deepEqual(uncaught, []);
  });
});
