import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";

/** The mailbox is Ada's, whoever registers it. */
const EMAIL = emailOf("ada");
const STRANGERS_EMAIL = "mallory@example.net";

test("a reset by the owner of the mailbox ends all that somebody who knew the password prepared (R37, R51)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const { sessionToken: spare } = await life.login("ada");
  await life.harbor.sessions.reauthenticate({ sessionToken: spare, password: PASSWORD });
  const emailChangeToken = await life.emailChangeToken(sessionToken, STRANGERS_EMAIL);
  const earlierToken = await life.resetToken("ada");

  const resetToken = await life.resetToken("ada");
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });

  await life.refuses("invalid_credentials", () => life.login("ada"));
  await life.refuses("invalid_credentials", () => life.login(EMAIL));
  for (const token of [sessionToken, spare]) {
    assert.equal(await life.harbor.verifySession(token), false);
    const reauthentication = { sessionToken: token, password: PASSWORD };
    await life.refuses("invalid_session_token", () => life.harbor.sessions.reauthenticate(reauthentication));
    const change = { sessionToken: token, password: PASSWORD, newEmail: STRANGERS_EMAIL };
    await life.refuses("invalid_session_token", () => life.harbor.changeEmail(change));
  }
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(emailChangeToken));
  for (const token of [earlierToken, resetToken]) {
    const again = { resetToken: token, newPassword: PASSWORD };
    await life.refuses("invalid_password_reset_token", () => life.harbor.resetPassword(again));
  }
  const { user } = await life.login(EMAIL, NEW_PASSWORD);
  assert.deepEqual([user.username, user.email, user.verified], ["ada", EMAIL, true]);
});

test("the owner of a mailbox who registers and verifies shares nothing with who registered it before (R36, R37, V5)", async () => {
  const life = openHarbor();
  await life.harbor.register({ username: "mallory", email: EMAIL, password: PASSWORD });
  await life.harbor.settled();
  const verificationToken = life.verificationToken("ada");
  const resetToken = await life.resetToken("ada");

  await life.harbor.register({ username: "ada", email: EMAIL, password: NEW_PASSWORD });
  await life.harbor.settled();
  await life.harbor.verifyEmail(life.verificationToken("ada"));

  await life.refuses("unverified_user", () => life.login("mallory"));
  for (const name of ["ada", EMAIL]) await life.refuses("invalid_credentials", () => life.login(name));
  await life.rollsBack("invalid_verification_token", () => life.harbor.verifyEmail(verificationToken));
  const reset = () => life.harbor.resetPassword({ resetToken, newPassword: PASSWORD });
  await life.rollsBack("invalid_password_reset_token", reset);
  assert.deepEqual(await life.mailsOf(() => life.harbor.resendVerification(EMAIL)), []);
  await life.resetToken("ada");
  assert.equal(life.mails.at(-1)?.username, "ada");
  assert.equal((await life.login(EMAIL, NEW_PASSWORD)).user.username, "ada");
});
