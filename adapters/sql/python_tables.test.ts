import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ADA, TestStore } from "./_test_store.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { migrate, SqlUserStore } from "./mod.ts";

/** What SQLAlchemy 2 emits for `userharbor-sqlalchemy` 0.7 on SQLite. */
const PYTHON_DDL = ["email_verifications", "sessions", "password_resets"].reduce(
  (ddl, table) =>
    `${ddl}
CREATE TABLE userharbor_${table} (
	token_hash VARCHAR(128) NOT NULL, 
	username VARCHAR(255) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(username) REFERENCES userharbor_users (username) ON DELETE CASCADE
);
CREATE INDEX ix_userharbor_${table}_username ON userharbor_${table} (username);`,
  `
CREATE TABLE userharbor_users (
	username VARCHAR(255) NOT NULL, 
	username_key VARCHAR(255) NOT NULL, 
	email VARCHAR(320) NOT NULL, 
	password_hash VARCHAR(512) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	PRIMARY KEY (username)
);
CREATE UNIQUE INDEX ix_userharbor_users_email ON userharbor_users (email);
CREATE UNIQUE INDEX ix_userharbor_users_username_key ON userharbor_users (username_key);
CREATE TABLE userharbor_roles (
	role VARCHAR(255) NOT NULL, 
	PRIMARY KEY (role)
);
CREATE TABLE userharbor_permissions (
	permission VARCHAR(255) NOT NULL, 
	PRIMARY KEY (permission)
);
CREATE TABLE userharbor_user_roles (
	username VARCHAR(255) NOT NULL, 
	role VARCHAR(255) NOT NULL, 
	PRIMARY KEY (username, role), 
	FOREIGN KEY(username) REFERENCES userharbor_users (username) ON DELETE CASCADE, 
	FOREIGN KEY(role) REFERENCES userharbor_roles (role) ON DELETE CASCADE
);
CREATE TABLE userharbor_role_permissions (
	role VARCHAR(255) NOT NULL, 
	permission VARCHAR(255) NOT NULL, 
	PRIMARY KEY (role, permission), 
	FOREIGN KEY(role) REFERENCES userharbor_roles (role) ON DELETE CASCADE, 
	FOREIGN KEY(permission) REFERENCES userharbor_permissions (permission) ON DELETE CASCADE
);`,
);

/** Inserts that name Python's columns only. */
const PYTHON_ROWS = `
INSERT INTO userharbor_users (username, username_key, email, password_hash, verified)
  VALUES ('Ada', 'ada', 'ada@example.com', '$argon2id$ada', 1), ('Bob', 'bob', 'bob@example.com', '$argon2id$bob', 0);
INSERT INTO userharbor_email_verifications (token_hash, username, expires_at)
  VALUES ('verification', 'Bob', '2026-03-02 00:00:00.000000');
INSERT INTO userharbor_sessions (token_hash, username, expires_at)
  VALUES ('session', 'Ada', '2026-04-01 10:20:30.123456'), ('other', 'Ada', '2026-04-01 10:20:30.000000');
INSERT INTO userharbor_password_resets (token_hash, username, expires_at)
  VALUES ('reset', 'Ada', '2026-03-01 01:00:00.000000');
INSERT INTO userharbor_roles (role) VALUES ('admin');
INSERT INTO userharbor_permissions (permission) VALUES ('users.edit');
INSERT INTO userharbor_role_permissions (role, permission) VALUES ('admin', 'users.edit');
INSERT INTO userharbor_user_roles (username, role) VALUES ('Ada', 'admin');
`;

async function assertReadsPythonRows(store: SqlUserStore): Promise<void> {
  const ada = await store.getUserByUsername("ada");
  assert.match(ada?.id ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(ada, { id: ada?.id, username: "Ada", email: "ada@example.com", verified: true });
  const bob = await store.getUserByEmail("bob@example.com");
  assert.equal(bob?.verified, false);
  assert.notEqual(bob?.id, ada?.id);
  const session = await store.getSession("session");
  assert.match(session?.id ?? "", /^[0-9a-f]{32}$/);
  assert.notEqual((await store.getSession("other"))?.id, session?.id);
  assert.deepEqual(session, {
    id: session?.id,
    username: "Ada",
    tokenHash: "session",
    expiresAt: new Date("2026-04-01T10:20:30.123Z"),
    user: ada,
  });
  assert.deepEqual(await store.getEmailVerification("verification"), {
    username: "Bob",
    tokenHash: "verification",
    expiresAt: new Date("2026-03-02T00:00:00.000Z"),
  });
  assert.equal((await store.getPasswordReset("reset"))?.username, "Ada");
  assert.deepEqual(await store.getUserPermissions("Ada"), new Set(["users.edit"]));
}

test("SqlUserStore reads rows that name only Python's columns", async () => {
  const store = await TestStore.open();
  store.database.exec(PYTHON_ROWS);
  await assertReadsPythonRows(store);
  store.database.close();
});

test("migrate() adopts the tables of the Python original with their rows", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec(PYTHON_DDL);
  database.exec(PYTHON_ROWS);
  const driver = nodeSqlite(database);
  await migrate(driver);
  await assertReadsPythonRows(new SqlUserStore(driver));
  database.close();
});

test("migrate() drops what refers to nobody, and all but the latest token of a kind (I4)", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec(PYTHON_DDL);
  database.exec(PYTHON_ROWS);
  database.exec(`PRAGMA foreign_keys = OFF;
    INSERT INTO userharbor_password_resets VALUES ('later', 'Ada', '2026-03-01 03:00:00.000000');
    INSERT INTO userharbor_password_resets VALUES ('between', 'Ada', '2026-03-01 02:00:00.000000');
    INSERT INTO userharbor_sessions VALUES ('orphan', 'Eve', '2026-03-01 02:00:00.000000');
    INSERT INTO userharbor_user_roles VALUES ('Eve', 'admin'), ('Ada', 'gone');
    INSERT INTO userharbor_role_permissions VALUES ('gone', 'users.edit')`);
  const driver = nodeSqlite(database);
  await migrate(driver);
  const store = new SqlUserStore(driver);
  assert.equal(await store.getPasswordReset("reset"), null);
  assert.equal(await store.getPasswordReset("between"), null);
  assert.equal((await store.getPasswordReset("later"))?.username, "Ada");
  await store.createUser({ ...ADA, username: "Eve", email: "eve@example.com" });
  await store.createRole("gone");
  assert.equal(await store.getSession("orphan"), null);
  assert.deepEqual(await store.getUserRoles("Eve"), new Set());
  assert.deepEqual(await store.getUserRoles("Ada"), new Set(["admin"]));
  assert.deepEqual(await store.getRolePermissions("gone"), new Set());
  assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
  database.close();
});

test("migrate() leaves an application's own columns and the rows that refer to accounts alone", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec(PYTHON_DDL);
  database.exec(PYTHON_ROWS);
  database.exec(`ALTER TABLE userharbor_users ADD COLUMN shoe_size INTEGER;
    UPDATE userharbor_users SET shoe_size = 38;
    CREATE INDEX shoes ON userharbor_users (shoe_size);
    CREATE TABLE notes (username VARCHAR(255) REFERENCES userharbor_users (username) ON DELETE CASCADE, body TEXT);
    INSERT INTO notes VALUES ('Ada', 'buy milk')`);
  await migrate(nodeSqlite(database));
  const read = (sql: string) => database.prepare(sql).all().map((row) => Object.values(row));
  assert.deepEqual(read("SELECT DISTINCT shoe_size FROM userharbor_users INDEXED BY shoes"), [[38]]);
  assert.deepEqual(read("SELECT * FROM notes"), [["Ada", "buy milk"]]);
  database.exec("DELETE FROM userharbor_users WHERE username = 'Ada'");
  assert.deepEqual(read("SELECT * FROM notes"), []);
  database.close();
});

test("migrate() refuses tables whose accounts are in another table, and changes nothing", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec(PYTHON_DDL.replaceAll("userharbor_users", "members"));
  database.exec(PYTHON_ROWS.replaceAll("userharbor_users", "members"));
  await assert.rejects(migrate(nodeSqlite(database)), /accounts in another table/);
  const sessions = database.prepare("SELECT token_hash FROM userharbor_sessions ORDER BY token_hash").all();
  assert.deepEqual(sessions.map((row) => row["token_hash"]), ["other", "session"]);
  database.close();
});

test("an account that holds no address cannot be verified by who does not know of it (I1)", async () => {
  const store = await TestStore.open();
  await store.createUser(ADA);
  await store.createUser({ ...ADA, id: "user-2", username: "Bob", verificationTokenHash: "verification-2" });
  const verify = (username: string) =>
    store.database.prepare("UPDATE userharbor_users SET verified = 1 WHERE username = ?").run(username);
  assert.throws(() => verify("Ada"));
  assert.equal((await store.getUserByUsername("ada"))?.verified, false);
  verify("Bob");
  assert.equal((await store.getUserByEmail(ADA.email))?.username, "Bob");
  store.database.close();
});

test("refreshSession() takes the expiry it read from a row with Python's microseconds", async () => {
  const store = await TestStore.open();
  store.database.exec(PYTHON_ROWS);
  const read = (await store.getSession("session"))?.expiresAt;
  const later = new Date("2026-05-01T00:00:00.000Z");
  assert.equal(await store.refreshSession("session", later, new Date(Number(read) - 1)), false);
  assert.equal(await store.refreshSession("session", later, new Date(Number(read) + 1)), false);
  assert.equal(await store.refreshSession("session", later, read), true);
  store.database.close();
});

test("SqlUserStore writes instants and booleans as Python reads them", async () => {
  const store = await TestStore.open();
  await store.createUser(ADA);
  await store.addSession({
    username: "Ada",
    tokenHash: "session",
    expiresAt: new Date("2026-04-01T10:20:30.045Z"),
  });
  const read = (sql: string) => Object.values(store.database.prepare(sql).get() ?? {});
  assert.deepEqual(read("SELECT verified, typeof(verified), created_at FROM userharbor_users"), [
    0,
    "integer",
    "2026-03-01 00:00:00.000000",
  ]);
  assert.deepEqual(read("SELECT expires_at, typeof(expires_at), created_at FROM userharbor_sessions"), [
    "2026-04-01 10:20:30.045000",
    "text",
    null,
  ]);
  await store.setUserVerified("Ada");
  assert.deepEqual(read("SELECT verified FROM userharbor_users"), [1]);
  store.database.close();
});

test("createUser() that displaces leaves a placeholder that nobody can claim (I1)", async () => {
  const store = await TestStore.open();
  await store.createUser(ADA);
  await store.createUser({ ...ADA, id: "user-2", username: "Bob", verificationTokenHash: "verification-2" });
  await store.createUser({ ...ADA, id: "user-3", username: "Cid", verificationTokenHash: "verification-3" });
  const rows = store.database.prepare("SELECT email, claimed_email FROM userharbor_users ORDER BY id").all();
  const [ada, bob, cid] = rows.map((row) => ({ ...row }));
  assert.deepEqual(cid, { email: ADA.email, claimed_email: null });
  for (const displaced of [ada, bob]) {
    assert.match(String(displaced?.["email"]), /^[0-9a-f-]{36}@unheld\.invalid$/);
    assert.equal(displaced?.["claimed_email"], ADA.email);
    assert.equal(await store.getUserByEmail(String(displaced?.["email"])), null);
  }
  assert.notEqual(ada?.["email"], bob?.["email"]);
  assert.equal((await store.getUserByUsername("ada"))?.email, ADA.email);
  store.database.close();
});
