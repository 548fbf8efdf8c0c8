import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryThrottle } from "@userharbor/core";
import { PASSWORD, routeCase } from "./_route_cases.ts";
import { openWorld, type World } from "./_world.ts";

/** Where the proxy in front of these tests says who the client is. */
const CLIENT = "x-test-client";

function openThrottled(): Promise<World> {
  return openWorld({
    harbor: { throttle: new MemoryThrottle() },
    handler: { context: ({ headers }) => ({ address: headers.get(CLIENT) ?? "" }) },
  });
}

/** All that a client sees of an answer. */
async function sees(
  world: World,
  { path, body, client }: { readonly path: string; readonly body: object; readonly client: string },
): Promise<{ readonly status: number; readonly headers: object; readonly text: string }> {
  const headers = { [CLIENT]: client };
  const { response, text } = await world.ask(routeCase(path), { body: JSON.stringify(body), headers });
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

test("createHandler() answers 429 with Retry-After, the same for accounts known and unknown (R19, R99)", async () => {
  const world = await openThrottled();
  const login = (username: string, password: string, client: string) =>
    sees(world, { path: "/login", body: { username, password }, client });
  const answers: Awaited<ReturnType<typeof login>>[][] = [];
  for (const [index, name] of ["ada", "ada@example.org", "bob", "nobody", "nobody@example.org"].entries()) {
    const seen = [];
    for (let guess = 0; guess < 12; guess++) {
      seen.push(await login(name, "a guess that is wrong", `10.0.0.${index}`));
    }
    answers.push(seen);
    world.clock.advanceSeconds(60);
  }
  for (const seen of answers) assert.deepEqual(seen, answers[0]);
  assert.deepEqual(answers[0]?.map(({ status }) => status), [...Array(5).fill(401), ...Array(7).fill(429)]);
  const limited = answers[0]?.at(-1);
  assert.deepEqual(JSON.parse(limited?.text ?? ""), {
    detail: "There were too many attempts",
    code: "rate_limited",
  });
  assert.deepEqual(limited?.headers, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "retry-after": "1",
  });
});

test("createHandler() answers 429 to a client that fails too often, and to no other (R88, R99)", async () => {
  const world = await openThrottled();
  const login = async (username: string, password: string, client: string) => {
    const { status, headers } = await sees(world, { path: "/login", body: { username, password }, client });
    return [status, Object.fromEntries(Object.entries(headers))["retry-after"]];
  };
  for (let guess = 0; guess < 10; guess++) {
    assert.deepEqual(await login(`victim${guess}`, "a guess that is wrong", "192.0.2.1"), [401, undefined]);
  }
  world.forget();
  for (const name of ["ada", "nobody"]) {
    assert.deepEqual(await login(name, PASSWORD, "192.0.2.1"), [429, "60"]);
  }
  assert.deepEqual([world.hashes, world.calls], [0, []]);
  assert.deepEqual(await login("ada", PASSWORD, "192.0.2.2"), [200, undefined]);
  world.clock.advanceSeconds(60);
  assert.deepEqual(await login("ada", PASSWORD, "192.0.2.1"), [200, undefined]);
});

test("createHandler() answers 429 to who registers or asks for mail too often, whoever it is for (R95, R99)", async () => {
  const routes = [
    ["/register", 201, (number: number) => ({
      username: `newcomer${number}`,
      email: `newcomer${number}@example.org`,
      password: PASSWORD,
    })],
    [
      "/resend-verification",
      200,
      (number: number) => ({ email: number % 2 ? "bob@example.org" : "nobody@example.org" }),
    ],
    [
      "/password-reset/request",
      200,
      (number: number) => ({ email: number % 2 ? "ada@example.org" : "nobody" }),
    ],
  ] as const;
  for (const [path, success, body] of routes) {
    const world = await openThrottled();
    const ask = (number: number, client = "192.0.2.1") => sees(world, { path, body: body(number), client });
    for (let time = 0; time < 20; time++) assert.equal((await ask(time)).status, success);
    const [known, unknown] = [await ask(21), await ask(22)];
    assert.deepEqual(known, unknown);
    assert.equal(known.status, 429);
    assert.deepEqual(Object.fromEntries(Object.entries(known.headers))["retry-after"], "60");
    assert.equal((await ask(23, "192.0.2.2")).status, success);
    world.clock.advanceSeconds(60);
    assert.equal((await ask(24)).status, success);
    await world.harbor.settled();
  }
});

test("createHandler() answers 429 to a live session whose password was guessed at, and keeps it (R93, R99)", async () => {
  const world = await openThrottled();
  for (let guess = 0; guess < 5; guess++) {
    await sees(world, { path: "/login", body: { username: "ada", password: "wrong" }, client: "192.0.2.1" });
  }
  world.forget();
  for (const path of ["/password/change", "/account"]) {
    const asked = world.ask(routeCase(path));
    assert.equal((await asked).response.headers.get("retry-after"), "1");
    await world.assertRefused(asked, { status: 429, code: "rate_limited", why: path });
  }
  assert.equal((await world.ask(routeCase("/me"))).response.status, 200);
});
