import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import type { NewSession } from "../mod.ts";

test("login() opens a session: a token of 43 characters, its end, and the user (R63, R72)", async () => {
  const life = openHarbor();
  await life.verified("Ada");
  const opened = await life.login("aDA");
  assert.deepEqual(Object.keys(opened).toSorted(), ["expiresAt", "sessionToken", "user"]);
  assert.match(opened.sessionToken, /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(opened.expiresAt, new Date(life.clock.now().getTime() + 2_592_000_000));
  assert.deepEqual(opened.user, await life.store.getUserByUsername("ada"));
  const session = untyped<NewSession>(life.calls.find(({ method }) => method === "addSession")?.args[0]);
  assert.deepEqual(session.createdAt, life.clock.now());
  assert.match(session.id ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(JSON.stringify(session).includes(opened.sessionToken), false);
  assert.notEqual((await life.login("Ada")).sessionToken, opened.sessionToken);
});

test("login() takes the address of a verified account for its name, in any case", async () => {
  const life = openHarbor();
  await life.verified("ada");
  assert.equal((await life.login("ADA@example.ORG")).user.username, "ada");
});

test("login() verifies or hashes exactly once, whatever is wrong (R19, R20, V22)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await life.registered("unverified");
  await life.harbor.register({ username: "displaced", email: emailOf("ada"), password: PASSWORD });
  const attempts = [
    ["ada", NEW_PASSWORD],
    ["ada", ""],
    ["ada", "x".repeat(256)],
    ["nobody", PASSWORD],
    ["nobody@example.org", PASSWORD],
    ["not@an@address", PASSWORD],
    ["@", PASSWORD],
    ["a", PASSWORD],
    ["x".repeat(255), PASSWORD],
    ["a\uff20b", PASSWORD],
    ["a\ud800b", PASSWORD],
    [emailOf("unverified"), PASSWORD],
    ["unverified", NEW_PASSWORD],
    [emailOf("ada"), NEW_PASSWORD],
  ];
  for (const [username = "", password = ""] of attempts) {
    const { hashes } = life;
    await life.refuses("invalid_credentials", () => life.harbor.login({ username, password }));
    assert.equal(life.hashes - hashes, 1, username);
  }
  for (const username of ["unverified", "displaced"]) {
    const { hashes } = life;
    await life.refuses("unverified_user", () => life.harbor.login({ username, password: PASSWORD }));
    assert.equal(life.hashes - hashes, 1);
  }
  const { verified, hashed } = life.passwordHasher;
  await life.login("ada");
  assert.deepEqual([life.passwordHasher.verified - verified, life.passwordHasher.hashed - hashed], [1, 0]);
});

test("login() verifies once for a lapsed account, and for one without a password hash (R20, R41, V22)", async () => {
  const life = openHarbor();
  await life.registered("lapsed");
  await life.verified("ada");
  life.advance(604_800);
  const { hashed } = life.passwordHasher;
  await life.refuses("invalid_credentials", () => life.login("lapsed"));
  assert.equal(life.passwordHasher.hashed - hashed, 1);
  life.store.getPasswordHash = () => Promise.resolve(null);
  await life.refuses("invalid_credentials", () => life.login("ada"));
  assert.equal(life.events.at(-1)?.reason, "ended_meanwhile");
  assert.equal(life.passwordHasher.hashed - hashed, 2);
  assert.equal(life.passwordHasher.verified, 0);
});

test("login() hashes nothing for malformed or over-long input (R17, R33)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const { hashes } = life;
  const names: unknown[] = ["", "a b", "ada\n", "a\u0000", "x".repeat(256), "x".repeat(1 << 20), null, 7, [
    "ada",
  ], {}];
  const before = life.calls.length;
  for (const username of names) {
    await life.refuses(
      "invalid_credentials",
      () => life.harbor.login({ username: untyped(username), password: PASSWORD }),
    );
  }
  assert.equal(life.calls.length, before, "a malformed name reached the store");
  const passwords: unknown[] = ["x".repeat(257), "x".repeat(1 << 20), "\ud800", null, undefined, 7, [
    PASSWORD,
  ], {}];
  for (const username of ["ada", "nobody"]) {
    for (const password of passwords) {
      await life.refuses(
        "invalid_credentials",
        () => life.harbor.login({ username, password: untyped(password) }),
      );
    }
  }
  for (const input of [undefined, null, 7, "ada", []]) {
    await life.refuses("invalid_credentials", () => life.harbor.login(untyped(input)));
  }
  assert.equal(life.hashes, hashes);
});

test("login() trims no password and folds no case; composed and decomposed are one (R5, R6)", async () => {
  const life = openHarbor();
  const password = "Caf\u00e9 au lait, s'il vous pla\u00eet";
  await life.harbor.register({ username: "ada", email: emailOf("ada"), password });
  await life.harbor.settled();
  await life.harbor.verifyEmail(life.verificationToken("ada"));
  for (const wrong of [` ${password}`, `${password} `, password.toUpperCase(), password.toLowerCase()]) {
    await life.refuses("invalid_credentials", () => life.login("ada", wrong));
  }
  await life.login("ada", password.normalize("NFD"));
});

test("login() has no minimum length: an older, shorter password still works", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await life.store.setPasswordHash("ada", await life.passwordHasher.hash("short"));
  await life.login("ada", "short");
});

test("login() takes a password however old it is (R10)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  life.advance(315_576_000);
  const { user, expiresAt } = await life.login("ada");
  assert.equal(user.username, "ada");
  assert.ok(expiresAt > life.clock.now());
});

test("login() verifies once more only when the hash changed meanwhile, and then answers (R20)", async () => {
  const changes = [
    { newHash: PASSWORD, verified: 2, opens: true },
    { newHash: NEW_PASSWORD, verified: 2, opens: false },
    { newHash: null, verified: 1, opens: false },
  ];
  for (const { newHash, verified, opens } of changes) {
    const life = openHarbor();
    await life.verified("ada");
    const addSession = life.store.addSession.bind(life.store);
    life.store.addSession = async (...args) => {
      life.store.addSession = addSession;
      if (newHash === null) await life.store.deleteUser("ada");
      else await life.store.setPasswordHash("ada", await life.passwordHasher.hash(newHash));
      return await addSession(...args);
    };
    if (opens) await life.login("ada");
    else await life.rejectsWithoutMail("invalid_credentials", () => life.login("ada"));
    assert.equal(life.passwordHasher.verified, verified);
  }
});

test("login() gives up after the second refusal by the guard", async () => {
  const life = openHarbor();
  await life.verified("ada");
  life.store.addSession = async () => {
    await life.store.setPasswordHash("ada", await life.passwordHasher.hash(PASSWORD));
    return false;
  };
  await life.rejectsWithoutMail("invalid_credentials", () => life.login("ada"));
  assert.equal(life.passwordHasher.verified, 2);
});

test("login() refused by its guard with the hash unchanged verifies no second time", async () => {
  const life = openHarbor();
  await life.verified("ada");
  life.store.addSession = () => Promise.resolve(false);
  await life.rejectsWithoutMail("invalid_credentials", () => life.login("ada"));
  assert.equal(life.passwordHasher.verified, 1);
});

test("login() guards the session by the account, enabled, and the very hash that matched (R57)", async () => {
  const life = openHarbor();
  const { user } = await life.loggedIn("ada");
  const guard = life.calls.find(({ method }) => method === "addSession")?.args[1];
  const passwordHash = await life.store.getPasswordHash("ada");
  assert.deepEqual(guard, { userId: user.id, passwordHash, disabled: false });
});

test("login() rehashes an outdated hash later, guarded, and keeps the sessions (R13)", async () => {
  const life = openHarbor();
  const earlier = await life.loggedIn("ada");
  const old = await life.store.getPasswordHash("ada");
  life.passwordHasher.rounds = 3;
  const { sessionToken } = await life.harbor.login({ username: "ada", password: PASSWORD });
  assert.equal(await life.store.getPasswordHash("ada"), old, "the answer waited for the rehash");
  await life.harbor.settled();
  const rehashed = await life.store.getPasswordHash("ada");
  assert.match(rehashed ?? "", /^\$fast\$r=3\$/);
  for (const token of [earlier.sessionToken, sessionToken]) {
    assert.equal(await life.harbor.verifySession(token), true);
  }
  const { hashed } = life.passwordHasher;
  await life.login("ada");
  assert.equal(life.passwordHasher.hashed, hashed, "rehashed twice");
});

test("login() rehashes only upwards (R13)", async () => {
  const life = openHarbor();
  life.passwordHasher.rounds = 3;
  await life.verified("ada");
  life.passwordHasher.rounds = 1;
  const hash = await life.store.getPasswordHash("ada");
  await life.login("ada");
  assert.equal(await life.store.getPasswordHash("ada"), hash);
});

test("login() never overwrites a password changed while it rehashes (R13)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  life.passwordHasher.rounds = 2;
  await life.harbor.login({ username: "ada", password: PASSWORD });
  const changed = await life.passwordHasher.hash(NEW_PASSWORD);
  await life.store.setPasswordHash("ada", changed);
  await life.harbor.settled();
  assert.equal(await life.store.getPasswordHash("ada"), changed);
});

test("login() succeeds although the rehash fails, which an event tells", async () => {
  const life = openHarbor();
  await life.verified("ada");
  life.passwordHasher.needsRehash = () => Promise.reject(new RangeError("broken"));
  await life.login("ada");
  const event = life.events.at(-1);
  assert.deepEqual([event?.name, event?.outcome, event?.errorName], ["rehash", "failed", "RangeError"]);
});

test("login() rejects with what store or hasher throw, never as a wrong password (T7)", async () => {
  const failure = new Error("down");
  const fail = () => Promise.reject(failure);
  const breaks: readonly ((life: Life) => void)[] = [
    ({ store }) => store.getUserByUsername = fail,
    ({ store }) => store.getPasswordHash = fail,
    ({ store }) => store.addSession = fail,
    ({ passwordHasher }) => passwordHasher.verify = fail,
  ];
  for (const damage of breaks) {
    const life = openHarbor();
    await life.verified("ada");
    damage(life);
    await assert.rejects(life.login("ada"), (error) => error === failure);
  }
  const life = openHarbor();
  life.passwordHasher.hash = fail;
  await assert.rejects(life.login("nobody"), (error) => error === failure);
});
