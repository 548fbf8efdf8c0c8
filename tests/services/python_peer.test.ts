import { migrate, type SqlDriver, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { pgClient } from "./_clients.ts";
import { addressOf, ourSide, type Peers, peersOn, pythonSide, SECRET, type Side } from "./_peers.ts";
import { PythonHome } from "./_python_peer.ts";
import type { Client } from "./_sql_stores.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

/** Good for the rules of either side. */
const [PASSWORD, ANOTHER_PASSWORD] = ["Correct-horse-battery-1", "Another-horse-battery-2"];

const folder = mkdtempSync(join(tmpdir(), "userharbor-peers-"));
const home = await PythonHome.install();
const withoutPython = typeof home === "string" ? home : false;
let postgresql: PostgresqlServer;

before(async () => {
  if (withoutPython === false && withoutPostgresql === false) postgresql = await PostgresqlServer.start();
});
after(async () => {
  await postgresql?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  if (typeof home !== "string") home[Symbol.dispose]();
});

interface Engine {
  readonly name: string;
  readonly skip: string | false;
  /** Makes an empty database, and says where Python finds it. */
  readonly create: (database: string) => Promise<string>;
  readonly client: (database: string) => Client;
}

const ENGINES: readonly Engine[] = [
  {
    name: "one SQLite file",
    skip: withoutPython,
    create: (database) => Promise.resolve(`sqlite:///${join(folder, database)}`),
    client: (database) => {
      const file = new DatabaseSync(join(folder, database));
      return { driver: nodeSqlite(file), end: () => Promise.resolve(file.close()) };
    },
  },
  {
    name: "one PostgreSQL database",
    skip: withoutPython || withoutPostgresql,
    create: async (database) => {
      await postgresql.createDatabase(database);
      return postgresql.url(database).replace("postgres:", "postgresql+psycopg:");
    },
    client: (database) => pgClient(postgresql.url(database)),
  },
];

function pythonHome(): PythonHome {
  return typeof home === "string" ? assert.fail(home) : home;
}

/** Every table with rows of one account. */
const TABLES = ["users", "sessions", "email_verifications", "password_resets", "user_roles"];

async function tablesNaming(driver: SqlDriver, username: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const table of TABLES) {
    const rows = await driver.query(`SELECT username FROM userharbor_${table} WHERE username = ?`, [
      username,
    ]);
    if (rows.length > 0) found.push(table);
  }
  return found;
}

async function registered(side: Side, username: string): Promise<void> {
  await side.verifyEmail(await side.register(username, PASSWORD));
}

async function refuses(call: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(call, (error) => (error as { readonly code?: unknown }).code === code);
}

/** As a session that was opened long ago: it ends tomorrow. */
async function age(driver: SqlDriver, username: string): Promise<void> {
  const tomorrow = driver.dialect.encodeInstant(new Date(Date.now() + 86_400_000));
  await driver.execute("UPDATE userharbor_sessions SET expires_at = ? WHERE username = ?", [
    tomorrow,
    username,
  ]);
}

async function daysLeft(driver: SqlDriver, username: string): Promise<number> {
  const [session] = await new SqlUserStore(driver).listSessions(username);
  return Math.round((Number(session?.expiresAt) - Date.now()) / 86_400_000);
}

interface Pair {
  readonly one: Side;
  readonly other: Side;
  readonly driver: SqlDriver;
}

/** What one side begins the other one goes on with; `mark` keeps the names of two runs apart. */
function crossings(name: string, mark: string, pair: () => Pair): void {
  test(`${name}: an account is verified, logged into in another spelling, and its session used and ended`, async () => {
    const { one, other } = pair();
    const username = `Ada_${mark}`;
    await other.verifyEmail(await one.register(username, PASSWORD));
    const own = await one.login(username, PASSWORD);
    const token = await other.login(username.toUpperCase(), PASSWORD);
    for (const side of [one, other]) {
      assert.equal(await side.isLive(own), true);
      assert.equal(await side.whoIs(token), username);
    }
    await one.logout(token);
    for (const side of [one, other]) {
      assert.equal(await side.isLive(token), false);
      assert.equal(await side.isLive(own), true);
    }
    await other.logoutAll(own);
    assert.equal(await one.isLive(own), false);
  });

  test(`${name}: a taken name, a wrong password and an unverified account are refused on both`, async () => {
    const { one, other } = pair();
    const username = `Bob_${mark}`;
    await one.register(username, PASSWORD);
    await assert.rejects(other.register(username, PASSWORD));
    for (const side of [one, other]) {
      await refuses(side.login(username, ANOTHER_PASSWORD), "invalid_credentials");
      await refuses(side.login(username, PASSWORD), "unverified_user");
    }
  });

  test(`${name}: a token resets the password once and ends every session (I2)`, async () => {
    const { one, other } = pair();
    const username = `Cid_${mark}`;
    await registered(one, username);
    const tokens = [await one.login(username, PASSWORD), await other.login(username, PASSWORD)];
    const reset = await one.sendPasswordReset(username);
    await other.resetPassword(reset, ANOTHER_PASSWORD);
    for (const side of [one, other]) {
      for (const token of tokens) assert.equal(await side.isLive(token), false);
      await refuses(side.resetPassword(reset, PASSWORD), "invalid_password_reset_token");
      await refuses(side.login(username, PASSWORD), "invalid_credentials");
      await side.login(username, ANOTHER_PASSWORD);
    }
  });

  test(`${name}: a new password ends the sessions and the reset token of the other`, async () => {
    const { one, other } = pair();
    const username = `Dee_${mark}`;
    await registered(one, username);
    const token = await one.login(username, PASSWORD);
    const reset = await one.sendPasswordReset(username);
    const session = await other.login(username, PASSWORD);
    await other.changePassword(session, [PASSWORD, ANOTHER_PASSWORD]);
    assert.equal(await one.isLive(token), false);
    await refuses(one.resetPassword(reset, PASSWORD), "invalid_password_reset_token");
    await one.login(username, ANOTHER_PASSWORD);
  });

  test(`${name}: a session near its end is moved on by the other`, async () => {
    const { one, other, driver } = pair();
    const username = `Gil_${mark}`;
    await registered(one, username);
    const token = await one.login(username, PASSWORD);
    await age(driver, username);
    assert.equal(await other.isLive(token), true);
    // Ours are moved on by whoever checks them; Python's, which say not when they were opened, by Python alone.
    const [session] = await new SqlUserStore(driver).listSessions(username);
    assert.equal(await daysLeft(driver, username), session?.createdAt === undefined ? 1 : 30);
    assert.equal(await one.isLive(token), true);
    assert.equal(await daysLeft(driver, username), 30);
  });

  test(`${name}: a role is seen as soon as it is granted, and no more once it is revoked or deleted`, async () => {
    const { one, other } = pair();
    const [username, role, permission] = [`Eve_${mark}`, `editor-${mark}`, `notes.${mark}`];
    await registered(one, username);
    const token = await one.login(username, PASSWORD);
    await one.createRole(role, permission);
    assert.equal(await other.holds(token, permission), false);
    await one.grantRole(username, role);
    assert.equal(await other.holds(token, permission), true);
    await other.revokeRole(username, role);
    assert.equal(await one.holds(token, permission), false);
    await other.grantRole(username, role);
    assert.equal(await one.holds(token, permission), true);
    await one.deleteRole(role);
    assert.equal(await other.holds(token, permission), false);
  });

  test(`${name}: an account with everything is deleted whole, and its name inherits nothing (I4)`, async () => {
    const { one, other, driver } = pair();
    const [username, role, permission] = [`Fay_${mark}`, `owner-${mark}`, `things.${mark}`];
    await registered(one, username);
    const token = await one.login(username, PASSWORD);
    await one.createRole(role, permission);
    await one.grantRole(username, role);
    await one.sendPasswordReset(username);
    await new SqlUserStore(driver).setEmailVerification({
      username,
      tokenHash: mark.padEnd(64, "0"),
      expiresAt: new Date(),
      email: "fay@example.net",
    });
    assert.deepEqual(await tablesNaming(driver, username), TABLES);
    await other.deleteAccount(token, PASSWORD);
    assert.deepEqual(await tablesNaming(driver, username), []);
    await registered(one, username);
    const again = await other.login(username, PASSWORD);
    assert.equal(await one.isLive(token), false);
    assert.equal(await one.holds(again, permission), false);
  });
}

test("the Python of the guide runs", { skip: withoutPython }, async () => {
  const guide = readFileSync(new URL("../../docs/python.md", import.meta.url), "utf8");
  const blocks = [...guide.matchAll(/^ *```python\n(.*?)^ *```$/gms)].map(([, block = ""]) => block);
  assert.equal(blocks.length, 2);
  const script = [
    "import os",
    "os.environ['SECRET_KEY'] = 'a secret of the guide'",
    "email_sender = None",
    ...blocks.map((block) => block.replaceAll(/^ {2}(?=def|  )/gm, "")),
    "print(harbor.verify_session('unknown'), include_name('userharbor_users', 'table', {}), " +
    "include_name('notes', 'table', {}))",
  ].join("\n");
  assert.equal((await pythonHome().run(script, folder)).trim(), "False False True");
});

for (const { name, skip, create, client } of ENGINES) {
  describe(`beside UserHarbor for Python on ${name}`, { skip }, () => {
    let peers: Peers;
    let end: () => Promise<unknown>;

    before(async () => {
      if (skip !== false) return;
      const python = pythonHome().peer(await create("shared"), SECRET);
      const opened = client("shared");
      end = opened.end;
      await migrate(opened.driver);
      await python.createTables(); // as a Python application does at every start
      peers = peersOn(python, opened.driver);
    });
    after(async () => {
      await peers?.python[Symbol.asyncDispose]();
      await end?.();
    });

    const [python, ours] = [() => pythonSide(peers), () => ourSide(peers)];
    crossings("Python, then we", "py", () => ({ one: python(), other: ours(), driver: peers.driver }));
    crossings("we, then Python", "ts", () => ({ one: ours(), other: python(), driver: peers.driver }));

    test("an account that Python does not know to be disabled has no session here", async () => {
      const store = new SqlUserStore(peers.driver);
      await registered(ours(), "Hal");
      await store.setUserFlags("Hal", { disabled: true });
      const token = await python().login("Hal", PASSWORD);
      assert.equal(await ours().isLive(token), false);
      await refuses(ours().login("Hal", PASSWORD), "invalid_credentials");
    });

    test("Python cannot verify an account that another one displaced from its address (I1)", async () => {
      const { harbor, sender, driver } = peers;
      const email = addressOf("ida");
      const tokens: string[] = [];
      for (const username of ["ida_first", "ida_second"]) {
        await harbor.register({ username, email, password: PASSWORD });
        await harbor.settled();
        tokens.push(sender.tokenFor("verification", email));
      }
      const [first = "", second = ""] = tokens;
      await assert.rejects(python().verifyEmail(first), /IntegrityError/);
      const store = new SqlUserStore(driver);
      assert.equal((await store.getUserByUsername("ida_first"))?.verified, false);
      assert.equal((await store.getUserByEmail(email))?.username, "ida_second");
      await python().verifyEmail(second);
      await refuses(ours().verifyEmail(first), "invalid_verification_token");
      assert.equal(await python().whoIs(await python().login("ida_second", PASSWORD)), "ida_second");
    });

    test("Python takes the token of a new address for one that proves the old, and changes nothing", async () => {
      const { harbor, sender } = peers;
      await registered(ours(), "Jan");
      const sessionToken = await ours().login("Jan", PASSWORD);
      await harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "jan@example.net" });
      await harbor.settled();
      const token = sender.tokenFor("email_change", "jan@example.net");
      await python().verifyEmail(token);
      assert.equal((await harbor.getCurrentUser(sessionToken)).email, addressOf("jan"));
      await refuses(harbor.confirmEmailChange(token), "invalid_email_change_token");
    });
  });

  test(`migrate() adopts what Python has on ${name}, while Python goes on`, { skip }, async () => {
    const python = pythonHome().peer(await create("adopted"), SECRET);
    await python.createTables();
    const { driver, end } = client("adopted");
    const peers = peersOn(python, driver);
    const [one, other] = [pythonSide(peers), ourSide(peers)];
    await registered(one, "Ada");
    const session = await one.login("Ada", PASSWORD);
    const reset = await one.sendPasswordReset("Ada");
    const verification = await one.register("Bob", PASSWORD);
    await one.createRole("editor", "notes.edit");
    await one.grantRole("Ada", "editor");

    await migrate(driver);
    const store = new SqlUserStore(driver);
    const passwordHash = await store.getPasswordHash("Ada");
    await other.logout(await other.login("Ada", PASSWORD));
    await peers.harbor.settled();
    assert.equal(await store.getPasswordHash("Ada"), passwordHash);
    assert.equal(await other.whoIs(session), "Ada");
    assert.equal(await other.holds(session, "notes.edit"), true);
    await other.verifyEmail(verification);
    for (const side of [one, other]) {
      assert.equal(await side.whoIs(await side.login("Bob", PASSWORD)), "Bob");
      assert.equal(await side.isLive(session), true);
    }
    await other.resetPassword(reset, ANOTHER_PASSWORD);
    assert.equal(await one.isLive(session), false);
    await one.login("Ada", ANOTHER_PASSWORD);
    const ids = (await store.listUsers({ limit: 10 })).map(({ id }) => id);
    assert.equal(new Set(ids).size, 2);
    await python[Symbol.asyncDispose]();
    await end();
  });

  test(`Python's own store contract goes on our tables as on its own on ${name}`, { skip }, async () => {
    const urls = { own: await create("contract_own"), ours: await create("contract_ours") };
    const python = pythonHome().peer(urls.own, SECRET);
    await python.createTables();
    await python[Symbol.asyncDispose]();
    const { driver, end } = client("contract_ours");
    await migrate(driver);
    await end();
    const own = await pythonHome().contract(urls.own);
    assert.ok([...own.values()].filter((outcome) => outcome === "PASSED").length > 50);
    assert.deepEqual(await pythonHome().contract(urls.ours), own);
  });
}
