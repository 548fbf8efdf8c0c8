import { throttleCases, userStoreCases } from "@userharbor/core/testing";
import { migrate, shareTransaction, SqlUserStore } from "@userharbor/sql";
import { prisma } from "@userharbor/sql/prisma";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PrismaProject } from "./_prisma.ts";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, records, ServiceStore } from "./_sql_stores.ts";
import { openEmptyThrottle, ServiceThrottle } from "./_sql_throttles.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

const project = withoutPostgresql === false ? await PrismaProject.install() : withoutPostgresql;
const skip = typeof project === "string" ? project : false;
let server: PostgresqlServer;

before(async () => {
  if (skip === false) server = await PostgresqlServer.start();
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
  if (typeof project !== "string") project[Symbol.dispose]();
});

function open() {
  return typeof project === "string" ? assert.fail(project) : project.open(server.url());
}

function client(): Client {
  const opened = open();
  return { driver: prisma(opened, { engine: "postgresql" }), end: () => opened.$disconnect() };
}

const stores = userStoreCases(() => openEmptyStore(client()), {
  another: () => new ServiceStore(client()),
  records,
});
runCases(stores, { subject: "Prisma on PostgreSQL", skip });

const throttles = throttleCases(() => openEmptyThrottle(client()), {
  another: () => new ServiceThrottle(client()),
});
runCases(throttles, { subject: "Prisma on PostgreSQL", skip });

test(
  "shareTransaction() with Prisma commits both or neither, and a refusal leaves nothing (I5)",
  { skip },
  async () => {
    const opened = open();
    const driver = prisma(opened, { engine: "postgresql" });
    await migrate(driver);
    await driver.execute("CREATE TABLE profiles (username VARCHAR(255) PRIMARY KEY)", []);
    const store = new SqlUserStore(driver);
    const account = (name: string) => ({
      id: name,
      username: name,
      email: `${name}@example.org`,
      passwordHash: "hash",
    });
    const share = (name: string, work: (inside: SqlUserStore) => Promise<void>) =>
      shareTransaction(driver, (hand) =>
        opened.$transaction(async (transaction) => {
          await transaction.$executeRawUnsafe("INSERT INTO profiles (username) VALUES ($1)", name);
          await hand(
            prisma(transaction, { engine: "postgresql" }),
            (parts) => work(new SqlUserStore(parts.driver)),
          );
        }));
    const profiles = () => driver.query("SELECT username FROM profiles ORDER BY username", []);

    await share("zoe", (inside) => inside.createUser(account("zoe")));
    await assert.rejects(share("yan", async (inside) => {
      await inside.createUser(account("yan"));
      throw new Error("the application changed its mind");
    }));
    await share("xia", async (inside) => {
      await inside.createUser(account("xia"));
      const refused = inside.createUser({ ...account("zoe"), id: "again", email: "xia@example.org" });
      await assert.rejects(
        refused,
        (error) => (error as { readonly code?: string }).code === "username_taken",
      );
    });
    assert.deepEqual(await profiles(), [["xia"], ["zoe"]]);
    assert.equal(await store.getUserByUsername("yan"), null);
    assert.equal((await store.getUserByEmail("xia@example.org"))?.id, "xia");
    await opened.$disconnect();
  },
);

test("prisma() refuses an engine that nothing proves it on", () => {
  const database = { $queryRawUnsafe: () => assert.fail(), $executeRawUnsafe: () => assert.fail() };
  assert.throws(() => prisma(database, { engine: "mysql" as "postgresql" }), TypeError);
});
