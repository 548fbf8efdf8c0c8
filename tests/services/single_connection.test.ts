import { UserHarbor } from "@userharbor/core";
import { RecordingEmailSender } from "@userharbor/core/testing";
import { migrate, type SqlDriver, SqlThrottle, SqlUserStore } from "@userharbor/sql";
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { after, before, describe, test } from "node:test";
import { FLOWS } from "../_flows.ts";
import { emailOf, openHarbor, PASSWORD } from "../_harness.ts";
import { RememberingHasher } from "../_remembering_hasher.ts";
import { Trial } from "../_trial.ts";
import { wholeLife } from "../_whole_life.ts";
import { mysql2Client, pgClient, postgresClient } from "./_clients.ts";
import { type Client, emptyTables } from "./_sql_stores.ts";
import { MariadbServer, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

/** Far more than any of it takes on a busy machine; whoever waits for a second connection waits for ever. */
const PATIENCE_MS = 60_000;

/** How many people use the one connection at once. */
const PEOPLE = 20;

let postgresql: PostgresqlServer;
let mariadb: MariadbServer;

before(async () => {
  if (withoutPostgresql === false) postgresql = await PostgresqlServer.start();
  if (withoutMariadb !== false) return;
  mariadb = await MariadbServer.start();
  await mariadb.createDatabase("accounts");
});
after(async () => {
  await postgresql?.[Symbol.asyncDispose]();
  await mariadb?.[Symbol.asyncDispose]();
});

const CLIENTS: readonly (readonly [name: string, skip: string | false, open: () => Client])[] = [
  ["pg", withoutPostgresql, () => pgClient(postgresql.url(), "read committed", 1)],
  ["postgres.js", withoutPostgresql, () => postgresClient(postgresql.url(), "read committed", 1)],
  ["mysql2", withoutMariadb, () => mysql2Client(mariadb.url("accounts"), 1)],
];

for (const [name, skip, open] of CLIENTS) {
  describe(`a pool of one connection of ${name}`, { skip }, () => {
    let client: Client;
    before(async () => {
      client = open();
      await migrate(client.driver);
    });
    after(async () => {
      await client?.end();
    });

    test("every flow on a pool of one connection comes to its end (T8, V12)", async () => {
      for (const [name, flow] of Object.entries(FLOWS)) {
        const trial = await Trial.open(flow, async () => {
          await emptyTables(client.driver);
          return new SqlUserStore(client.driver);
        });
        const ending = await inTime(name, trial.run({ throttle: new SqlThrottle(client.driver) }));
        assert.equal(ending.outcome, "done", name);
        const failed = ending.events.filter(({ outcome }) => outcome === "failed");
        assert.deepEqual(failed, [], name);
      }
    });

    test("twenty people at once on a pool of one connection come to their end, with an audit trail and limits (T8, V12)", async () => {
      const { driver } = client;
      await emptyTables(driver);
      const emailSender = new RecordingEmailSender();
      const harbor = new UserHarbor({
        store: new SqlUserStore(driver),
        throttle: new SqlThrottle(driver),
        passwordHasher: new RememberingHasher(),
        emailSender,
        auditTrail: true,
        maxSessionsPerUser: 3,
      });
      const lives = Array.from({ length: PEOPLE }, (_, index) => live(harbor, { emailSender, index }));
      await inTime("twenty lives", Promise.all(lives));
      assert.deepEqual(await driver.query("SELECT username FROM userharbor_users", []), []);
    });

    test("no password is hashed and no mail sent in a transaction of a server (T8, V12)", async () => {
      await emptyTables(client.driver);
      const inside = new AsyncLocalStorage<true>();
      let transactions = 0;
      const driver: SqlDriver = {
        ...client.driver,
        transaction: (work) => {
          transactions++;
          return client.driver.transaction((connection) => inside.run(true, () => work(connection)));
        },
      };
      const life = openHarbor({
        store: new SqlUserStore(driver),
        throttle: new SqlThrottle(driver),
        auditTrail: true,
      });
      let calls = 0;
      for (const port of [life.passwordHasher, life.emailSender]) {
        for (const method of methodsOf(port)) {
          const call = Reflect.get(port, method);
          Reflect.set(port, method, (...args: unknown[]) => {
            assert.equal(inside.getStore(), undefined, `${method}() in a transaction`);
            calls++;
            return Reflect.apply(call, port, args);
          });
        }
      }
      await inTime("a whole life", wholeLife(life));
      assert.ok(transactions > 20 && calls > 40, `${transactions} transactions, ${calls} calls`);
      assert.deepEqual(life.events.filter(({ outcome }) => outcome === "failed"), []);
      // It would be noticed.
      const noticed = driver.transaction(() => life.passwordHasher.hash(PASSWORD));
      await assert.rejects(noticed, { code: "ERR_ASSERTION" });
    });
  });
}

/** Somebody comes, acts and goes, at an address of their own. */
async function live(
  harbor: UserHarbor,
  { emailSender, index }: { readonly emailSender: RecordingEmailSender; readonly index: number },
): Promise<void> {
  const context = { address: `192.0.2.${index}` };
  const username = `person-${index}`;
  const email = emailOf(username);
  await harbor.register({ username, email, password: PASSWORD }, context);
  await harbor.settled();
  await harbor.verifyEmail(emailSender.tokenFor("verification", email), context);
  const { sessionToken } = await harbor.login({ username, password: PASSWORD }, context);
  const renaming = { sessionToken, password: PASSWORD, newUsername: `${username}-too` };
  await harbor.changeUsername(renaming, context);
  await harbor.sendPasswordReset(email, context);
  await harbor.settled();
  const resetToken = emailSender.tokenFor("password_reset", email);
  const newPassword = `${PASSWORD} ${index}`;
  await harbor.resetPassword({ resetToken, newPassword }, context);
  assert.equal(await harbor.verifySession(sessionToken, context), false);
  const again = await harbor.login({ username: email, password: newPassword }, context);
  await harbor.deleteAccount({ sessionToken: again.sessionToken, password: newPassword }, context);
  await harbor.settled();
}

/** What a class and those it extends do. */
function methodsOf(port: object): readonly string[] {
  const names = new Set<string>();
  for (let level = port; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof value === "function" && /^(hash|verify|needsRehash|send)/.test(name)) names.add(name);
    }
  }
  return [...names];
}

/** Rejects when something takes so long that it will never end. */
async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} waits for a connection that nobody gives`)),
      PATIENCE_MS,
    );
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
