import { isUserHarborError } from "@userharbor/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADA, TestStore } from "./_test_store.ts";

const BYRON = { username: "Byron", usernameKey: "byron" };

async function withAda(): Promise<TestStore> {
  const store = await TestStore.open();
  await store.createUser(ADA);
  await store.addSession({ username: "Ada", tokenHash: "session", expiresAt: new Date(0) });
  return store;
}

function rowsOf(store: TestStore, sql: string): unknown[] {
  return store.database.prepare(sql).all().map((row) => ({ ...row }));
}

test("setUsername() keeps the row, columns of the application's own included, and leaves no stand-in", async () => {
  const store = await withAda();
  store.database.exec("ALTER TABLE userharbor_users ADD COLUMN theme VARCHAR(8)");
  store.database.exec("UPDATE userharbor_users SET theme = 'dark'");
  assert.equal(await store.setUsername("Ada", BYRON), true);
  const users = rowsOf(store, "SELECT id, username, username_key, email, theme FROM userharbor_users");
  assert.deepEqual(users, [
    { id: ADA.id, username: "Byron", username_key: "byron", email: ADA.email, theme: "dark" },
  ]);
  assert.deepEqual(rowsOf(store, "PRAGMA foreign_key_check"), []);
  assert.deepEqual(rowsOf(store, "SELECT username FROM userharbor_sessions"), [{ username: "Byron" }]);
  store.database.close();
});

test("setUsername() changes nothing while a table of the application's own refers to the name (I4)", async () => {
  const store = await withAda();
  store.database.exec("CREATE TABLE posts (author VARCHAR(255) REFERENCES userharbor_users (username))");
  store.database.exec("INSERT INTO posts VALUES ('Ada')");
  await assert.rejects(store.setUsername("Ada", BYRON), (error) => !isUserHarborError(error));
  assert.deepEqual(rowsOf(store, "SELECT username FROM userharbor_users"), [{ username: "Ada" }]);
  assert.equal((await store.getSession("session"))?.username, "Ada");
  store.database.close();
});

test("setUsername() takes a table of the application's own along that says ON UPDATE CASCADE", async () => {
  const store = await withAda();
  store.database.exec(
    "CREATE TABLE posts (author VARCHAR(255) REFERENCES userharbor_users (username) ON UPDATE CASCADE)",
  );
  store.database.exec("INSERT INTO posts VALUES ('Ada')");
  assert.equal(await store.setUsername("Ada", BYRON), true);
  assert.deepEqual(rowsOf(store, "SELECT author FROM posts"), [{ author: "Byron" }]);
  assert.deepEqual(rowsOf(store, "PRAGMA foreign_key_check"), []);
  store.database.close();
});

test("setUsername() gives the same spelling another key, unless somebody has that one (I1)", async () => {
  const store = await withAda();
  await store.createUser({
    ...ADA,
    id: "2",
    username: "Bob",
    email: "bob@example.com",
    verificationTokenHash: "2",
  });
  const outcome = store.setUsername("Ada", { username: "Ada", usernameKey: "bob" });
  await assert.rejects(outcome, (error) => isUserHarborError(error) && error.code === "username_taken");
  assert.equal(await store.setUsername("Ada", { username: "Ada", usernameKey: "ada lovelace" }), true);
  const users = rowsOf(store, "SELECT username, username_key FROM userharbor_users ORDER BY username");
  assert.deepEqual(users, [
    { username: "Ada", username_key: "ada lovelace" },
    { username: "Bob", username_key: "bob" },
  ]);
  assert.equal((await store.getSession("session"))?.username, "Ada");
  store.database.close();
});
