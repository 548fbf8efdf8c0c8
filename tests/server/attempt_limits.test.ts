import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ServerProcess, temporaryFolder } from "./_server.ts";
import { Visitor } from "./_visitor.ts";

const GUESS = "a guess that is wrong";

/** A request as the proxy on this computer would hand it on, for a client that sent a header of its own. */
function forwarded(client: string): Readonly<Record<string, string>> {
  return { "x-forwarded-for": `127.0.0.1, ${client}` };
}

interface Guess {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function guess(origin: string, { name, headers }: Guess): Promise<number> {
  const response = await fetch(`${origin}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ username: name, password: GUESS }),
  });
  await response.body?.cancel();
  return response.status;
}

test("server limits guesses by client behind the proxies it is told, over API and pages alike (R86, R88)", async () => {
  using folder = temporaryFolder();
  const variables = {
    PORT: "0",
    DATABASE_PATH: join(folder.path, "accounts.sqlite"),
    ATTEMPT_LIMITS: "1",
    TRUSTED_PROXIES: "127.0.0.1,::1",
  };
  const statuses = async (origin: string, client: string, count: number): Promise<readonly number[]> => {
    const seen = [];
    for (let number = 0; number < count; number++) {
      const name = `${client}-${number}`.replaceAll(":", ".");
      seen.push(await guess(origin, { name, headers: forwarded(client) }));
    }
    return seen;
  };
  {
    await using server = new ServerProcess(variables);
    const origin = await server.origin();
    assert.deepEqual(await statuses(origin, "203.0.113.7", 11), [...Array(10).fill(401), 429]);
    assert.deepEqual(await statuses(origin, "203.0.113.8", 1), [401]);
    const visitor = new Visitor((request) => {
      for (const [name, value] of Object.entries(forwarded("203.0.113.7"))) request.headers.set(name, value);
      return fetch(request, { redirect: "manual" });
    }, origin);
    await visitor.open("/login");
    const { status, message } = await visitor.submit("Log in", { username: "somebody", password: GUESS });
    assert.equal(status, 429);
    assert.match(message, /too many attempts/i);
  }
  // Counted in the database: a restart makes no budget whole.
  await using server = new ServerProcess(variables);
  assert.deepEqual(await statuses(await server.origin(), "203.0.113.7", 1), [429]);
});

test("server believes no header about a client that it was told no proxy for (R86, V9)", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({
    PORT: "0",
    DATABASE_PATH: join(folder.path, "accounts.sqlite"),
    ATTEMPT_LIMITS: "1",
  });
  const origin = await server.origin();
  const seen = [];
  for (let number = 0; number < 11; number++) {
    // The same from whichever end it is read.
    const client = `203.0.113.${number}`;
    const headers = { "x-forwarded-for": `${client}, ${client}`, "x-real-ip": client };
    seen.push(await guess(origin, { name: `nobody${number}`, headers }));
  }
  assert.deepEqual(seen, [...Array(10).fill(401), 429]);
});

test("server warns where all people would count as the proxy in front of it", async () => {
  using folder = temporaryFolder();
  const variables = {
    PORT: "0",
    DATABASE_PATH: join(folder.path, "accounts.sqlite"),
    ORIGIN: "https://accounts.example.org",
  };
  const warned: boolean[] = [];
  for (const more of [{}, { TRUSTED_PROXIES: "127.0.0.1" }, { ATTEMPT_LIMITS: "0" }]) {
    await using server = new ServerProcess({ ...variables, ...more });
    await server.origin();
    server.signal("SIGTERM");
    warned.push((await server.ended()).stderr.includes("TRUSTED_PROXIES"));
  }
  assert.deepEqual(warned, [true, false, false]);
});
