import { migrate, schemaVersion, type SqlDriver, SqlUserStore } from "@userharbor/sql";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mysql2Client, pgClient } from "./_clients.ts";
import type { Client } from "./_sql_stores.ts";
import { MariadbServer, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

interface Engine {
  readonly name: string;
  readonly skip: string | false;
  readonly start: () => Promise<Server>;
  readonly client: (url: string) => Client;
  /** How the engine names every table, column and index, in an order of its own. */
  readonly describeSchema: string;
}

interface Server extends AsyncDisposable {
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
}

const ENGINES: readonly Engine[] = [
  {
    name: "PostgreSQL",
    skip: withoutPostgresql,
    start: () => PostgresqlServer.start(),
    client: pgClient,
    describeSchema:
      "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns " +
      "WHERE table_name LIKE 'userharbor%' UNION ALL " +
      "SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE tablename LIKE 'userharbor%' ORDER BY 1, 2",
  },
  {
    name: "MariaDB",
    skip: withoutMariadb,
    start: () => MariadbServer.start(),
    client: mysql2Client,
    describeSchema:
      "SELECT table_name, column_name, CONCAT(column_type, COALESCE(collation_name, '')), is_nullable " +
      "FROM information_schema.columns WHERE table_schema = DATABASE() UNION ALL " +
      "SELECT table_name, index_name, column_name, CONCAT(non_unique, seq_in_index) " +
      "FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1, 2, 3",
  },
];

/** A driver whose `count`-th statement of a migration is never run: the process ended. */
function breakingOff(driver: SqlDriver, count: number): SqlDriver {
  let left = count;
  return {
    ...driver,
    transaction: (work) =>
      driver.transaction((connection) =>
        work({
          ...connection,
          execute: (sql, values) => {
            if (left-- === 0) throw new Error("broken off");
            return connection.execute(sql, values);
          },
        })
      ),
  };
}

for (const { name, skip, start, client, describeSchema } of ENGINES) {
  describe(`migrate() on ${name}`, { skip }, () => {
    let server: Server;
    let databases = 0;
    before(async () => {
      server = await start();
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
    });

    async function withDatabase(use: (open: () => SqlDriver) => Promise<void>): Promise<void> {
      const database = `accounts_${++databases}`;
      await server.createDatabase(database);
      const clients: Client[] = [];
      try {
        await use(() => {
          const opened = client(server.url(database));
          clients.push(opened);
          return opened.driver;
        });
      } finally {
        for (const { end } of clients) await end();
      }
    }

    async function schemaOf(driver: SqlDriver): Promise<unknown> {
      return await driver.query(describeSchema, []);
    }

    test("takes each step once, from five clients at once, and nothing the second time (T18)", async () => {
      await withDatabase(async (open) => {
        const steps: number[] = [];
        const drivers = Array.from({ length: 5 }, open);
        await Promise.all(
          drivers.map((driver) => migrate(driver, { onStep: ({ version }) => steps.push(version) })),
        );
        const driver = open();
        assert.deepEqual(steps.toSorted(), driver.dialect.migrations.map((_, index) => index + 1));
        const schema = await schemaOf(driver);
        await migrate(driver, { onStep: () => assert.fail() });
        assert.deepEqual(await schemaOf(driver), schema);
      });
    });

    test("broken off before any statement goes on where it was, to the same schema (T18)", async () => {
      let straight: unknown;
      await withDatabase(async (open) => {
        await migrate(open());
        straight = await schemaOf(open());
      });
      for (let count = 0, broken = true; broken; count++) {
        await withDatabase(async (open) => {
          broken = await migrate(breakingOff(open(), count)).then(() => false, () => true);
          await migrate(open());
          assert.deepEqual(await schemaOf(open()), straight, `after ${count} statements`);
          assert.equal(await schemaVersion(open()), open().dialect.migrations.length);
        });
      }
    });

    test("refuses a database that has seen another text of a step, and leaves it as it is", async () => {
      await withDatabase(async (open) => {
        const driver = open();
        await migrate(driver);
        await driver.execute("UPDATE userharbor_schema SET checksum = ? WHERE version = 1", ["another"]);
        const schema = await schemaOf(driver);
        await assert.rejects(migrate(driver), /step 1/);
        assert.deepEqual(await schemaOf(driver), schema);
      });
    });

    test("refuses tables of the Python original whose accounts are in another table", {
      skip: name === "MariaDB" && "adopts nothing there",
    }, async () => {
      await withDatabase(async (open) => {
        const driver = open();
        await driver.execute("CREATE TABLE members (username VARCHAR(255) PRIMARY KEY)", []);
        await driver.execute(
          "CREATE TABLE userharbor_sessions (token_hash VARCHAR(128) PRIMARY KEY, expires_at TIMESTAMPTZ NOT NULL, " +
            "username VARCHAR(255) NOT NULL REFERENCES members (username) ON DELETE CASCADE)",
          [],
        );
        await driver.execute("INSERT INTO members VALUES ('Ada')", []);
        await driver.execute("INSERT INTO userharbor_sessions VALUES ('hash', now(), 'Ada')", []);
        await assert.rejects(migrate(driver), /accounts in another table/);
        assert.equal((await driver.query("SELECT token_hash FROM userharbor_sessions", [])).length, 1);
      });
    });

    test("a store without tables names the remedy, and one of a later release another", async () => {
      await withDatabase(async (open) => {
        const store = new SqlUserStore(open());
        await assert.rejects(store.getUserByUsername("ada"), /call migrate\(driver\) first/);
        await migrate(open());
        assert.equal(await store.getUserByUsername("ada"), null);
        await open().execute("INSERT INTO userharbor_schema (version, checksum) VALUES (1000, 'later')", []);
        await open().execute("ALTER TABLE userharbor_users RENAME COLUMN serial TO edition", []);
        await assert.rejects(
          store.addSession({ username: "ada", tokenHash: "hash", expiresAt: new Date() }),
          /later release/,
        );
      });
    });

    test("diagnose() finds nothing after it, and each index that is dropped", async () => {
      await withDatabase(async (open) => {
        const driver = open();
        await migrate(driver);
        const store = new SqlUserStore(driver);
        assert.deepEqual(await store.diagnose(new Date()), []);
        const onTable = name === "PostgreSQL" ? "" : " ON userharbor_users";
        await driver.execute(`DROP INDEX ix_userharbor_users_email${onTable}`, []);
        const findings = await store.diagnose(new Date());
        assert.deepEqual(findings.map(({ code, level }) => [code, level]), [["missing_index", "unsafe"]]);
        const late = await store.diagnose(new Date(Date.now() + 120_000));
        assert.ok(late.some(({ code }) => code === "clock_skew"));
      });
    });
  });
}
