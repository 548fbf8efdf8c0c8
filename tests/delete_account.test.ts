import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, NEW_PASSWORD, openHarbor, outcomes, PASSWORD, UNKNOWN_TOKEN, untyped } from "./_harness.ts";

test("deleteAccount() removes the account and all that refers to it, and tells the address (R43, R59)", async () => {
  const life = openHarbor();
  const first = await life.loggedIn("ada");
  const second = await life.login("ada");
  const resetToken = await life.resetToken("ada");
  await life.harbor.roles.create("admin");
  await life.harbor.grantRole("ada", "admin");
  const remove = () =>
    life.harbor.deleteAccount({ sessionToken: first.sessionToken, password: PASSWORD }, { locale: "fr" });
  assert.deepEqual(await life.mailsOf(remove), ["account_deleted ada@example.org"]);
  assert.equal(life.mails.at(-1)?.locale, "fr");
  assert.equal(await life.store.getUserByUsername("ada"), null);
  assert.equal(await life.store.getUserByEmail(emailOf("ada")), null);
  assert.equal(await life.store.getPasswordHash("ada"), null);
  for (const { sessionToken } of [first, second]) {
    assert.equal(await life.harbor.verifySession(sessionToken), false);
  }
  await life.refuses(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
  await life.refuses("unknown_user", () => life.harbor.getRoles("ada"));
});

test("deleteAccount() leaves the next bearer of the name nothing: no session, token or role (I4)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const resetToken = await life.resetToken("ada");
  await life.harbor.roles.create("admin");
  await life.harbor.grantRole("ada", "admin");
  await life.harbor.deleteAccount({ sessionToken, password: PASSWORD });
  await life.registered("ada");
  assert.equal(await life.harbor.verifySession(sessionToken), false);
  assert.deepEqual(await life.harbor.getRoles("ada"), new Set());
  await life.refuses(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
});

test("deleteAccount() judges the session before the password, and hashes nothing for a bad one (R17, R44)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const { hashes } = life;
  const remove = (input: unknown) => () => life.harbor.deleteAccount(untyped(input));
  await life.refuses("invalid_session_token", remove({ sessionToken: UNKNOWN_TOKEN, password: "wrong" }));
  for (const password of [undefined, null, 7, [PASSWORD], "x".repeat(257), "\ud800"]) {
    await life.refuses("invalid_credentials", remove({ sessionToken, password }));
  }
  await life.refuses("invalid_session_token", remove(undefined));
  assert.equal(life.hashes, hashes);
  await life.refuses("invalid_credentials", remove({ sessionToken, password: NEW_PASSWORD }));
  assert.equal(life.hashes, hashes + 1);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
});

test("deleteAccount() deletes only the account whose password matched (I4, R57)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const theirs = await life.passwordHasher.hash(PASSWORD);
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    await life.store.deleteUser("ada");
    await life.store.createUser({ id: "2", username: "ada", email: "n@example.org", passwordHash: theirs });
    return await transaction(work);
  };
  const remove = () => life.harbor.deleteAccount({ sessionToken, password: PASSWORD });
  await life.rejectsWithoutMail("invalid_credentials", remove);
  assert.equal((await life.store.getUserByUsername("ada"))?.id, "2");
});

test("deleteAccount() with a rehash landing in between still works, with a changed password not (R13)", async () => {
  for (const [password, deletes] of [[PASSWORD, true], [NEW_PASSWORD, false]] as const) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    const transaction = life.store.transaction.bind(life.store);
    life.store.transaction = async (work) => {
      life.store.transaction = transaction;
      await life.store.setPasswordHash("ada", await life.passwordHasher.hash(password));
      return await transaction(work);
    };
    const remove = () => life.harbor.deleteAccount({ sessionToken, password: PASSWORD });
    if (deletes) await remove();
    else await life.rejectsWithoutMail("invalid_credentials", remove);
    assert.equal(await life.store.getUserByUsername("ada") === null, deletes);
  }
});

test("deleteAccount() by a session that is ended meanwhile deletes nothing (R44, R57)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    await life.store.removeAllSessions("ada");
    return await transaction(work);
  };
  const remove = () => life.harbor.deleteAccount({ sessionToken, password: PASSWORD });
  await life.rejectsWithoutMail("invalid_session_token", remove);
  assert.equal((await life.login("ada")).user.username, "ada");
});

test("deleteAccount() by 100 at once has one effect and one mail (R44)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const mails = await life.mailsOf(async () => {
    const removals = Array.from(
      { length: 100 },
      () => life.harbor.deleteAccount({ sessionToken, password: PASSWORD }),
    );
    assert.equal((await outcomes(removals))["ok"], 1);
  });
  assert.deepEqual(mails, ["account_deleted ada@example.org"]);
});

test("deleteAccount() lets through what the store throws, and mails nothing (T7)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const failure = new Error("down");
  life.store.transaction = () => Promise.reject(failure);
  const mails = await life.mailsOf(() =>
    assert.rejects(
      life.harbor.deleteAccount({ sessionToken, password: PASSWORD }),
      (error) => error === failure,
    )
  );
  assert.deepEqual(mails, []);
});
