import { assert, assertEquals, assertRejects } from "@std/assert";
import { crypto as independent } from "@std/crypto";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { Argon2PasswordHasher } from "@userharbor/argon2";
import { isUserHarborError, UserHarbor } from "@userharbor/core";
import { RecordingEmailSender } from "@userharbor/core/testing";
import { createHandler } from "@userharbor/http";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import entryPoints from "./entry_points.json" with { type: "json" };

const PASSWORD = "seven quiet otters at dawn";
const ADDRESS = "ada@example.org";

async function open() {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  await migrate(driver);
  const store = new SqlUserStore(driver);
  const emailSender = new RecordingEmailSender();
  const harbor = new UserHarbor({ store, emailSender, passwordHasher: new Argon2PasswordHasher() });
  return { store, emailSender, harbor };
}

/** SHA-256 in hex, by code that shares nothing with that of the runtime. */
function sha256(text: string): string {
  const digest = independent.subtle.digestSync("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

test("every entry point can be imported", async () => {
  assert(entryPoints.length > 0);
  for (const entryPoint of entryPoints) assert(await import(entryPoint), entryPoint);
});

test("UserHarbor keeps of a token what another implementation computes, and lives a whole life", async () => {
  const { store, emailSender, harbor } = await open();
  await harbor.register({ username: "ada", email: ADDRESS, password: PASSWORD });
  await harbor.settled();
  const verificationToken = emailSender.tokenFor("verification", ADDRESS);
  assertEquals((await store.getEmailVerification(sha256(verificationToken)))?.username, "ada");
  await harbor.verifyEmail(verificationToken);
  assertEquals(await store.getEmailVerification(sha256(verificationToken)), null);

  const { sessionToken, user } = await harbor.login({ username: "ada", password: PASSWORD });
  const session = await store.getSession(sha256(sessionToken));
  assertEquals(session?.user.id, user.id);
  assert(!JSON.stringify(session).includes(sessionToken));

  await harbor.roles.create("editor");
  await harbor.grantRole("ada", "editor");
  assertEquals((await harbor.requireRole(sessionToken, "editor")).username, "ada");

  await harbor.sendPasswordReset(ADDRESS);
  await harbor.settled();
  const resetToken = emailSender.tokenFor("password_reset", ADDRESS);
  assertEquals((await store.getPasswordReset(sha256(resetToken)))?.username, "ada");
  await harbor.resetPassword({ resetToken, newPassword: `${PASSWORD} again` });
  assertEquals(await harbor.verifySession(sessionToken), false);

  const error = await assertRejects(() => harbor.login({ username: "ada", password: PASSWORD }));
  assert(isUserHarborError(error));
  assertEquals(error.code, "invalid_credentials");
  const next = await harbor.login({ username: "ada", password: `${PASSWORD} again` });
  await harbor.deleteAccount({ sessionToken: next.sessionToken, password: `${PASSWORD} again` });
  assertEquals(await store.getUserByUsername("ada"), null);
});

test("createHandler() logs in and out over HTTP", async () => {
  const { emailSender, harbor } = await open();
  const handle = createHandler(harbor, { basePath: "/auth" });
  async function post(path: string, body: unknown, token = "") {
    const headers = {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const request = new Request(`http://localhost/auth${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const answer = await handle(request);
    assert(answer, path);
    return { status: answer.status, body: await answer.json() };
  }
  assertEquals(
    (await post("/register", { username: "ada", email: ADDRESS, password: PASSWORD })).status,
    201,
  );
  await harbor.settled();
  const token = emailSender.tokenFor("verification", ADDRESS);
  assertEquals((await post("/verify-email", { token })).status, 200);
  const login = await post("/login", { username: "ada", password: PASSWORD });
  assertEquals(login.status, 200);
  assertEquals((await post("/logout", {}, login.body.access_token)).status, 200);
  assertEquals((await post("/logout", {}, login.body.access_token)).status, 401);
});
