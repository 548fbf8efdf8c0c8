import { type Outbox, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import {
  migrate,
  type SharedParts,
  shareTransaction,
  type SqlDriver,
  SqlOutboxQueue,
  SqlUserStore,
} from "@userharbor/sql";
import { MailOutbox } from "@userharbor/outbox";
import { drizzle } from "@userharbor/sql/drizzle";
import { kysely } from "@userharbor/sql/kysely";
import { sql } from "drizzle-orm";
import { drizzle as drizzleOnPg } from "drizzle-orm/node-postgres";
import { CompiledQuery, Kysely, MysqlDialect, PostgresDialect } from "kysely";
import { createPool } from "mysql2";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
// @ts-types="npm:@types/pg@8.20.0"
import { Pool } from "pg";
import { MariadbServer, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

const PASSWORD = "correct horse battery staple";

let postgresql: PostgresqlServer;
let mariadb: MariadbServer;

before(async () => {
  if (withoutPostgresql === false) {
    postgresql = await PostgresqlServer.start();
    for (const name of ["kysely", "drizzle"]) await postgresql.createDatabase(name);
  }
  if (withoutMariadb === false) {
    mariadb = await MariadbServer.start();
    await mariadb.createDatabase("kysely");
  }
});
after(async () => {
  await postgresql?.[Symbol.asyncDispose]();
  await mariadb?.[Symbol.asyncDispose]();
});

/** Runs a statement of the application's own, in its own transaction. */
type Own = (statement: string) => Promise<unknown>;

/** An application that reaches its database by a query builder. */
interface Application {
  readonly driver: SqlDriver;
  readonly share: <T>(work: (own: Own, parts: SharedParts) => Promise<T>) => Promise<T>;
  readonly end: () => Promise<unknown>;
}

function withKysely(database: Kysely<unknown>, engine: "postgresql" | "mysql"): Application {
  const driver = kysely(database, { engine });
  return {
    driver,
    share: (work) =>
      shareTransaction(driver, (share) =>
        database.transaction().execute((transaction) => {
          const own: Own = (statement) => transaction.executeQuery(CompiledQuery.raw(statement));
          return share(kysely(transaction, { engine }), (parts) => work(own, parts));
        })),
    end: () => database.destroy(),
  };
}

function kyselyOnPg(): Application {
  const pool = new Pool({ connectionString: postgresql.url("kysely") });
  return withKysely(new Kysely({ dialect: new PostgresDialect({ pool }) }), "postgresql");
}

function kyselyOnMysql2(): Application {
  const pool = createPool({ uri: mariadb.url("kysely") });
  return withKysely(new Kysely({ dialect: new MysqlDialect({ pool }) }), "mysql");
}

function drizzleToPg(): Application {
  const pool = new Pool({ connectionString: postgresql.url("drizzle") });
  const database = drizzleOnPg(pool);
  const driver = drizzle(database, { engine: "postgresql", sql });
  return {
    driver,
    share: (work) =>
      shareTransaction(driver, (share) =>
        database.transaction((transaction) => {
          const own: Own = (statement) => transaction.execute(sql.raw(statement));
          return share(drizzle(transaction, { engine: "postgresql", sql }), (parts) => work(own, parts));
        })),
    end: () => pool.end(),
  };
}

interface Subject {
  readonly name: string;
  readonly skip: string | false;
  readonly open: () => Application;
  /** A statement that the engine refuses as it does when it undid the transaction for another one. */
  readonly undo: string;
}

const UNDO_ON_POSTGRESQL = "DO $$ BEGIN RAISE EXCEPTION 'undone' USING ERRCODE = '40001'; END $$";
const UNDO_ON_MARIADB = "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213";

const SUBJECTS: readonly Subject[] = [
  { name: "Kysely on PostgreSQL", skip: withoutPostgresql, open: kyselyOnPg, undo: UNDO_ON_POSTGRESQL },
  { name: "Drizzle on PostgreSQL", skip: withoutPostgresql, open: drizzleToPg, undo: UNDO_ON_POSTGRESQL },
  { name: "Kysely on MariaDB", skip: withoutMariadb, open: kyselyOnMysql2, undo: UNDO_ON_MARIADB },
];

for (const { name, skip, open, undo } of SUBJECTS) {
  describe(`shareTransaction() with ${name}`, { skip }, () => {
    let application: Application;
    let sender: RecordingEmailSender;
    let harbors: UserHarbor[];

    before(async () => {
      if (skip !== false) return;
      application = open();
      await migrate(application.driver);
      await application.driver.execute("CREATE TABLE profiles (username VARCHAR(255) PRIMARY KEY)", []);
    });
    after(async () => {
      await application?.end();
    });

    function harborOn(
      { driver, defer }: SharedParts,
      options: { readonly outbox?: Outbox } = {},
    ): UserHarbor {
      const store = new SqlUserStore(driver);
      const harbor = new UserHarbor({
        store,
        defer,
        emailSender: sender,
        passwordHasher: new FastPasswordHasher(),
        ...options,
      });
      harbors.push(harbor);
      return harbor;
    }

    function start(): SqlUserStore {
      sender = new RecordingEmailSender();
      harbors = [];
      return new SqlUserStore(application.driver);
    }

    async function profilesOf(username: string): Promise<number> {
      const rows = await application.driver.query("SELECT username FROM profiles WHERE username = ?", [
        username,
      ]);
      return rows.length;
    }

    const insert = (username: string) => `INSERT INTO profiles (username) VALUES ('${username}')`;
    const emailOf = (username: string) => `${username}@example.org`;
    const laterTask = () => new Promise((resolve) => setTimeout(resolve, 10));

    test("commits an account and a row together, and mail waits for it (I5)", async () => {
      const store = start();
      await application.share(async (own, parts) => {
        await harborOn(parts).register({ username: "ada", email: emailOf("ada"), password: PASSWORD });
        await own(insert("ada"));
        await laterTask();
        assert.deepEqual(sender.sent, []);
        assert.equal(await store.getUserByUsername("ada"), null);
      });
      for (const harbor of harbors) await harbor.settled();
      assert.equal(sender.sent.length, 1);
      assert.equal((await store.getUserByUsername("ada"))?.email, emailOf("ada"));
      assert.equal(await profilesOf("ada"), 1);
    });

    test("rolls both back, sends nothing, and the store is good for nothing (I5)", async () => {
      const store = start();
      const failure = new Error("the application changed its mind");
      let left: SqlUserStore | undefined;
      const shared = application.share(async (own, parts) => {
        left = new SqlUserStore(parts.driver);
        await harborOn(parts).register({ username: "bob", email: emailOf("bob"), password: PASSWORD });
        await own(insert("bob"));
        throw failure;
      });
      await assert.rejects(shared, (error) => error === failure);
      await laterTask();
      assert.deepEqual(sender.sent, []);
      assert.equal(await store.getUserByUsername("bob"), null);
      assert.equal(await profilesOf("bob"), 0);
      await assert.rejects(left?.listRoles() ?? Promise.resolve(), TypeError);
    });

    test("keeps mail of an outbox with both, and tells of it once they are committed (T9, I5)", async () => {
      start();
      const outbox = new MailOutbox({ keys: "k".repeat(42) + "A" });
      let woken = 0;
      outbox.onWake(() => woken++);
      const queue = new SqlOutboxQueue(application.driver);
      const waiting = async () => {
        const at = new Date(Date.now() + 1_000);
        return (await queue.claim({ at, leaseUntil: at, limit: 10 })).length;
      };
      const register = async (username: string, failure: Error | null) => {
        const shared = application.share(async (own, parts) => {
          const harbor = harborOn(parts, { outbox });
          await harbor.register({ username, email: emailOf(username), password: PASSWORD });
          await own(insert(username));
          await laterTask();
          assert.deepEqual([await waiting(), woken], [0, 0]);
          if (failure !== null) throw failure;
        });
        await shared.catch((error) => assert.equal(error, failure));
        await laterTask();
      };
      await register("mia", new Error("the application changed its mind"));
      assert.deepEqual([await waiting(), woken, await profilesOf("mia")], [0, 0, 0]);
      await register("max", null);
      assert.deepEqual([await waiting(), woken, await profilesOf("max")], [1, 1, 1]);
      assert.deepEqual(sender.sent, []);
    });

    test("goes on after a refusal, which leaves nothing half done (I5)", async () => {
      const store = start();
      const account = { id: "cid", username: "cid", email: emailOf("cid"), passwordHash: "hash" };
      await store.createUser(account);
      await store.createUser({ ...account, id: "dee", username: "dee", email: emailOf("dee") });
      await application.share(async (own, { driver }) => {
        const refused = new SqlUserStore(driver).createUser({
          ...account,
          id: "again",
          email: emailOf("dee"),
        });
        await assert.rejects(
          refused,
          (error) => (error as { readonly code?: string }).code === "username_taken",
        );
        await own(insert("cid"));
      });
      assert.equal((await store.getUserByEmail(emailOf("dee")))?.id, "dee");
      assert.equal(await profilesOf("cid"), 1);
    });

    test("lets what is deferred ask the database itself once it has committed", async () => {
      const store = start();
      await store.createUser({ id: "eve", username: "eve", email: emailOf("eve"), passwordHash: "hash" });
      await store.setUserVerified("eve");
      await application.share(async (own, parts) => {
        const harbor = harborOn(parts);
        await harbor.register({ username: "eve_again", email: emailOf("eve"), password: PASSWORD });
        await harbor.sendPasswordReset(emailOf("eve"));
        await own(insert("eve"));
      });
      for (const harbor of harbors) await harbor.settled();
      assert.deepEqual(sender.sent.map(({ kind }) => kind).toSorted(), ["address_in_use", "password_reset"]);
    });

    test("runs work again when the engine undid it, and nothing of the first run is left (I5)", async () => {
      const store = start();
      let runs = 0;
      const done = await application.share(async (own, parts) => {
        const run = ++runs;
        const username = `fay_${run}`;
        await harborOn(parts).register({ username, email: emailOf(username), password: PASSWORD });
        await own(insert(username));
        if (run === 1) await own(undo);
        return run;
      });
      assert.deepEqual([done, runs], [2, 2]);
      await harbors[1]?.settled();
      assert.deepEqual(sender.sent.map(({ to }) => to), [emailOf("fay_2")]);
      assert.equal(await store.getUserByUsername("fay_1"), null);
      assert.deepEqual([await profilesOf("fay_1"), await profilesOf("fay_2")], [0, 1]);
    });

    test("runs work again when it swallowed that the engine undid it, and sends one mail (I5)", async () => {
      const store = start();
      let runs = 0;
      await application.share(async (own, parts) => {
        const run = ++runs;
        const username = `hal_${run}`;
        await own(insert(username));
        if (run === 1) await parts.driver.execute(undo, []).catch(() => {});
        else await harborOn(parts).register({ username, email: emailOf(username), password: PASSWORD });
      });
      for (const harbor of harbors) await harbor.settled();
      assert.equal(runs, 2);
      assert.equal(sender.sent.length, 1);
      assert.equal((await store.getUserByUsername("hal_2"))?.username, "hal_2");
      assert.deepEqual([await profilesOf("hal_1"), await profilesOf("hal_2")], [0, 1]);
    });

    test("rejects when PostgreSQL would commit nothing after an error that was swallowed (I5)", {
      skip: name.endsWith("MariaDB") && "MariaDB undoes the one statement",
    }, async () => {
      const store = start();
      let runs = 0;
      const shared = application.share(async (own, parts) => {
        runs++;
        await harborOn(parts).register({ username: "gil", email: emailOf("gil"), password: PASSWORD });
        await own(insert("gil"));
        await own("SELECT nothing FROM nowhere").catch(() => {});
      });
      await assert.rejects(shared);
      await laterTask();
      assert.equal(runs, 1);
      assert.deepEqual(sender.sent, []);
      assert.equal(await store.getUserByUsername("gil"), null);
      assert.equal(await profilesOf("gil"), 0);
    });
  });
}
