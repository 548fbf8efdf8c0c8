import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ADA } from "./_test_store.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import {
  migrate,
  mysqlDialect,
  postgresqlDialect,
  type SqlDriver,
  SqlThrottle,
  SqlUserStore,
} from "./mod.ts";

test("SqlUserStore, SqlThrottle and migrate() refuse a client that is no driver, and name the remedy", async () => {
  const database = new DatabaseSync(":memory:");
  const { transaction: _, ...withoutTransactions } = partsOf(nodeSqlite(database));
  const { dialect: __, ...withoutDialect } = partsOf(nodeSqlite(database));
  for (const wrong of [database, null, "accounts.sqlite", withoutTransactions, withoutDialect]) {
    const driver = wrong as SqlDriver;
    assert.throws(() => new SqlUserStore(driver), isRemedy);
    assert.throws(() => new SqlThrottle(driver), isRemedy);
    await assert.rejects(migrate(driver), isRemedy);
  }
  database.close();
});

test("the first call on another engine than the dialect's names the remedy, and nothing is made", async () => {
  for (const dialect of [postgresqlDialect, mysqlDialect]) {
    const database = new DatabaseSync(":memory:");
    const right = nodeSqlite(database);
    const driver: SqlDriver = {
      ...partsOf(right),
      dialect,
      transaction: (work) => right.transaction((connection) => work({ ...connection, dialect })),
    };
    await assert.rejects(migrate(driver), /does not answer as/);
    await migrate(nodeSqlite(database));
    const store = new SqlUserStore(driver);
    await assert.rejects(store.getSession("hash"), /does not answer as/);
    await assert.rejects(store.transaction((tx) => tx.getSession("hash")), /does not answer as/);
    assert.deepEqual(database.prepare("SELECT 1 FROM userharbor_users").all(), []);
    database.close();
  }
});

test("what a database throws passes through untouched once it has answered", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  await migrate(driver);
  const store = new SqlUserStore(driver);
  await store.createUser(ADA);
  database.exec(
    "CREATE TRIGGER refuse BEFORE DELETE ON userharbor_users BEGIN SELECT RAISE(ABORT, 'refused'); END",
  );
  await assert.rejects(store.deleteUser("Ada"), { message: "refused" });
  database.close();
});

function isRemedy(error: unknown): boolean {
  return error instanceof TypeError &&
    /^driver has no \w+: it must be what nodeSqlite, pg/.test(error.message);
}

/** The members of a driver as an object of their own. */
function partsOf(driver: SqlDriver): SqlDriver {
  return {
    dialect: driver.dialect,
    query: (sql, values) => driver.query(sql, values),
    execute: (sql, values) => driver.execute(sql, values),
    transaction: (work) => driver.transaction(work),
    isDuplicate: (error) => driver.isDuplicate(error),
    isRolledBack: (error) => driver.isRolledBack(error),
    isSchemaMissing: (error) => driver.isSchemaMissing(error),
    isSchemaThere: (error) => driver.isSchemaThere(error),
  };
}
