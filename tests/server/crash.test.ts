import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

const PASSWORD = "seven quiet otters at dawn";
const REGISTRATIONS = 200;
const AT_ONCE = 8;

for (const round of [1, 2, 3]) {
  test(`server killed in the middle of 200 registrations leaves no half of one (I5, T6), round ${round}`, async () => {
    using folder = temporaryFolder();
    const variables = { PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") };
    await using server = new ServerProcess(variables);
    const acknowledged = await registerUntilKilled(server);
    await server.ended();

    const usernames = inspectFile(variables.DATABASE_PATH);
    assert.deepEqual(acknowledged.filter((username) => !usernames.has(username)), []);

    await using next = new ServerProcess(variables);
    const client = new Client(await next.origin());
    const [survivor = ""] = acknowledged;
    const email = `${survivor}@example.org`;
    await client.send("POST /resend-verification", { body: { email } });
    const { token } = await client.mail("verification", email);
    assert.equal((await client.send("POST /verify-email", { body: { token } }))[0], 200);
    await client.logIn(survivor, PASSWORD);
    const newcomer = { username: "newcomer", email: "newcomer@example.org", password: PASSWORD };
    assert.equal((await client.send("POST /register", { body: newcomer }))[0], 201);
  });
}

/** Answers with the usernames whose registration was acknowledged before the kill. */
async function registerUntilKilled(server: ServerProcess): Promise<readonly string[]> {
  const client = new Client(await server.origin());
  const killAfter = randomInt(1, REGISTRATIONS - AT_ONCE);
  const waiting = Array.from({ length: REGISTRATIONS }, (_, index) => `newcomer-${index}`);
  const acknowledged: string[] = [];
  let brokenOff = 0;

  async function registerOneByOne(): Promise<void> {
    for (let username = waiting.shift(); username !== undefined; username = waiting.shift()) {
      const body = { username, email: `${username}@example.org`, password: PASSWORD };
      const answer = await client.send("POST /register", { body }).catch(() => null);
      if (answer === null) {
        brokenOff++;
        return;
      }
      assert.equal(answer[0], 201);
      acknowledged.push(username);
      if (acknowledged.length === killAfter) server.signal("SIGKILL");
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, registerOneByOne));
  assert.ok(acknowledged.length >= killAfter);
  assert.ok(brokenOff > 0, "the kill came after the last registration");
  return acknowledged;
}

/** Checks what SQLite and I4, I5 demand of the file, and answers with the usernames in it. */
function inspectFile(path: string): ReadonlySet<unknown> {
  const database = new DatabaseSync(path);
  const rows = (sql: string) => database.prepare(sql).all();
  try {
    assert.deepEqual(rows("PRAGMA integrity_check").map(({ integrity_check }) => integrity_check), ["ok"]);
    assert.deepEqual(rows("PRAGMA foreign_key_check"), []);
    assert.deepEqual(
      rows(
        "SELECT username FROM userharbor_users WHERE claimed_email IS NULL AND verified = 0 " +
          "AND username NOT IN (SELECT username FROM userharbor_email_verifications)",
      ),
      [],
    );
    assert.deepEqual(
      rows(
        "SELECT username FROM userharbor_email_verifications " +
          "WHERE username NOT IN (SELECT username FROM userharbor_users)",
      ),
      [],
    );
    return new Set(rows("SELECT username FROM userharbor_users").map(({ username }) => username));
  } finally {
    database.close();
  }
}
