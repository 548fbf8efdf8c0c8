import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { nodeSqlite } from "./node_sqlite.ts";

test("nodeSqlite() enforces foreign keys and leaves waiting to the store", async () => {
  const database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  const driver = nodeSqlite(database);
  assert.deepEqual(await driver.query("PRAGMA foreign_keys", []), [[1]]);
  assert.deepEqual(await driver.query("PRAGMA busy_timeout", []), [[0]]);
  database.close();
});

test("nodeSqlite() refuses a node:sqlite that returns no arrays", () => {
  const statement = { all: () => [], run: () => ({ changes: 0 }) };
  assert.throws(() => nodeSqlite({ prepare: () => statement }), TypeError);
});

test("transaction() of the driver undoes work that rejects and is usable afterwards", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE names (name UNIQUE)");
  const driver = nodeSqlite(database);
  const insert = "INSERT INTO names VALUES (?)";
  await assert.rejects(driver.transaction(async (connection) => {
    assert.equal(await connection.execute(insert, ["Ada"]), 1);
    await connection.execute(insert, ["Ada"]);
  }));
  assert.deepEqual(await driver.query("SELECT name FROM names", []), []);
  await driver.transaction((connection) => connection.execute(insert, ["Ada"]));
  assert.deepEqual(await driver.query("SELECT name FROM names", []), [["Ada"]]);
  database.close();
});

test("transaction() of the driver rejects with the first cause where SQLite has rolled back by itself", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  const cause = new Error("disk full");
  const outcome = driver.transaction(async (connection) => {
    await connection.execute("ROLLBACK", []);
    throw cause;
  });
  await assert.rejects(outcome, (error) => error === cause);
  assert.deepEqual(await driver.query("SELECT 1", []), [[1]]);
  database.close();
});

test("isRolledBack() and isSchemaMissing() tell apart what SQLite reports", async () => {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  await driver.execute("CREATE TABLE userharbor_roles (role UNIQUE)", []);
  await driver.execute("INSERT INTO userharbor_roles VALUES (1)", []);
  const errorOf = (sql: string) =>
    driver.execute(sql, []).then(() => assert.fail(), (error: unknown) => error);
  const missing = [
    "SELECT * FROM userharbor_users",
    "SELECT claimed_email FROM userharbor_roles",
    "INSERT INTO userharbor_roles (serial) VALUES (1)",
  ];
  for (const sql of missing) assert.equal(driver.isSchemaMissing(await errorOf(sql)), true);
  const others = ["SELECT * FROM elsewhere", "INSERT INTO userharbor_roles VALUES (1)", "SELECT"];
  for (const error of [...await Promise.all(others.map(errorOf)), new Error("database is locked"), null]) {
    assert.equal(driver.isSchemaMissing(error), false);
    assert.equal(driver.isRolledBack(error), false);
  }
  for (const errcode of [5, 6, 261, 262, 517]) {
    assert.equal(driver.isRolledBack(Object.assign(new Error(), { errcode })), true);
  }
  database.close();
});
