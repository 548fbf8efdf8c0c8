import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, PASSWORD, untyped } from "./_harness.ts";
import { openForAccounts, openThrottled } from "./_throttled_life.ts";

const WRONG = "a guess that is wrong";
const HERE = { address: "192.0.2.1" };
const THERE = { address: "198.51.100.1" };

test("login() lets a client try 30 times a minute, whatever comes of it (R88, R99)", async () => {
  const life = openThrottled({ throttleLimits: { failedLoginsPerClient: null, passwordAttempts: null } });
  await life.verified("ada");
  for (let time = 0; time < 15; time++) {
    assert.equal(await life.tries("ada", PASSWORD, HERE), "ok");
    assert.equal(await life.tries("nobody", WRONG, HERE), "invalid_credentials");
  }
  for (const username of ["ada", "nobody", emailOf("ada")]) {
    const login = () => life.harbor.login({ username, password: PASSWORD }, HERE);
    assert.equal(await life.isLimited(login), 60);
  }
  assert.equal(await life.tries("ada", PASSWORD, THERE), "ok");
  life.advance(59.5);
  assert.equal(
    await life.isLimited(() => life.harbor.login({ username: "ada", password: PASSWORD }, HERE)),
    1,
  );
  life.advance(0.5);
  assert.equal(await life.tries("ada", PASSWORD, HERE), "ok");
});

test("login() lets a client fail 10 times a minute, over however many accounts (R88)", async () => {
  const life = openThrottled();
  await life.verified("ada");
  for (let guess = 0; guess < 10; guess++) {
    assert.equal(await life.tries(`nobody${guess}`, WRONG, HERE), "invalid_credentials");
  }
  await life.isLimited(() => life.harbor.login({ username: "ada", password: PASSWORD }, HERE));
  assert.equal(await life.tries("ada", PASSWORD, THERE), "ok");
  life.advance(60);
  assert.equal(await life.tries("ada", PASSWORD, HERE), "ok");
});

test("login() that succeeds wins its client no further guess (R92, V46)", async () => {
  const life = openThrottled();
  await life.verified("mallory");
  const answers = [];
  for (let guess = 0; guess < 12; guess++) {
    answers.push(await life.tries(`victim${guess}`, WRONG, HERE));
    await life.tries("mallory", PASSWORD, HERE);
  }
  assert.deepEqual(answers, [...Array(10).fill("invalid_credentials"), "rate_limited", "rate_limited"]);
});

test("login() that is refused for its pace alone is no failure of its client (R92)", async () => {
  const life = openThrottled({ throttleLimits: { loginsPerClient: null } });
  await life.verified("ada");
  assert.deepEqual(await life.guesses(20, "ada", HERE), [
    ...Array(5).fill("invalid_credentials"),
    ...Array(15).fill("rate_limited"),
  ]);
  assert.equal(
    (await life.guesses(6, "nobody", HERE)).filter((code) => code === "invalid_credentials").length,
    5,
  );
});

test("login() counts an IPv6 network of 64 bits as one client, and a mapped address as what it maps (R86)", async () => {
  const life = openThrottled({ throttleLimits: { loginsPerClient: { limit: 2, windowSeconds: 60 } } });
  const counted = async (...addresses: string[]) => {
    const answers = [];
    for (const address of addresses) answers.push(await life.tries(`nobody${address}`, WRONG, { address }));
    return answers.filter((code) => code !== "rate_limited").length;
  };
  assert.equal(await counted("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:DB8::4"), 2);
  assert.equal(await counted("2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"), 3);
  assert.equal(await counted("192.0.2.9", "::ffff:192.0.2.9", "::ffff:c000:209"), 2);
});

test("login() counts all clients together that it cannot tell apart (R86)", async () => {
  const life = openThrottled({ throttleLimits: { loginsPerClient: { limit: 3, windowSeconds: 60 } } });
  const contexts: readonly unknown[] = [
    undefined,
    {},
    { address: "" },
    { address: "somewhere" },
    { address: "192.0.2.1, 192.0.2.2" },
    { address: 7 },
    { address: null },
  ];
  const answers = [];
  for (const context of contexts) answers.push(await life.tries("nobody", WRONG, untyped(context)));
  assert.deepEqual(answers, [...Array(3).fill("invalid_credentials"), ...Array(4).fill("rate_limited")]);
  assert.equal(await life.tries("nobody", WRONG, HERE), "invalid_credentials");
});

test("login() pauses after the 5th wrong password, for 1 s that double up to 15 min (R88, R99)", async () => {
  for (const username of ["ada", "nobody", emailOf("ada"), emailOf("nobody"), "not@an@address"]) {
    const life = openForAccounts();
    await life.verified("ada");
    assert.deepEqual(await life.guesses(4, username), Array(4).fill("invalid_credentials"));
    for (const pause of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]) {
      assert.equal(await life.tries(username, WRONG), "invalid_credentials", username);
      const login = () => life.harbor.login({ username, password: PASSWORD });
      assert.equal(await life.isLimited(login), pause, username);
      life.advance(0.5);
      assert.equal(await life.isLimited(login), pause, "rounded down, and so too early");
      life.advance(pause - 0.501);
      assert.equal(await life.isLimited(login), 1, username);
      life.advance(0.001);
    }
  }
});

test("login() counts all spellings of a name as one (R91, V44)", async () => {
  const spellings = [
    ["ada", "ADA", "Ada", "\uff21\uff24\uff21", "aDa"],
    ["ada@example.org", "ADA@example.org", "ada@EXAMPLE.org", "Ada@Example.Org", "adA@example.orG"],
    ["nobody", "NOBODY", "noBody", "n\uff4fbody", "Nobody"],
    [
      "nobody@example.org",
      "NOBODY@example.org",
      "nobody@EXAMPLE.org",
      "Nobody@Example.Org",
      "nobodY@example.org",
    ],
  ];
  for (const names of spellings) {
    const life = openForAccounts();
    await life.verified("ada");
    for (const name of names) assert.equal(await life.tries(name, WRONG), "invalid_credentials");
    const answers = [];
    for (const name of names) answers.push(await life.tries(name, WRONG));
    assert.deepEqual(answers, Array(5).fill("rate_limited"));
  }
});

test("login() keys its limits by what names the account, never by another field (R91, V45)", async () => {
  const life = openForAccounts();
  await life.verified("ada");
  const answers = [];
  for (let guess = 0; guess < 8; guess++) {
    const input = {
      username: "ada",
      password: WRONG,
      email: `other${guess}@example.org`,
      address: `192.0.2.${guess}`,
    };
    answers.push((await life.refusalOf(() => life.harbor.login(untyped(input))))?.code);
  }
  assert.deepEqual(answers, [...Array(5).fill("invalid_credentials"), ...Array(3).fill("rate_limited")]);
});

test("login() of the owner is nothing that anybody sees who guesses at the same name (R19)", async () => {
  const pausesOf = async (ownerLogsIn: boolean) => {
    const life = openForAccounts();
    await life.verified("ada");
    const pauses = [];
    await life.guesses(4, emailOf("ada"));
    for (let round = 0; round < 5; round++) {
      await life.guesses(1, emailOf("ada"));
      pauses.push(await life.isLimited(() => life.login(emailOf("ada"))));
      life.advance(1_000);
      if (ownerLogsIn) await life.login(emailOf("ada"));
    }
    return pauses;
  };
  assert.deepEqual(await pausesOf(true), [1, 2, 4, 8, 16]);
  assert.deepEqual(await pausesOf(false), [1, 2, 4, 8, 16]);
});

test("login() counts nothing for malformed or over-long input (R17)", async () => {
  const life = openThrottled();
  await life.verified("ada");
  life.throttle.calls.length = 0;
  const malformed: readonly unknown[] = [
    { username: "", password: PASSWORD },
    { username: "a b", password: PASSWORD },
    { username: "x".repeat(256), password: PASSWORD },
    { username: "ada", password: "x".repeat(257) },
    { username: 7, password: PASSWORD },
    { username: "ada" },
    undefined,
  ];
  for (const input of malformed) {
    await life.refuses("invalid_credentials", () => life.harbor.login(untyped(input)));
  }
  assert.deepEqual(life.throttle.calls, []);
});

test("no throttle is shown an address or a name, and under a secret none can be guessed", async () => {
  const keysOf = async (tokenSecret?: string) => {
    const life = openThrottled(tokenSecret === undefined ? {} : { tokenSecret });
    const { sessionToken, user } = await life.loggedIn("ada");
    await life.tries("ada", WRONG, HERE);
    await life.resetToken("ada");
    await life.refusalOf(() => life.harbor.deleteAccount({ sessionToken, password: WRONG }));
    const keys = life.throttle.calls.map(({ key }) => key ?? "");
    for (const key of keys) {
      assert.match(key, /^[a-zA-Z]{1,40}:[0-9a-f]{64}$/);
      assert.equal(key.includes(user.id), false);
    }
    return new Set(keys.filter((key) => key.startsWith("failedLoginsPerClient")));
  };
  assert.deepEqual(await keysOf(), await keysOf());
  assert.equal((await keysOf()).intersection(await keysOf("a secret of sixteen bytes")).size, 0);
});
