import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

const PASSWORD = "seven quiet otters at dawn";

test("server removes at its start what is expired and who never verified, and nobody else (I6)", async () => {
  using folder = temporaryFolder();
  const variables = { PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") };
  await using server = new ServerProcess(variables);
  const client = new Client(await server.origin());
  for (const username of ["ada", "grace", "lapsed"]) {
    const body = { username, email: `${username}@example.org`, password: PASSWORD };
    assert.equal((await client.send("POST /register", { body }))[0], 201);
  }
  const { token } = await client.mail("verification", "ada@example.org");
  await client.send("POST /verify-email", { body: { token } });
  const expired = await client.logIn("ada", PASSWORD);
  server.signal("SIGINT");
  await server.ended();

  const database = new DatabaseSync(variables.DATABASE_PATH);
  const names = (sql: string) => database.prepare(sql).all().map(({ username }) => username);
  const past = "2000-01-01 00:00:00.000000";
  database.prepare("UPDATE userharbor_sessions SET expires_at = ?").run(past);
  database.prepare("UPDATE userharbor_users SET created_at = ? WHERE username <> 'grace'").run(past);

  await using next = new ServerProcess(variables);
  const later = new Client(await next.origin());
  while (names("SELECT username FROM userharbor_users WHERE username = 'lapsed'").length > 0);
  assert.deepEqual(names("SELECT username FROM userharbor_users ORDER BY username"), ["ada", "grace"]);
  assert.deepEqual(names("SELECT username FROM userharbor_email_verifications"), ["grace"]);
  assert.deepEqual(names("SELECT username FROM userharbor_sessions"), []);
  database.close();
  assert.equal((await later.send("GET /me", { token: expired }))[0], 401);
  await later.logIn("ada", PASSWORD);
});
