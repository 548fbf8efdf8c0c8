import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

const PASSWORD = "seven quiet otters at dawn";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`server ends at ${signal} with 0, and the next one knows its accounts and sessions`, async () => {
    using folder = temporaryFolder();
    const variables = { PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") };
    await using server = new ServerProcess(variables);
    const client = new Client(await server.origin());
    await client.send("POST /register", {
      body: { username: "ada", email: "ada@example.org", password: PASSWORD },
    });
    const { token } = await client.mail("verification", "ada@example.org");
    await client.send("POST /verify-email", { body: { token } });
    const session = await client.logIn("ada", PASSWORD);

    server.signal(signal);
    const { code, stderr } = await server.ended();
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });

    await using next = new ServerProcess(variables);
    const later = new Client(await next.origin());
    const [status, account] = await later.send("GET /me", { token: session });
    assert.deepEqual([status, account["username"]], [200, "ada"]);
    await later.logIn("ada", PASSWORD);
    assert.deepEqual(await later.inbox(), []);
  });
}

test("server finishes at SIGINT what is under way, and takes nothing new", async () => {
  using folder = temporaryFolder();
  const variables = { PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") };
  await using server = new ServerProcess(variables);
  const origin = await server.origin();
  const { socket, body } = await startRegistration(origin);

  server.signal("SIGINT");
  while (await status(origin) !== 503);
  socket.write(body);
  assert.match(await text(socket), /^HTTP\/1\.1 201 .*\{"detail":"User registered"\}$/s);
  assert.equal((await server.ended()).code, 0);

  await using next = new ServerProcess(variables);
  const [, refusal] = await new Client(await next.origin()).send("POST /login", {
    body: { username: "ada", password: PASSWORD },
  });
  assert.equal(refusal["code"], "unverified_user");
});

test("server ends at SIGINT although a client never comes to the end of its request", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const { socket } = await startRegistration(await server.origin());
  server.signal("SIGINT");
  assert.equal((await server.ended()).code, 0);
  socket.destroy();
});

/** Sends the head of a registration, and resolves when the server is waiting for the body. */
async function startRegistration(
  origin: string,
): Promise<{ readonly socket: Socket; readonly body: string }> {
  const body = JSON.stringify({ username: "ada", email: "ada@example.org", password: PASSWORD });
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  socket.write(
    "POST /auth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
      `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
  );
  const [goOn] = await once(socket, "data");
  assert.match(String(goOn), /^HTTP\/1\.1 100 /);
  return { socket, body };
}

async function status(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}
