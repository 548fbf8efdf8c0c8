/**
 * An application that goes through the life of an account: compiled as `.mts` and as `.cts`, against the installed
 * packages, and run wherever they run.
 *
 * @module
 */

import { strict as assert } from "node:assert";
import { Argon2PasswordHasher } from "@userharbor/argon2";
import { type ErrorCode, isUserHarborError, type User, UserHarbor, type UserStore } from "@userharbor/core";
import { RecordingEmailSender } from "@userharbor/core/testing";
import { createHandler } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";
import { createPasswordPolicy } from "@userharbor/password-policy";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";

const FIRST = "seven quiet otters at dawn";
const SECOND = "eight loud herons by noon";
const THIRD = "nine slow badgers at dusk";

async function refused(code: ErrorCode, work: () => Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => isUserHarborError(error) && error.code === code);
}

async function live(store: UserStore<User>): Promise<void> {
  const emailSender = new RecordingEmailSender();
  const harbor = new UserHarbor({
    store,
    emailSender,
    passwordHasher: new Argon2PasswordHasher(),
    passwordValidator: createPasswordPolicy(),
  });
  const account = { username: "ada", email: "ada@example.org", password: FIRST };
  await refused("weak_password", () => harbor.register({ ...account, password: "short" }));
  await harbor.register(account);
  await refused("username_taken", () => harbor.register({ ...account, email: "other@example.org" }));
  await harbor.settled();
  await refused("unverified_user", () => harbor.login({ username: "ada", password: FIRST }));
  await harbor.verifyEmail(emailSender.tokenFor("verification", account.email));
  await refused("invalid_credentials", () => harbor.login({ username: "ada", password: SECOND }));
  const { sessionToken } = await harbor.login({ username: "ada", password: FIRST });
  assert.equal((await harbor.getCurrentUser(sessionToken)).username, "ada");

  const change = { sessionToken, oldPassword: FIRST, newPassword: SECOND };
  const changed = await harbor.changePassword(change);
  await refused("invalid_session_token", () => harbor.getCurrentUser(sessionToken));

  await harbor.sendPasswordReset(account.email);
  await harbor.settled();
  const resetToken = emailSender.tokenFor("password_reset", account.email);
  await harbor.resetPassword({ resetToken, newPassword: THIRD });
  await refused(
    "invalid_password_reset_token",
    () => harbor.resetPassword({ resetToken, newPassword: FIRST }),
  );
  assert.equal(await harbor.verifySession(changed.sessionToken), false);

  const last = await harbor.login({ username: "ada", password: THIRD });
  await harbor.roles.create("editor");
  await harbor.permissions.create("articles.publish");
  await harbor.roles.grantPermission("editor", "articles.publish");
  await refused("permission_denied", () => harbor.requireRole(last.sessionToken, "editor"));
  await harbor.grantRole("ada", "editor");
  assert.equal((await harbor.requirePermission(last.sessionToken, "articles.publish")).username, "ada");

  await harbor.deleteAccount({ sessionToken: last.sessionToken, password: THIRD });
  await refused("invalid_credentials", () => harbor.login({ username: "ada", password: THIRD }));
  await harbor.settled();
}

async function liveOverHttp(): Promise<void> {
  const emailSender = new RecordingEmailSender();
  const harbor = new UserHarbor({
    store: new MemoryUserStore(),
    emailSender,
    passwordHasher: new Argon2PasswordHasher(),
  });
  const handle = createHandler(harbor, { basePath: "/auth" });
  async function post(path: string, fields: unknown): Promise<Response> {
    const request = new Request(`http://localhost/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    const response = await handle(request, { peerAddress: "203.0.113.7" });
    assert.ok(response !== null);
    return response;
  }
  const account = { username: "ada", email: "ada@example.org", password: FIRST };
  assert.equal((await post("/register", account)).status, 201);
  await harbor.settled();
  const token = emailSender.tokenFor("verification", account.email);
  assert.equal((await post("/verify-email", { token })).status, 200);
  assert.equal((await post("/login", { username: "ada", password: SECOND })).status, 401);
  const login = await post("/login", { username: "ada", password: FIRST });
  const { access_token } = await login.json() as { access_token: string };
  const me = await handle(
    new Request("http://localhost/auth/me", { headers: { authorization: `Bearer ${access_token}` } }),
    { peerAddress: "203.0.113.7" },
  );
  assert.equal(me?.status, 200);
}

/** Node.js 20 has no `node:sqlite`; everything else of the package works there. */
async function openSqlite(): Promise<SqlUserStore | null> {
  const sqlite = await import("node:sqlite").catch(() => null);
  if (sqlite === null) return null;
  const driver = nodeSqlite(new sqlite.DatabaseSync(":memory:"));
  await migrate(driver);
  return new SqlUserStore(driver);
}

async function main(): Promise<void> {
  await live(new MemoryUserStore());
  await liveOverHttp();
  const sqlite = await openSqlite();
  if (sqlite !== null) await live(sqlite);
  console.log(`lived in memory, over HTTP${sqlite === null ? "" : ", in SQLite"}`);
}

void main();
