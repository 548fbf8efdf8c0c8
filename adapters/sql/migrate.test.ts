import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ADA, withTemporaryFile } from "./_test_store.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { migrate, type MigrationStep, schemaVersion, type SqlDriver, SqlUserStore } from "./mod.ts";

function schemaOf(database: DatabaseSync): unknown[] {
  return database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
}

test("migrate() twice changes nothing and keeps the rows", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  await migrate(driver);
  const schema = schemaOf(database);
  const store = new SqlUserStore(driver);
  await store.createUser(ADA);
  await migrate(driver);
  assert.deepEqual(schemaOf(database), schema);
  assert.equal((await store.getUserByUsername("ada"))?.id, ADA.id);
  database.close();
});

test("migrate() from three connections at once applies each step once", async () => {
  await withTemporaryFile(async (path) => {
    const databases = [1, 2, 3].map(() => new DatabaseSync(path));
    await Promise.all(databases.map((database) => migrate(nodeSqlite(database))));
    for (const database of databases) {
      const versions = database.prepare("SELECT version FROM userharbor_schema ORDER BY version").all();
      assert.deepEqual(versions.map(({ version }) => version), [1, 2, 3, 4, 5]);
      database.close();
    }
  });
});

test("migrate() tells of each step that it took, and of none that had been taken", async () => {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  const lastVersion = driver.dialect.migrations.length;
  const steps: MigrationStep[] = [];
  await migrate(driver, { onStep: (step) => steps.push(step) });
  assert.deepEqual(steps, driver.dialect.migrations.map((_, index) => ({ version: index + 1, lastVersion })));
  await migrate(driver, { onStep: () => assert.fail() });
});

test("schemaVersion() counts the steps, of a newer release too, and changes nothing", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  const seen = [await schemaVersion(driver)];
  assert.deepEqual(schemaOf(database), []);
  await migrate(driver, { onStep: ({ version }) => seen.push(version) });
  const last = driver.dialect.migrations.length;
  assert.deepEqual(seen, Array.from({ length: last + 1 }, (_, version) => version));
  assert.equal(await schemaVersion(driver), last);
  database.exec(`INSERT INTO userharbor_schema (version, checksum) VALUES (${last + 7}, 'later')`);
  assert.equal(await schemaVersion(driver), last + 7);
  database.exec("DELETE FROM userharbor_schema");
  assert.equal(await schemaVersion(driver), 0);
  database.close();
});

test("migrate() leaves a step that fails undone and unrecorded", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  database.exec("CREATE TABLE userharbor_adoption (in_the_way)");
  await assert.rejects(migrate(driver));
  assert.deepEqual(
    database.prepare("SELECT version FROM userharbor_schema").all().map((row) => row["version"]),
    [
      1,
    ],
  );
  database.exec("DROP TABLE userharbor_adoption");
  await migrate(driver);
  await new SqlUserStore(driver).createUser(ADA);
  database.close();
});

test("migrate() from the version before flags, clients and records keeps accounts and sessions", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  const earlier = { ...driver.dialect, migrations: driver.dialect.migrations.slice(0, 2) };
  await migrate({
    dialect: earlier,
    query: (sql, values) => driver.query(sql, values),
    execute: (sql, values) => driver.execute(sql, values),
    transaction: (work) => driver.transaction(work),
    isDuplicate: (error) => driver.isDuplicate(error),
    isRolledBack: (error) => driver.isRolledBack(error),
    isSchemaMissing: (error) => driver.isSchemaMissing(error),
    isSchemaThere: (error) => driver.isSchemaThere(error),
  });
  database.exec(`INSERT INTO userharbor_users (username, username_key, email, password_hash, verified, id)
    VALUES ('Ada', 'ada', 'ada@example.com', '$ada', 1, 'user-1')`);
  database.exec(`INSERT INTO userharbor_sessions (token_hash, username, expires_at)
    VALUES ('session', 'Ada', '2026-04-01 10:20:30.000000')`);
  await migrate(driver);
  const store = new SqlUserStore(driver);
  const user = { id: "user-1", username: "Ada", email: "ada@example.com", verified: true };
  const session = await store.getSession("session");
  assert.deepEqual(session?.user, user);
  assert.equal(session?.client, undefined);
  assert.equal(
    await store.addSession({ ...session, tokenHash: "other", id: "2" }, { disabled: false }),
    true,
  );
  assert.deepEqual(await store.listUsers({ limit: 10 }), [user]);
  database.close();
});

test("migrate() leaves no trace of its intermediate table", async () => {
  const database = new DatabaseSync(":memory:");
  await migrate(nodeSqlite(database));
  const leftovers = database.prepare("SELECT name FROM sqlite_schema WHERE sql LIKE '%userharbor_adoption%'")
    .all();
  assert.deepEqual(leftovers, []);
  assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
  database.close();
});

test("SqlUserStore without its tables rejects and says to call migrate(driver)", async () => {
  const database = new DatabaseSync(":memory:");
  const store = new SqlUserStore(nodeSqlite(database));
  const calls = [
    () => store.getSession("absent"),
    () => store.createUser(ADA),
    () => store.transaction((handle) => handle.listRoles()),
  ];
  for (const call of calls) {
    await assert.rejects(call, (error: Error) => {
      assert.match(error.message, /migrate\(driver\)/);
      assert.ok(error.cause instanceof Error);
      return true;
    });
  }
  assert.deepEqual(schemaOf(database), []);
  database.close();
});

test("migrate() records each step by the checksum of its file", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  await migrate(driver);
  const recorded = database.prepare("SELECT checksum FROM userharbor_schema ORDER BY version").all();
  const expected = driver.dialect.migrations.map((script) =>
    createHash("sha256").update(script.trimStart()).digest("hex")
  );
  assert.deepEqual(recorded.map(({ checksum }) => checksum), expected);
  database.close();
});

test("migrate() refuses a database that has seen another text of a step, and leaves it as it is", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  await migrate(driver);
  database.exec("UPDATE userharbor_schema SET checksum = 'another' WHERE version = 2");
  const schema = schemaOf(database);
  await assert.rejects(migrate(driver), /step 2/);
  assert.deepEqual(schemaOf(database), schema);
  database.close();
});

test("migrate() that is not given the lock rejects, and makes nothing", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  for (const refused of ["SELECT 0", "SELECT NULL"]) {
    const dialect = { ...driver.dialect, migrationLock: { acquire: refused, release: null } };
    const locked: SqlDriver = {
      dialect,
      query: (sql, values) => driver.query(sql, values),
      execute: (sql, values) => driver.execute(sql, values),
      isDuplicate: (error) => driver.isDuplicate(error),
      isRolledBack: (error) => driver.isRolledBack(error),
      isSchemaMissing: (error) => driver.isSchemaMissing(error),
      isSchemaThere: (error) => driver.isSchemaThere(error),
      transaction: (work) => driver.transaction((connection) => work({ ...connection, dialect })),
    };
    await assert.rejects(migrate(locked), /another migration/);
    assert.deepEqual(schemaOf(database), []);
  }
  database.close();
});
