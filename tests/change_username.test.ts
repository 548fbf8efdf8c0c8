import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { UserHarborError, type UserStore } from "../mod.ts";
import {
  emailOf,
  hasCode,
  NEW_PASSWORD,
  openHarbor,
  outcomes,
  PASSWORD,
  UNKNOWN_TOKEN,
  untyped,
} from "./_harness.ts";
import { isWrite } from "./_intercept_store.ts";
import { stores } from "./_stores.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

test("changeUsername() renames the account; its sessions, tokens and roles stay, and it is told (R59)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken, user } = await life.loggedIn("ada");
    const other = await life.login("ada");
    await life.harbor.roles.create("admin");
    await life.harbor.grantRole("ada", "admin");
    const emailChangeToken = await life.emailChangeToken(sessionToken, "ada@example.net");
    const resetToken = await life.resetToken("ada");
    const change = { sessionToken, password: PASSWORD, newUsername: "Lovelace" };
    let answer: unknown;
    const mails = await life.mailsOf(async () =>
      answer = await life.harbor.changeUsername(change, { locale: "de" })
    );
    assert.equal(answer, undefined);
    assert.deepEqual(mails, ["username_changed ada@example.org"], name);
    const { username, earlierUsername, locale } = life.mails.at(-1) ?? {};
    assert.deepEqual([username, earlierUsername, locale], ["Lovelace", "ada", "de"]);
    for (const each of [sessionToken, other.sessionToken]) {
      const current = await life.harbor.getCurrentUser(each);
      assert.deepEqual([current.username, current.id, current.email], ["Lovelace", user.id, emailOf("ada")]);
    }
    assert.equal((await life.harbor.sessions.list(sessionToken)).length, 2);
    assert.deepEqual(await life.harbor.getRoles("lovelace"), new Set(["admin"]));
    assert.equal(await life.harbor.hasRole(sessionToken, "admin"), true);
    assert.equal((await life.login("LOVELACE")).user.id, user.id);
    await life.refuses("invalid_credentials", () => life.login("ada"));
    await life.refuses("unknown_user", () => life.harbor.getRoles("ada"));
    await life.harbor.confirmEmailChange(emailChangeToken);
    await life.harbor.settled();
    assert.equal((await life.harbor.getCurrentUser(sessionToken)).email, "ada@example.net");
    await life.refuses(
      "invalid_password_reset_token",
      () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
    );
  }
});

test("changeUsername() leaves a reset under way, and every secret of the account, working", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const resetToken = await life.resetToken("ada");
  await life.harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" });
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  await life.login("lovelace", NEW_PASSWORD);
});

test("changeUsername() frees the old name, and whoever takes it inherits nothing (R43, I4)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    await life.harbor.roles.create("admin");
    await life.harbor.grantRole("ada", "admin");
    await life.harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" });
    await life.harbor.register({ username: "Ada", email: "new@example.org", password: NEW_PASSWORD });
    await life.harbor.settled();
    assert.deepEqual(await life.harbor.getRoles("ada"), new Set(), name);
    assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "lovelace");
    await life.harbor.logoutAll(sessionToken);
    await life.refuses("unverified_user", () => life.login("ada", NEW_PASSWORD));
  }
});

test("changeUsername() judges the session, the password, the name, in this order (R17, R69)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.verified("bob");
  const bad = { sessionToken: UNKNOWN_TOKEN, password: NEW_PASSWORD, newUsername: "b b" };
  const refused = (code: Parameters<typeof life.refuses>[0], input: unknown) =>
    life.refuses(code, () => life.harbor.changeUsername(untyped(input)));
  const knowing = { sessionToken, password: PASSWORD };
  await refused("invalid_session_token", bad);
  assert.equal(life.passwordHasher.hashed, 2, "the registrations'");
  await refused("invalid_credentials", { ...bad, sessionToken });
  await refused("invalid_username", { ...bad, ...knowing });
  for (const newUsername of ["bob", "BOB", "Bob"]) {
    await refused("username_taken", { ...knowing, newUsername });
  }
  for (const value of [undefined, null, 7, {}, [PASSWORD], "x".repeat(257), "a@b", "a\u0000b"]) {
    await refused("invalid_credentials", { sessionToken, password: value, newUsername: "lovelace" });
    await refused("invalid_username", { ...knowing, newUsername: value });
  }
  await refused("invalid_session_token", undefined);
});

test("changeUsername() asks the application's validator, and believes nothing but true (R29)", async () => {
  for (const verdict of [false, undefined, "yes", 1]) {
    let isStrict = false;
    const life = openHarbor({ usernameValidator: () => isStrict ? untyped<boolean>(verdict) : true });
    const { sessionToken } = await life.loggedIn("ada");
    isStrict = true;
    const change = { sessionToken, password: PASSWORD, newUsername: "lovelace" };
    await life.refuses("invalid_username", () => life.harbor.changeUsername(change));
  }
});

test("changeUsername() takes another spelling of the own name (R29)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    const change = { sessionToken, password: PASSWORD, newUsername: "ADA" };
    assert.deepEqual(await life.mailsOf(() => life.harbor.changeUsername(change)), [
      "username_changed ada@example.org",
    ]);
    assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "ADA", name);
    assert.equal((await life.login("ada")).user.username, "ADA");
  }
});

test("changeUsername() to the name there is changes nothing and tells nobody", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const change = { sessionToken, password: PASSWORD, newUsername: "ada" };
  assert.deepEqual(await life.mailsOf(() => life.harbor.changeUsername(change)), []);
  const { outcome, reason } = life.events.at(-1) ?? {};
  assert.deepEqual([outcome, reason], ["succeeded", "no_change"]);
  assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "ada");
});

test("changeUsername() removes a lapsed namesake, and no other (R41)", async () => {
  for (const { name, open } of stores) {
    for (const [seconds, isFree] of [[604_799, false], [604_800, true]] as const) {
      const life = openHarbor({ store: await open() });
      const { sessionToken } = await life.loggedIn("ada");
      await life.registered("Squatter");
      life.advance(seconds);
      const change = { sessionToken, password: PASSWORD, newUsername: "squatter" };
      if (!isFree) {
        await life.refuses("username_taken", () => life.harbor.changeUsername(change));
        continue;
      }
      await life.harbor.changeUsername(change);
      assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "squatter", name);
      assert.equal(await life.store.getUserByEmail(emailOf("squatter")), null);
    }
  }
});

test("changeUsername() leaves a namesake that was verified meanwhile (R41)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.registered("squatter");
  life.advance(604_800);
  const remove = life.store.deleteUser.bind(life.store);
  life.store.deleteUser = async (username, guard) => {
    await life.store.setUserVerified(username);
    return await remove(username, guard);
  };
  const change = { sessionToken, password: PASSWORD, newUsername: "squatter" };
  await life.rejectsWithoutMail("username_taken", () => life.harbor.changeUsername(change));
  assert.equal((await life.store.getUserByUsername("squatter"))?.verified, true);
  assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "ada");
});

test("changeUsername() guards the change by the account and its password", async () => {
  const life = openHarbor();
  const { sessionToken, user } = await life.loggedIn("ada");
  const passwordHash = await life.store.getPasswordHash("ada");
  const change = { sessionToken, password: PASSWORD, newUsername: "Lovelace" };
  const writes = (await life.callsOf(() => life.harbor.changeUsername(change))).filter(isWrite);
  assert.equal(writes[0]?.method, "transaction");
  assert.deepEqual(writes.slice(1).map(({ method, args }) => [method, ...args]), [[
    "setUsername",
    "ada",
    { username: "Lovelace", usernameKey: "lovelace" },
    { userId: user.id, passwordHash, disabled: false },
  ]]);
});

test("changeUsername() on a store that lacks setUsername() is a TypeError before anything is asked", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  const { sessionToken } = await life.loggedIn("ada");
  const change = { sessionToken, password: PASSWORD, newUsername: "lovelace" };
  const calls = await life.callsOf(() =>
    assert.rejects(life.harbor.changeUsername(change), { name: "TypeError", message: /setUsername/ })
  );
  assert.deepEqual(calls, []);
});

test("changeUsername() changes nothing under a password changed, or for an account gone, meanwhile (R57)", async () => {
  const meanwhile: readonly ((store: UserStore) => Promise<unknown>)[] = [
    (store) => store.setPasswordHash("ada", "$fast$another"),
    (store) => store.deleteUser("ada"),
    async (store) => {
      await store.deleteUser("ada");
      await store.createUser({ id: "newcomer", username: "ada", email: "n@example.org", passwordHash: "$x" });
    },
  ];
  for (const change of meanwhile) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    const find = life.store.getUserByUsername.bind(life.store);
    life.store.getUserByUsername = async (key) => {
      life.store.getUserByUsername = find;
      await change(life.store);
      return await find(key);
    };
    const input = { sessionToken, password: PASSWORD, newUsername: "lovelace" };
    await life.rejectsWithoutMail("invalid_credentials", () => life.harbor.changeUsername(input));
    assert.equal(await find("lovelace"), null);
  }
});

test("changeUsername() by a session ended meanwhile is refused and changes nothing (R65)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    const find = life.store.getUserByUsername.bind(life.store);
    life.store.getUserByUsername = async (key) => {
      life.store.getUserByUsername = find;
      await life.harbor.logoutAll(sessionToken);
      return await find(key);
    };
    const change = { sessionToken, password: PASSWORD, newUsername: "lovelace" };
    await life.rejectsWithoutMail("invalid_session_token", () => life.harbor.changeUsername(change));
    assert.equal(life.events.at(-1)?.reason, "ended_meanwhile", name);
    assert.equal((await find("ada"))?.username, "ada");
  }
});

test("changeUsername() does without sendUsernameChanged(), and answers although the mail fails (R24)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  life.emailSender.sendUsernameChanged = () => Promise.reject(new Error("down"));
  await life.harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" });
  await life.harbor.settled();
  assert.equal(life.events.at(-1)?.name, "mail.username_changed");
  Object.defineProperty(life.emailSender, "sendUsernameChanged", { value: undefined });
  await life.harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "ada" });
  await life.harbor.settled();
  assert.equal(life.events.at(-1)?.outcome, "succeeded");
});

test("changeUsername() lets through what the store throws, even username_taken's look-alikes", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const change = { sessionToken, password: PASSWORD, newUsername: "lovelace" };
  const failure = Object.assign(new Error("look-alike"), { code: "username_taken" });
  life.store.transaction = () => Promise.reject(failure);
  await assert.rejects(life.harbor.changeUsername(change), (error) => error === failure);
  life.store.transaction = () => Promise.reject(new UserHarborError("overloaded", "Cannot"));
  await assert.rejects(life.harbor.changeUsername(change), hasCode("overloaded"));
});

for (const { name, open } of stores) {
  test(`100 accounts that take one name at once on ${name} make one of that name (T1, I1, R29)`, async () => {
    const life = openHarbor({ store: await open() });
    const people = Array.from({ length: 100 }, (_, index) => `user-${index}`);
    const tokens: string[] = [];
    for (const person of people) tokens.push((await life.loggedIn(person)).sessionToken);
    const take = tokens.map((sessionToken, index) =>
      life.harbor.changeUsername({
        sessionToken,
        password: PASSWORD,
        newUsername: index % 2 === 0 ? "ada" : "ADA",
      })
    );
    assert.deepEqual(await outcomes(take), { ok: 1, username_taken: 99 });
  });
}
