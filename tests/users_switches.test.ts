import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { setFlags } from "./_flags.ts";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, outcomes, PASSWORD, untyped } from "./_harness.ts";
import { isWrite } from "./_intercept_store.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

type Users = Life["harbor"]["users"];

/** Everything that takes a username and answers nothing. */
const OF_ONE = [
  "disable",
  "enable",
  "requirePasswordChange",
  "forceReset",
  "revokeSessions",
  "delete",
] as const satisfies readonly (keyof Users)[];

/** Those that switch flags. */
const SWITCHES = ["disable", "enable", "requirePasswordChange"] as const;

for (const name of OF_ONE) {
  test(`users.${name}() knows no account of another name, a malformed one or one that lapsed`, async () => {
    const life = openHarbor();
    await life.registered("ada");
    life.advance(604_800);
    const { users } = life.harbor;
    for (const username of ["bob", emailOf("ada"), "ada", "", "a b", "\ud800", null, 7, ["ada"]]) {
      await life.refuses("unknown_user", () => users[name](untyped(username)));
    }
  });

  test(`users.${name}() touches nobody who took the name since it was looked up (I4)`, async () => {
    const life = openHarbor();
    await life.verified("ada");
    const find = life.store.getUserByUsername.bind(life.store);
    const gone = await find("ada");
    await life.harbor.users.delete("ada");
    await life.harbor.settled();
    const { sessionToken } = await life.loggedIn("ada");
    const before = [await find("ada"), await life.store.getPasswordHash("ada")];
    life.store.getUserByUsername = () => Promise.resolve(gone);
    await life.rejectsWithoutMail("unknown_user", () => life.harbor.users[name]("ada"));
    life.store.getUserByUsername = find;
    assert.deepEqual([await find("ada"), await life.store.getPasswordHash("ada")], before);
    assert.equal(await life.harbor.verifySession(sessionToken), true);
  });

  test(`users.${name}() makes one event, with whose account it was and who did it (R116)`, async () => {
    const life = openHarbor();
    const { user } = await life.loggedIn("ada");
    life.events.length = 0;
    await life.harbor.users[name]("ADA", { actor: "admin-7" });
    const [event, ...more] = life.events;
    assert.deepEqual(more, []);
    const { outcome, userId, username, context } = event ?? assert.fail();
    assert.deepEqual([outcome, userId, username, context], ["succeeded", user.id, "ada", {
      actor: "admin-7",
    }]);
  });
}

for (const name of SWITCHES) {
  test(`users.${name}() needs a store with flags, and writes nothing to another one`, async () => {
    const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
    await life.verified("ada");
    const calls = life.calls.length;
    await assert.rejects(life.harbor.users[name]("ada"), /setUserFlags/);
    assert.deepEqual(life.calls.slice(calls).filter(isWrite), []);
  });
}

test("the other operations on one account do without flags", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  await life.loggedIn("ada");
  for (const name of ["forceReset", "revokeSessions", "delete"] as const) {
    await life.harbor.users[name]("ada");
  }
  assert.equal(await life.store.getUserByUsername("ada"), null);
});

test("users.disable() ends every session and mailed token of the account together with it, and no other's (R43, R67, V46)", async () => {
  const life = openHarbor();
  const sessions = [await life.loggedIn("ada"), await life.login("ada")];
  const bob = await life.loggedIn("bob");
  const resetToken = await life.resetToken("ada");
  const mails = await life.mailsOf(() => life.harbor.users.disable("ada"));
  assert.deepEqual(mails, []);
  assert.equal((await life.harbor.users.get("ada"))?.disabled, true);
  assert.deepEqual(await life.store.listSessions?.("ada"), []);
  for (const { sessionToken } of sessions) {
    assert.equal(await life.harbor.verifySession(sessionToken), false);
    await life.refuses("invalid_session_token", () => life.harbor.getCurrentUser(sessionToken));
  }
  await life.refuses(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
  assert.equal(await life.harbor.verifySession(bob.sessionToken), true);
});

test("users.disable() keeps name, address, password and roles; users.enable() brings back no session and no token (R67)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.harbor.roles.create("admin");
  await life.harbor.grantRole("ada", "admin");
  const resetToken = await life.resetToken("ada");
  await life.harbor.users.disable("ada");
  await life.refuses("invalid_credentials", () => life.login("ada"));
  await life.harbor.users.enable("ada");
  assert.equal(await life.harbor.verifySession(sessionToken), false);
  await life.refuses(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
  const again = await life.login("ada");
  assert.deepEqual([again.user.email, again.user.verified], [emailOf("ada"), true]);
  assert.equal(await life.harbor.hasRole(again.sessionToken, "admin"), true);
});

test("users.disable(), enable() and requirePasswordChange() done twice say that nothing changed", async () => {
  const life = openHarbor();
  await life.verified("ada");
  for (const name of SWITCHES) {
    await life.harbor.users[name]("ada");
    const first = life.events.at(-1);
    await life.harbor.users[name]("ada");
    assert.deepEqual([first?.reason, life.events.at(-1)?.reason], [undefined, "no_change"], name);
  }
});

test("users.disable() of an account that is disabled ends what another process opened since", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await setFlags(life, "ada", { disabled: true });
  await life.harbor.users.disable("ada");
  assert.deepEqual(await life.store.listSessions?.("ada"), []);
  await life.harbor.users.enable("ada");
  assert.equal(await life.harbor.verifySession(sessionToken), false);
});

test("users.requirePasswordChange() leaves sessions that are good for nothing but the change (R10)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  assert.deepEqual(await life.mailsOf(() => life.harbor.users.requirePasswordChange("ada")), []);
  await life.refuses("password_change_required", () => life.harbor.getCurrentUser(sessionToken));
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const opened = await life.harbor.changePassword(change);
  assert.equal(await life.harbor.verifySession(opened.sessionToken), true);
});

test("users.forceReset() makes the password useless, ends sessions and tokens, and mails a token (R51, R61)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const earlierToken = await life.resetToken("ada");
  const mails = await life.mailsOf(() => life.harbor.users.forceReset("ada", { locale: "de" }));
  assert.deepEqual(mails, [`password_reset ${emailOf("ada")}`]);
  const mail = life.mails.at(-1);
  assert.equal(mail?.locale, "de");
  assert.equal(mail?.expiresAt?.getTime(), life.clock.now().getTime() + 3_600_000);
  const { verified } = life.passwordHasher;
  await life.refuses("invalid_credentials", () => life.login("ada"));
  assert.equal(life.passwordHasher.verified - verified, 1);
  assert.equal(await life.harbor.verifySession(sessionToken), false);
  const reset = (resetToken: string) => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  await life.refuses("invalid_password_reset_token", () => reset(earlierToken));
  await reset(mail?.token ?? "");
  await life.login("ada", NEW_PASSWORD);
});

test("users.forceReset() hashes once, and before the transaction (T8)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const { hashed } = life.passwordHasher;
  let inside = -1;
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = (work) => {
    inside = life.passwordHasher.hashed;
    return transaction(work);
  };
  await life.harbor.users.forceReset("ada");
  assert.deepEqual([inside, life.passwordHasher.hashed], [hashed + 1, hashed + 1]);
});

test("users.forceReset() mails nothing to a disabled account, whose password it ends all the same", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await life.harbor.users.disable("ada");
  const hash = await life.store.getPasswordHash("ada");
  assert.deepEqual(await life.mailsOf(() => life.harbor.users.forceReset("ada")), []);
  assert.deepEqual(life.failures, []);
  assert.notEqual(await life.store.getPasswordHash("ada"), hash);
  await life.harbor.users.enable("ada");
  await life.refuses("invalid_credentials", () => life.login("ada"));
});

test("users.forceReset() mails nothing to an address that the account does not hold (R31)", async () => {
  const life = openHarbor();
  await life.verified("owner");
  await life.harbor.register({ username: "ada", email: emailOf("owner"), password: PASSWORD });
  await life.harbor.settled();
  assert.deepEqual(await life.mailsOf(() => life.harbor.users.forceReset("ada")), []);
  await life.store.deleteUser("owner");
  assert.equal(await life.store.getUserByEmail(emailOf("owner")), null);
  assert.deepEqual(await life.mailsOf(() => life.harbor.users.forceReset("ada")), [], "now it is nobody's");
  await life.registered("bob");
  assert.deepEqual(await life.mailsOf(() => life.harbor.users.forceReset("bob")), [
    `password_reset ${emailOf("bob")}`,
  ]);
});

test("users.forceReset() refuses as overloaded without having changed anything", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const busy = new Error("busy");
  life.passwordHasher.hash = () => Promise.reject(busy);
  const calls = life.calls.length;
  await assert.rejects(life.harbor.users.forceReset("ada"), busy);
  assert.deepEqual(life.calls.slice(calls).filter(isWrite), []);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
});

test("users.revokeSessions() ends every session of the account, and nobody else's (R65)", async () => {
  const life = openHarbor();
  const sessions = [await life.loggedIn("ada"), await life.login("ada"), await life.loggedIn("bob")];
  const resetToken = await life.resetToken("ada");
  assert.deepEqual(await life.mailsOf(() => life.harbor.users.revokeSessions("ada")), []);
  const live = await Promise.all(sessions.map(({ sessionToken }) => life.harbor.verifySession(sessionToken)));
  assert.deepEqual(live, [false, false, true]);
  await life.login("ada");
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
});

test("users.delete() removes the account and all that refers to it, and tells its owner (R43, V7)", async () => {
  const life = openHarbor();
  const { sessionToken, user } = await life.loggedIn("ada");
  await life.harbor.roles.create("admin");
  await life.harbor.grantRole("ada", "admin");
  const resetToken = await life.resetToken("ada");
  const mails = await life.mailsOf(() => life.harbor.users.delete("ada", { locale: "de" }));
  assert.deepEqual(mails, [`account_deleted ${emailOf("ada")}`]);
  assert.equal(life.mails.at(-1)?.locale, "de");
  assert.equal(await life.harbor.verifySession(sessionToken), false);
  await life.refuses(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
  await life.verified("ada");
  assert.notEqual((await life.harbor.users.get("ada"))?.id, user.id);
  assert.deepEqual(await life.harbor.getRoles("ada"), new Set());
  assert.equal(await life.harbor.verifySession(sessionToken), false, "it opened the newcomer's account");
});

test("users.delete() tells nobody whose address was not verified, or who was disabled before", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await life.verified("bob");
  await life.harbor.users.disable("bob");
  for (const name of ["ada", "bob"]) {
    assert.deepEqual(await life.mailsOf(() => life.harbor.users.delete(name)), []);
    assert.equal(await life.store.getUserByUsername(name), null);
  }
  assert.deepEqual(life.failures, []);
});

test("of 20 users.delete() of one account one succeeds, and one mail is sent", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const mails = life.mails.length;
  const deletions = Array.from({ length: 20 }, () => life.harbor.users.delete("ada"));
  assert.deepEqual(await outcomes(deletions), { ok: 1, unknown_user: 19 });
  await life.harbor.settled();
  assert.equal(life.mails.length - mails, 1);
});

test("harbor.users is frozen, and its members need no this", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const { users } = life.harbor;
  assert.equal(Object.isFrozen(users), true);
  const { disable, get } = users;
  await disable("ada");
  assert.equal((await get("ada"))?.disabled, true);
});
