import assert from "node:assert/strict";
import test from "node:test";
import { UserHarborError } from "../mod.ts";
import { setFlags } from "./_flags.ts";
import {
  emailOf,
  hasCode,
  type Life,
  NEW_PASSWORD,
  openHarbor,
  PASSWORD,
  UNKNOWN_TOKEN,
} from "./_harness.ts";
import { stores } from "./_stores.ts";

const NEW_EMAIL = "ada@example.net";

test("confirmEmailChange() moves the account, and tells the old address and the new one (R40, R59)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    const other = await life.login("ada");
    const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
    let answer: unknown;
    const mails = await life.mailsOf(async () =>
      answer = await life.harbor.confirmEmailChange(token, { locale: "de" })
    );
    assert.equal(answer, undefined);
    assert.deepEqual(mails, ["email_changed ada@example.org", "email_verified ada@example.net"], name);
    assert.deepEqual(life.mails.slice(-2).map(({ username, locale }) => [username, locale]), [
      ["ada", "de"],
      ["ada", "de"],
    ]);
    for (const each of [sessionToken, other.sessionToken]) {
      const { email, verified } = await life.harbor.getCurrentUser(each);
      assert.deepEqual([email, verified], [NEW_EMAIL, true], "sessions stay");
    }
    assert.equal((await life.login(NEW_EMAIL)).user.username, "ada");
    await life.refuses("invalid_credentials", () => life.login(emailOf("ada")));
    await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
  }
});

test("confirmEmailChange() frees the old address for anybody, and resets go to the new one (R31, R40)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.harbor.confirmEmailChange(await life.emailChangeToken(sessionToken, NEW_EMAIL));
  await life.harbor.settled();
  const ask = (email: string) => life.mailsOf(() => life.harbor.sendPasswordReset(email));
  assert.deepEqual(await ask(emailOf("ada")), []);
  assert.deepEqual(await ask("ADA@example.net"), ["password_reset ada@example.net"]);
  await life.harbor.register({ username: "heir", email: emailOf("ada"), password: PASSWORD });
  await life.harbor.settled();
  await life.harbor.verifyEmail(life.verificationToken("ada"));
  assert.equal((await life.store.getUserByEmail(emailOf("ada")))?.username, "heir");
});

test("confirmEmailChange() refuses an unknown token after one read, and hashes no password (R17)", async () => {
  const life = openHarbor();
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(UNKNOWN_TOKEN));
  assert.deepEqual(life.calls.map(({ method }) => method), ["getEmailVerification"]);
  assert.equal(life.hashes, 0);
});

test("confirmEmailChange() ends with the token's last millisecond (R50)", async () => {
  for (const [ms, alive] of [[3_599_999, true], [3_600_000, false], [3_600_001, false]] as const) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
    life.advance(ms / 1000);
    const confirm = () => life.harbor.confirmEmailChange(token);
    if (alive) await confirm();
    else await life.refuses("invalid_email_change_token", confirm);
  }
});

test("confirmEmailChange() takes no token that verifies an account, from registration or sent again (R48)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const first = life.verificationToken("ada");
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(first));
  await life.harbor.resendVerification(emailOf("ada"));
  await life.harbor.settled();
  const again = life.verificationToken("ada");
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(again));
  // One that is left to a verified account, as a foreign writer may do it, changes nothing either.
  await life.store.setUserVerified("ada", emailOf("ada"));
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(again));
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(again));
});

test("confirmEmailChange() moves no account that is not verified, whatever a token says (R36, R48)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const token = life.verificationToken("ada");
  const { tokenHash, expiresAt } = await storedFor(life, token);
  await life.store.setEmailVerification({ username: "ada", email: NEW_EMAIL, tokenHash, expiresAt });
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
});

test("confirmEmailChange() takes no token that names no address", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const token = life.verificationToken("ada");
  const { tokenHash, expiresAt } = await storedFor(life, token);
  await life.harbor.verifyEmail(token);
  const nameless = { username: "ada", tokenHash, expiresAt };
  life.store.getEmailVerification = () => Promise.resolve(nameless);
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
});

test("verifyEmail() takes no token that changes an address (R48)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(token));
  await life.harbor.confirmEmailChange(token);
});

test("confirmEmailChange() to an address verified meanwhile is refused and changes nothing (R25, R36)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, emailOf("bob"));
    await life.verified("bob");
    await life.rollsBack("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
    assert.equal(life.events.at(-1)?.reason, "address_in_use", name);
    assert.equal((await life.store.getUserByEmail(emailOf("bob")))?.username, "bob");
    assert.equal((await life.store.getUserByEmail(emailOf("ada")))?.username, "ada");
  }
});

test("confirmEmailChange() displaces who only asks for the address, and whose token is late then (R36)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    await life.registered("bob");
    const token = await life.emailChangeToken(sessionToken, emailOf("bob"));
    await life.harbor.confirmEmailChange(token);
    await life.harbor.settled();
    assert.equal((await life.store.getUserByEmail(emailOf("bob")))?.username, "ada", name);
    await life.rollsBack(
      "invalid_verification_token",
      () => life.harbor.verifyEmail(life.verificationToken("bob")),
    );
  }
});

test("confirmEmailChange() ends every mailed token of the account, and nobody else's (R51)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.verified("bob");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  const [resetToken, bobs] = [await life.resetToken("ada"), await life.resetToken("bob")];
  await life.harbor.confirmEmailChange(token);
  await life.harbor.settled();
  const reset = (each: string) => life.harbor.resetPassword({ resetToken: each, newPassword: NEW_PASSWORD });
  await life.refuses("invalid_password_reset_token", () => reset(resetToken));
  await reset(bobs);
});

test("a reset, a new password and a deletion end a pending change of address (R37, R51)", async () => {
  const endings: Readonly<Record<string, (life: Life, sessionToken: string) => Promise<unknown>>> = {
    async resetPassword(life) {
      const resetToken = await life.resetToken("ada");
      await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    },
    changePassword: (life, sessionToken) =>
      life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    deleteAccount: (life, sessionToken) => life.harbor.deleteAccount({ sessionToken, password: PASSWORD }),
  };
  for (const [name, end] of Object.entries(endings)) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
    await end(life, sessionToken);
    await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
    assert.equal(await life.store.getUserByEmail(NEW_EMAIL), null, name);
  }
});

test("confirmEmailChange() takes the address that is stored with the token at that moment (R39, V17)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  const find = life.store.getUserByUsername.bind(life.store);
  life.store.getUserByUsername = async (key) => {
    life.store.getUserByUsername = find;
    await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "victim@example.net" });
    return await find(key);
  };
  await assert.rejects(life.harbor.confirmEmailChange(token), hasCode("invalid_email_change_token"));
  await life.harbor.settled();
  assert.equal((await find("ada"))?.email, emailOf("ada"));
  const [mail] = life.mails.slice(-1);
  assert.deepEqual([mail?.kind, mail?.to], ["email_change", "victim@example.net"]);
});

test("confirmEmailChange() refuses the token of a disabled account, until it is enabled (R94, V46)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  await setFlags(life, "ada", { disabled: true });
  const confirm = () => life.harbor.confirmEmailChange(token);
  await life.refuses("invalid_email_change_token", confirm);
  assert.equal(life.events.at(-1)?.reason, "account_disabled");
  await setFlags(life, "ada", { disabled: false });
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    await setFlags(life, "ada", { disabled: true });
    return await transaction(work);
  };
  await life.rejectsWithoutMail("invalid_email_change_token", confirm);
  assert.equal((await life.store.getUserByUsername("ada"))?.email, emailOf("ada"));
  life.store.transaction = transaction;
  await setFlags(life, "ada", { disabled: false });
  await confirm();
});

test("confirmEmailChange() never moves a newcomer under a re-used name (R31, I4)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  const find = life.store.getUserByUsername.bind(life.store);
  life.store.getUserByUsername = async (key) => {
    const found = await find(key);
    await life.store.deleteUser("ada");
    await life.store.createUser({
      id: "newcomer",
      username: "ada",
      email: "n@example.org",
      passwordHash: "$x",
    });
    await life.store.setUserVerified("ada");
    return found;
  };
  await life.rejectsWithoutMail("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
  assert.equal(await life.store.getUserByEmail(NEW_EMAIL), null);
});

test("confirmEmailChange() guards the change by the account, verified and enabled", async () => {
  const life = openHarbor();
  const { sessionToken, user } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  const calls = await life.callsOf(() => life.harbor.confirmEmailChange(token));
  const change = calls.find(({ method }) => method === "setUserVerified");
  assert.deepEqual(change?.args, ["ada", NEW_EMAIL, { userId: user.id, verified: true, disabled: false }]);
});

test("confirmEmailChange() does without sendEmailChanged(), and answers although mail fails (R24)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  Object.defineProperty(life.emailSender, "sendEmailChanged", { value: undefined });
  life.emailSender.sendEmailVerified = () => Promise.reject(new Error("down"));
  assert.deepEqual(await life.mailsOf(() => life.harbor.confirmEmailChange(token)), []);
  const failed = life.events.filter(({ outcome }) => outcome === "failed").map(({ name }) => name);
  assert.deepEqual(failed, ["mail.email_verified"]);
  assert.equal((await life.store.getUserByEmail(NEW_EMAIL))?.username, "ada");
});

test("confirmEmailChange() lets through what the store throws, even email_taken's look-alikes", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  const failure = Object.assign(new Error("look-alike"), { code: "email_taken" });
  life.store.transaction = () => Promise.reject(failure);
  await assert.rejects(life.harbor.confirmEmailChange(token), (error) => error === failure);
  life.store.transaction = () => Promise.reject(new UserHarborError("overloaded", "Cannot"));
  await assert.rejects(life.harbor.confirmEmailChange(token), hasCode("overloaded"));
});

/** What is stored for a token that registration mailed. */
async function storedFor(life: Life, token: string) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  const tokenHash = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return await life.store.getEmailVerification(tokenHash) ?? assert.fail();
}
