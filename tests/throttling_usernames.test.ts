import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, PASSWORD } from "./_harness.ts";
import { openThrottled } from "./_throttled_life.ts";

const HERE = { address: "192.0.2.7" };
const ELSEWHERE = { address: "192.0.2.8" };

test("changeUsername() tells a client 20 times a minute whether a name is taken, and register() counts along (R27)", async () => {
  const life = openThrottled();
  const { sessionToken } = await life.loggedIn("mallory");
  await life.verified("ada");
  await life.verified("bob");
  life.advance(60);
  const change = (newUsername: string, context = HERE) =>
    life.harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername }, context);
  const register = () =>
    life.harbor.register({ username: "bob", email: emailOf("x"), password: PASSWORD }, HERE);
  for (let time = 0; time < 10; time++) {
    assert.equal((await life.refusalOf(() => change("ada")))?.code, "username_taken");
    assert.equal((await life.refusalOf(register))?.code, "username_taken");
  }
  for (const taken of [true, false]) {
    const { hashes } = life;
    const refusal = await life.refusalOf(() => change(taken ? "ada" : "nobody"));
    assert.deepEqual([refusal?.code, refusal?.retryAfterSeconds], ["rate_limited", 60]);
    assert.equal(life.hashes, hashes, "the password was verified");
  }
  assert.equal(await life.isLimited(register), 60);
  assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "mallory");

  assert.equal((await life.refusalOf(() => change("ada", ELSEWHERE)))?.code, "username_taken");
  life.advance(60);
  await change("nobody");
  assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "nobody");
});

test("changeUsername() with a bad session is not counted (R27)", async () => {
  const life = openThrottled();
  const { sessionToken } = await life.loggedIn("ada");
  life.advance(60);
  const change = (token: string, newUsername: string) =>
    life.harbor.changeUsername({ sessionToken: token, password: PASSWORD, newUsername }, HERE);
  for (let time = 0; time < 30; time++) {
    assert.equal((await life.refusalOf(() => change("x", "ada")))?.code, "invalid_session_token");
  }
  await change(sessionToken, "lovelace");
});
