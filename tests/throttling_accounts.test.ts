import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import type { ErrorCode } from "../mod.ts";
import { emailOf, hasCode, NEW_PASSWORD, PASSWORD } from "./_harness.ts";
import { openForAccounts, type ThrottledLife } from "./_throttled_life.ts";

const WRONG = "a guess that is wrong";

/** No pauses, so that a test comes to the end of the row without waiting. */
const ROW_OF_10 = {
  passwordAttempts: { freeAttempts: 100, firstSeconds: 1, maxSeconds: 1, maxConsecutive: 10 },
};

test("an account has one budget, whatever it is called and whatever asks for its password (R91, V44)", async () => {
  const pauses = { freeAttempts: 6, firstSeconds: 1, maxSeconds: 900, maxConsecutive: 100 };
  const life = openForAccounts({ passwordAttempts: pauses });
  const { sessionToken } = await life.loggedIn("ada");
  const { verified } = life.passwordHasher;
  const { harbor } = life;
  const routes: readonly (() => Promise<unknown>)[] = [
    () => harbor.login({ username: "ADA", password: WRONG }),
    () => harbor.login({ username: emailOf("ada"), password: WRONG }),
    () => harbor.changePassword({ sessionToken, oldPassword: WRONG, newPassword: NEW_PASSWORD }),
    () => harbor.sessions.reauthenticate({ sessionToken, password: WRONG }),
    () => harbor.changeUsername({ sessionToken, password: WRONG, newUsername: "lovelace" }),
    () => harbor.changeEmail({ sessionToken, password: WRONG, newEmail: emailOf("lovelace") }),
    () => harbor.deleteAccount({ sessionToken, password: WRONG }),
  ];
  for (const guess of routes) assert.equal((await life.refusalOf(guess))?.code, "invalid_credentials");
  assert.equal(life.passwordHasher.verified - verified, 7);
  const codes: (ErrorCode | undefined)[] = [];
  for (const guess of routes) codes.push((await life.refusalOf(guess))?.code);
  assert.deepEqual(codes, ["invalid_credentials", "invalid_credentials", ...Array(5).fill("rate_limited")]);
  assert.equal(life.passwordHasher.verified - verified, 7, "a guess beyond the budget was verified");
});

test("no flow verifies a password but where the attempt is counted first (R91, R94, V35)", () => {
  const flows = new URL("../flows/", import.meta.url);
  const verifying = readdirSync(flows).filter((name) =>
    /\.verify\(/.test(readFileSync(new URL(name, flows), "utf8"))
  );
  assert.deepEqual(verifying, ["_password_check.ts"]);
});

test("a login refused by the account's budget looks like a wrong password, even the right one (R19, R20, R93)", async () => {
  const life = openForAccounts();
  await life.verified("ada");
  await life.guesses(5, "ada");
  const { hashed, verified } = life.passwordHasher;
  const { code, message, ...more } = await life.refusalOf(() => life.login(emailOf("ada"))) ?? assert.fail();
  assert.deepEqual([code, more], ["invalid_credentials", {}]);
  const wrong = await life.refusalOf(() => life.login(emailOf("nobody"), WRONG));
  assert.deepEqual({ code, message }, wrong);
  assert.equal(life.passwordHasher.verified, verified);
  assert.equal(life.passwordHasher.hashed - hashed, 2, "one hash for each");
  const events = life.events.slice(-2).map(({ name, outcome, code, reason, username }) => [
    name,
    outcome,
    code,
    reason,
    username,
  ]);
  assert.deepEqual(events, [
    ["login", "refused", "invalid_credentials", "attempts_exhausted", "ada"],
    ["login", "refused", "invalid_credentials", "unknown_user", undefined],
  ]);
  life.advance(1);
  await life.login(emailOf("ada"));
});

test("a live session is told how long to wait, and loses nothing by it (R93, R99)", async () => {
  const life = openForAccounts();
  const { sessionToken } = await life.loggedIn("ada");
  await life.guesses(5, "ada");
  const asked: readonly (() => Promise<unknown>)[] = [
    () => life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    () => life.harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }),
    () => life.harbor.deleteAccount({ sessionToken, password: PASSWORD }),
  ];
  const { hashes } = life;
  for (const operation of asked) {
    await life.refuses("rate_limited", operation);
    assert.equal((await life.refusalOf(operation))?.retryAfterSeconds, 1);
  }
  assert.equal(life.hashes, hashes);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  life.advance(1);
  await life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
});

test("a password that was guessed at 100 times in a row opens nothing until it is reset (R88, R93, V44)", async () => {
  const life = openForAccounts();
  const { sessionToken } = await life.loggedIn("ada");
  const { verified } = life.passwordHasher;
  for (let guess = 0; guess < 100; guess++) {
    // By turns, so that what was typed never tells of it.
    assert.equal(await life.tries(guess % 2 === 0 ? "ada" : emailOf("ada"), WRONG), "invalid_credentials");
    life.advance(900);
  }
  assert.equal(life.passwordHasher.verified - verified, 100);
  life.advance(31_536_000 / 12);
  for (const name of ["ada", emailOf("ada")]) {
    await life.refuses(
      "invalid_credentials",
      () => life.harbor.login({ username: name, password: PASSWORD }),
    );
    assert.equal(life.events.at(-1)?.reason, "attempts_exhausted");
  }
  assert.equal(life.passwordHasher.verified - verified, 100, "the 101st guess was verified");
  await life.harbor.resetPassword({ resetToken: await life.resetToken("ada"), newPassword: NEW_PASSWORD });
  assert.equal((await life.login("ada", NEW_PASSWORD)).user.username, "ada");
  assert.equal(await life.harbor.verifySession(sessionToken), false, "a reset ends sessions");
});

test("a password that opens nothing any more leaves sessions alive, and is told to them (R88, R93)", async () => {
  const life = openForAccounts(ROW_OF_10);
  const { sessionToken } = await life.loggedIn("ada");
  await exhaust(life, "ada");
  assert.equal((await life.harbor.getCurrentUser(sessionToken)).username, "ada");
  const change = () =>
    life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  await life.refuses("rate_limited", change);
  assert.equal((await life.refusalOf(change))?.retryAfterSeconds, 86_400, "never more than a day");
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  await life.harbor.logout(sessionToken);
});

test("resetPassword() lets the owner in at once, by either name, although strangers guess on (R93)", async () => {
  const life = openForAccounts();
  await life.verified("ada");
  for (const name of ["ada", emailOf("ada")]) {
    await life.guesses(5, name);
    life.advance(900);
    await life.guesses(1, name);
  }
  const resetToken = await life.resetToken("ada");
  await life.guesses(1, "ada");
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  for (const name of ["ada", emailOf("ada")]) await life.login(name, NEW_PASSWORD);
});

test("a refused reset ends no row of failures (R93)", async () => {
  const life = openForAccounts(ROW_OF_10);
  await life.verified("ada");
  await exhaust(life, "ada");
  const resetToken = await life.resetToken("ada");
  await assert.rejects(
    life.harbor.resetPassword({ resetToken, newPassword: "short" }),
    hasCode("weak_password"),
  );
  assert.equal(await life.tries("ada", PASSWORD), "invalid_credentials");
});

test("a success ends the row of failures of its account, and of no other (R88, R92)", async () => {
  const life = openForAccounts(ROW_OF_10);
  const { sessionToken } = await life.loggedIn("ada");
  await life.verified("bob");
  const row = async (name: string) =>
    assert.deepEqual(await life.guesses(9, name), Array(9).fill("invalid_credentials"));
  await row("bob");
  await row("ada");
  await life.login("ada");
  await row("ada");
  const again = await life.harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD });
  await row("ada");
  const change = { sessionToken: again.sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await life.harbor.changePassword(change);
  await row("ada");
  await life.login("ada", NEW_PASSWORD);
  await life.guesses(1, "bob");
  assert.equal(await life.tries("bob", PASSWORD), "invalid_credentials", "bob's 10th failure was forgotten");
});

test("a password that matched ends the row of failures whatever it is refused for then (R92)", async () => {
  const life = openForAccounts(ROW_OF_10);
  await life.registered("unverified");
  const { sessionToken } = await life.loggedIn("ada");
  for (let row = 0; row < 3; row++) {
    await life.guesses(9, "unverified");
    assert.equal(await life.tries("unverified", PASSWORD), "unverified_user");
    await life.guesses(9, "ada");
    await life.refuses(
      "weak_password",
      () => life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: "short" }),
    );
  }
  await life.login("ada");
});

test("a password refused for what changed meanwhile counts as it was answered (R88)", async () => {
  const life = openForAccounts(ROW_OF_10);
  await life.verified("ada");
  life.store.addSession = () => Promise.resolve(false);
  for (let guess = 0; guess < 10; guess++) {
    assert.equal(await life.tries("ada", PASSWORD), "invalid_credentials");
  }
  Reflect.deleteProperty(life.store, "addSession");
  assert.equal(await life.tries("ada", PASSWORD), "invalid_credentials");
  assert.equal(life.events.at(-1)?.reason, "attempts_exhausted");
});

test("an exhausted budget holds at every step that opens a session (R94, V35)", async () => {
  const life = openForAccounts(ROW_OF_10);
  const { sessionToken } = await life.loggedIn("ada");
  const resetToken = await life.resetToken("ada");
  await exhaust(life, "ada");
  const opening: readonly (readonly [ErrorCode, () => Promise<unknown>])[] = [
    ["invalid_credentials", () => life.login("ada")],
    ["invalid_credentials", () => life.login(emailOf("ada"))],
    ["rate_limited", () => life.harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD })],
    [
      "rate_limited",
      () => life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    ],
  ];
  for (const [code, operation] of opening) {
    await life.refuses(code, operation);
    assert.equal((await life.harbor.sessions.list(sessionToken)).length, 1);
  }
  // Proving that the mailbox is one's own opens no session, and is the way out.
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  assert.equal(await life.harbor.verifySession(sessionToken), false);
  await life.login("ada", NEW_PASSWORD);
});

test("whoever takes a name over takes no failures over (I4)", async () => {
  const life = openForAccounts(ROW_OF_10);
  await life.verified("ada");
  await exhaust(life, "ada");
  const gone = await life.store.getUserByUsername("ada") ?? assert.fail();
  await life.store.deleteUser("ada", { userId: gone.id });
  await life.verified("ada");
  await life.login("ada");
});

/** Guesses until the account's budget is empty, by turns under each of its names. */
async function exhaust(life: ThrottledLife, name: string): Promise<void> {
  for (let guess = 0; guess < 10; guess++) {
    assert.equal(await life.tries(guess % 2 === 0 ? name : emailOf(name), WRONG), "invalid_credentials");
  }
  await life.harbor.settled();
}
