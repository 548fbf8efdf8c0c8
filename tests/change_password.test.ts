import assert from "node:assert/strict";
import test from "node:test";
import { hasCode, NEW_PASSWORD, openHarbor, outcomes, PASSWORD, UNKNOWN_TOKEN, untyped } from "./_harness.ts";

test("changePassword() gives a fresh session and ends all earlier ones (R51, R57, R59, R63)", async () => {
  const life = openHarbor();
  const first = await life.loggedIn("ada");
  const second = await life.login("ada");
  life.advance(60);
  const change = { sessionToken: first.sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const fresh = await life.harbor.changePassword(change, { locale: "fr" });
  await life.harbor.settled();
  assert.deepEqual(Object.keys(fresh).toSorted(), ["expiresAt", "sessionToken", "user"]);
  assert.deepEqual(fresh.user, first.user);
  assert.deepEqual(fresh.expiresAt, new Date(life.clock.now().getTime() + 2_592_000_000));
  const { kind, to, locale } = life.mails.at(-1) ?? {};
  assert.deepEqual([kind, to, locale], ["password_changed", "ada@example.org", "fr"]);
  for (const { sessionToken } of [first, second]) {
    assert.equal(await life.harbor.verifySession(sessionToken), false);
  }
  assert.equal(await life.harbor.verifySession(fresh.sessionToken), true);
  await life.refuses("invalid_credentials", () => life.login("ada", PASSWORD));
  await life.login("ada", NEW_PASSWORD);
});

test("changePassword() ends every outstanding token of the account, and nobody else's (R51)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.loggedIn("bob");
  const resetToken = await life.resetToken("ada");
  const bobs = await life.resetToken("bob");
  await life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  const reset = (token: string) => life.harbor.resetPassword({ resetToken: token, newPassword: PASSWORD });
  await life.refuses("invalid_password_reset_token", () => reset(resetToken));
  await reset(bobs);
});

test("changePassword() judges the session, the old password, the new one, in this order (R11, R17)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const costs = async (operation: () => Promise<void>) => {
    const { hashed, verified } = life.passwordHasher;
    await operation();
    return [life.passwordHasher.verified - verified, life.passwordHasher.hashed - hashed];
  };
  const bad = { sessionToken: UNKNOWN_TOKEN, oldPassword: "wrong", newPassword: "short" };
  const { harbor } = life;
  const refused = (code: Parameters<typeof life.refuses>[0], input: typeof bad) => () =>
    life.refuses(code, () => harbor.changePassword(input));
  assert.deepEqual(await costs(refused("invalid_session_token", bad)), [0, 0]);
  assert.deepEqual(await costs(refused("invalid_credentials", { ...bad, sessionToken })), [1, 0]);
  const knowing = { sessionToken, oldPassword: PASSWORD, newPassword: "short" };
  assert.deepEqual(await costs(refused("weak_password", knowing)), [1, 0]);
  const tooLong = { sessionToken, oldPassword: "x".repeat(257), newPassword: NEW_PASSWORD };
  assert.deepEqual(await costs(refused("invalid_credentials", tooLong)), [0, 0]);
  assert.equal(await harbor.verifySession(sessionToken), true);
});

test("changePassword() refuses wrong types by the same codes (R33)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const change = (input: unknown) => life.harbor.changePassword(untyped(input));
  for (const value of [undefined, null, 7, {}, [PASSWORD]]) {
    await life.refuses("invalid_session_token", () => change({ sessionToken: value, oldPassword: PASSWORD }));
    await life.refuses(
      "invalid_credentials",
      () => change({ sessionToken, oldPassword: value, newPassword: "x" }),
    );
    await life.refuses(
      "weak_password",
      () => change({ sessionToken, oldPassword: PASSWORD, newPassword: value }),
    );
  }
  await life.refuses("invalid_session_token", () => change(undefined));
});

test("changePassword() gives the password validator the name and the address, and nothing else", async () => {
  const asked: unknown[] = [];
  const life = openHarbor({ passwordValidator: (...args) => asked.push(args) > 0 });
  const { sessionToken } = await life.loggedIn("Ada");
  await life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  assert.deepEqual(asked.at(-1), [NEW_PASSWORD, { username: "Ada", email: "ada@example.org" }]);
});

test("changePassword() right after a login whose rehash lands in between still works (R13)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    life.store.transaction = transaction;
    await life.store.setPasswordHash("ada", await life.passwordHasher.hash(PASSWORD));
    return await transaction(work);
  };
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const fresh = await life.harbor.changePassword(change);
  assert.equal(await life.harbor.verifySession(fresh.sessionToken), true);
  await life.login("ada", NEW_PASSWORD);
});

test("changePassword() loses to a password changed meanwhile (R57)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const theirs = await life.passwordHasher.hash("set by somebody else");
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    await life.store.setPasswordHash("ada", theirs);
    return await transaction(work);
  };
  await life.rejectsWithoutMail(
    "invalid_credentials",
    () => life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  );
  assert.equal(await life.store.getPasswordHash("ada"), theirs);
});

test("changePassword() with a session revoked meanwhile changes nothing (I3)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const other = await life.login("ada");
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    life.store.transaction = transaction;
    await life.harbor.logout(sessionToken);
    return await transaction(work);
  };
  await life.rejectsWithoutMail(
    "invalid_session_token",
    () => life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  );
  assert.equal(await life.harbor.verifySession(other.sessionToken), true);
  await life.login("ada", PASSWORD);
});

test("changePassword() by 20 at once with one session changes the password once (I2)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const mails = await life.mailsOf(async () => {
    const changes = Array.from(
      { length: 20 },
      (_, index) =>
        life.harbor.changePassword({
          sessionToken,
          oldPassword: PASSWORD,
          newPassword: `${NEW_PASSWORD} ${index}`,
        }),
    );
    const { ok, ...refused } = await outcomes(changes);
    assert.equal(ok, 1);
    for (const code of Object.keys(refused)) {
      assert.ok(["invalid_session_token", "invalid_credentials"].includes(code), code);
    }
  });
  assert.equal(mails.length, 1);
});

test("changePassword() lets through what the store throws, and mails nothing (T7)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const failure = new Error("down");
  life.store.transaction = () => Promise.reject(failure);
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const mails = await life.mailsOf(() =>
    assert.rejects(life.harbor.changePassword(change), (error) => error === failure)
  );
  assert.deepEqual(mails, []);
  assert.throws(() => hasCode("invalid_credentials")(failure));
});
