import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

const EMAIL = "ada@example.org";
const PASSWORD = "seven quiet otters at dawn";
const CHANGED = "a better horse battery staple";

test("server logs no secret and no address, and nobody writes a line of its log (R117)", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const client = new Client(await server.origin());
  const secrets = [EMAIL, PASSWORD, CHANGED, "$argon2"];
  for (const username of ["forged\r\nline", "\u001b[2Jforged", "\u009bforged", "forged\u2028line"]) {
    const [status] = await client.send("POST /register", {
      body: { username, email: EMAIL, password: PASSWORD },
    });
    assert.equal(status, 400);
    assert.equal((await client.send("POST /login", { body: { username, password: PASSWORD } }))[0], 401);
  }
  await client.send("POST /register", { body: { username: "ada", email: EMAIL, password: PASSWORD } });
  const { token: verification = "" } = await client.mail("verification", EMAIL);
  await client.send("POST /verify-email", { body: { token: verification } });
  const session = await client.logIn("ada", PASSWORD);
  await client.send("POST /password-reset/request", { body: { email: EMAIL } });
  const { token: reset = "" } = await client.mail("password_reset", EMAIL);
  const change = { old_password: PASSWORD, new_password: CHANGED };
  const [, { access_token }] = await client.send("POST /password/change", { body: change, token: session });
  await client.send("GET /me", { token: session });
  await client.send("DELETE /account", { body: { password: CHANGED }, token: String(access_token) });
  await client.mail("account_deleted", EMAIL);

  server.signal("SIGTERM");
  const { stdout, stderr } = await server.ended();
  const log = stdout + stderr;
  assert.match(log, /^UserHarbor: open /m);
  for (const secret of [...secrets, verification, session, reset, String(access_token)]) {
    assert.ok(secret.length > 5);
    assert.equal(log.includes(secret), false, log);
  }
  assert.equal(log.includes("forged"), false, log);
  assert.doesNotMatch(log.replaceAll("\n", ""), /\p{Cc}/u);
});
