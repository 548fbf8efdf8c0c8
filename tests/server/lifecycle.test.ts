import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

const EMAIL = "ada@example.org";
const PASSWORD = "seven quiet otters at dawn";
const CHANGED = "a better horse battery staple";
const RESET = "yet another horse and staple";

test("server carries an account from registration to deletion", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const client = new Client(await server.origin());

  const registration = { username: "ada", email: EMAIL, password: PASSWORD };
  assert.deepEqual(await client.send("POST /register", { body: registration }), [201, {
    detail: "User registered",
  }]);
  const [early, refusal] = await client.send("POST /login", {
    body: { username: "ada", password: PASSWORD },
  });
  assert.deepEqual([early, refusal["code"]], [403, "unverified_user"]);
  const verification = await client.mail("verification", EMAIL);
  assert.equal(verification.username, "ada");
  assert.match(verification.token ?? "", /^[\w-]{43}$/);
  assert.match(verification.sentAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const verify = () => client.send("POST /verify-email", { body: { token: verification.token } });
  assert.equal((await verify())[0], 200);
  assert.equal((await verify())[1]["code"], "invalid_verification_token");

  const first = await client.logIn("ada", PASSWORD);
  const account = { username: "ada", email: EMAIL, verified: true };
  assert.deepEqual(await client.send("GET /me", { token: first }), [200, account]);
  const change = { old_password: PASSWORD, new_password: CHANGED };
  const [changed, { access_token }] = await client.send("POST /password/change", {
    body: change,
    token: first,
  });
  assert.equal(changed, 200);
  assert.equal((await client.send("GET /me", { token: first }))[0], 401);
  assert.equal((await client.send("POST /logout", { token: String(access_token) }))[0], 200);
  assert.equal((await client.send("GET /me", { token: String(access_token) }))[0], 401);

  const sessions = [await client.logIn("ada", CHANGED), await client.logIn(EMAIL, CHANGED)] as const;
  assert.equal((await client.send("POST /logout-all", { token: sessions[0] }))[0], 200);
  assert.equal((await client.send("GET /me", { token: sessions[1] }))[0], 401);

  assert.equal((await client.send("POST /password-reset/request", { body: { email: EMAIL } }))[0], 200);
  const { token } = await client.mail("password_reset", EMAIL);
  const reset = await client.send("POST /password-reset/confirm", { body: { token, new_password: RESET } });
  assert.equal(reset[0], 200);

  const last = await client.logIn("ada", RESET);
  assert.equal((await client.send("DELETE /account", { body: { password: RESET }, token: last }))[0], 200);
  assert.equal((await client.send("GET /me", { token: last }))[0], 401);
  await client.mail("account_deleted", EMAIL);
  assert.deepEqual((await client.inbox()).map(({ kind }) => kind), [
    "verification",
    "email_verified",
    "password_changed",
    "password_reset",
    "password_changed",
    "account_deleted",
  ]);
});

test("server tells the owner of an address that somebody else registered it", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const client = new Client(await server.origin());
  await client.send("POST /register", { body: { username: "ada", email: EMAIL, password: PASSWORD } });
  const { token } = await client.mail("verification", EMAIL);
  await client.send("POST /verify-email", { body: { token } });

  const stranger = { username: "mallory", email: EMAIL, password: PASSWORD };
  assert.equal((await client.send("POST /register", { body: stranger }))[0], 201);

  assert.equal((await client.mail("address_in_use", EMAIL)).username, "ada");
  assert.equal((await client.inbox()).filter(({ kind }) => kind === "verification").length, 1);
});

test("server refuses a password that everybody knows, and one made of the name, wherever one is set (R7, R9)", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const client = new Client(await server.origin());
  const refused = async (command: string, body: Record<string, string>, token?: string) => {
    const [status, { code }] = await client.send(command, {
      body,
      ...(token === undefined ? {} : { token }),
    });
    assert.deepEqual([status, code], [400, "weak_password"], command);
  };
  const common = "correct horse battery staple";
  await refused("POST /register", { username: "ada", email: EMAIL, password: common });
  await refused("POST /register", {
    username: "lovelace",
    email: EMAIL,
    password: "lovelace lovelace lovelace",
  });
  assert.deepEqual(await client.inbox(), []);

  await client.send("POST /register", { body: { username: "ada", email: EMAIL, password: PASSWORD } });
  const { token: verification = "" } = await client.mail("verification", EMAIL);
  await client.send("POST /verify-email", { body: { token: verification } });
  const session = await client.logIn("ada", PASSWORD);
  await refused("POST /password/change", { old_password: PASSWORD, new_password: common }, session);
  await client.send("POST /password-reset/request", { body: { email: EMAIL } });
  const { token = "" } = await client.mail("password_reset", EMAIL);
  await refused("POST /password-reset/confirm", { token, new_password: common });
  assert.equal((await client.send("GET /me", { token: session }))[0], 200);
});
