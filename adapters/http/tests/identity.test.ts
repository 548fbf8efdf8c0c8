import assert from "node:assert/strict";
import { test } from "node:test";
import { NEW_PASSWORD, PASSWORD, routeCase } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

test("POST /email/change and its confirmation move an account, and both addresses are told (R40)", async () => {
  const world = await openWorld();
  const asked = await world.ask(routeCase("/email/change"));
  assert.deepEqual([asked.response.status, asked.text], [200, '{"detail":"Confirmation email sent"}']);
  await world.harbor.settled();
  const token = world.sender.tokenFor("email_change", "ada@example.com");
  assert.match((await world.ask(routeCase("/me"))).text, /"email":"ada@example\.org"/);

  const confirmed = await world.ask(routeCase("/email/change/confirm"), { body: JSON.stringify({ token }) });
  assert.deepEqual([confirmed.response.status, confirmed.text], [200, '{"detail":"Email changed"}']);
  await world.harbor.settled();
  assert.match((await world.ask(routeCase("/me"))).text, /"email":"ada@example\.com"/);
  assert.deepEqual(world.sender.sent.map(({ kind, to }) => `${kind} ${to}`), [
    "email_change ada@example.com",
    "email_changed ada@example.org",
    "email_verified ada@example.com",
  ]);
});

test("POST /email/change answers alike, byte for byte, for an address that somebody owns (R25)", async () => {
  const answers = new Set<string>();
  for (const new_email of ["cleo@example.org", "bob@example.org", "ada@example.org"]) {
    const world = await openWorld();
    await world.harbor.verifyEmail(world.secrets.verification);
    const body = JSON.stringify({ password: PASSWORD, new_email });
    const { response, text } = await world.ask(routeCase("/email/change"), { body });
    answers.add(JSON.stringify([response.status, [...response.headers], text]));
  }
  assert.equal(answers.size, 1);
});

test("POST /email/change and /username/change ask for the password of the session's account (R69)", async () => {
  for (const path of ["/email/change", "/username/change", "/reauthenticate"]) {
    const world = await openWorld();
    const body = { ...routeCase(path).body?.(world.secrets), password: NEW_PASSWORD };
    const asked = world.ask(routeCase(path), { body: JSON.stringify(body) });
    await world.assertRefused(asked, { status: 401, code: "invalid_credentials" });
  }
});

test("POST /username/change renames the account behind the session, which goes on", async () => {
  const world = await openWorld();
  const { text } = await world.ask(routeCase("/username/change"));
  assert.equal(text, '{"detail":"Username changed"}');
  assert.match((await world.ask(routeCase("/me"))).text, /"username":"lovelace"/);
  await world.harbor.settled();
  world.forget();
  const body = JSON.stringify({ password: PASSWORD, new_username: "BOB" });
  const taken = world.ask(routeCase("/username/change"), { body });
  await world.assertRefused(taken, { status: 409, code: "username_taken" });
});
