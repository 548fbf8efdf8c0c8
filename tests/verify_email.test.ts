import assert from "node:assert/strict";
import test from "node:test";
import { type EmailVerification, UserHarborError } from "../mod.ts";
import {
  emailOf,
  hasCode,
  type Life,
  NEW_PASSWORD,
  openHarbor,
  PASSWORD,
  UNKNOWN_TOKEN,
} from "./_harness.ts";

test("verifyEmail() verifies the account once, and tells the stored address (R45, R49, R59)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const token = life.verificationToken("ada");
  let answer: unknown;
  const mails = await life.mailsOf(async () =>
    answer = await life.harbor.verifyEmail(token, { locale: "de" })
  );
  assert.equal(answer, undefined, "it signs nobody in");
  assert.deepEqual(mails, ["email_verified ada@example.org"]);
  assert.equal(life.mails.at(-1)?.locale, "de");
  assert.equal((await life.store.getUserByUsername("ada"))?.verified, true);
  assert.equal(life.calls.some(({ method }) => method === "addSession"), false);
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(token));
});

test("verifyEmail() refuses an unknown token after one read, and hashes no password", async () => {
  const life = openHarbor();
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(UNKNOWN_TOKEN));
  assert.deepEqual(life.calls.map(({ method }) => method), ["getEmailVerification"]);
  assert.equal(life.hashes, 0);
});

test("verifyEmail() ends with the token's last millisecond (R50)", async () => {
  for (const [ms, alive] of [[86_399_999, true], [86_400_000, false], [86_400_001, false]] as const) {
    const life = openHarbor();
    await life.registered("ada");
    life.advance(ms / 1000);
    const verify = () => life.harbor.verifyEmail(life.verificationToken("ada"));
    if (alive) await verify();
    else await life.refuses("invalid_verification_token", verify);
  }
});

test("verifyEmail() treats a lapsed account as absent, however fresh its token (R41, R50)", async () => {
  for (const [ms, alive] of [[604_799_999, true], [604_800_000, false]] as const) {
    const life = openHarbor();
    await life.registered("ada");
    life.advance(604_000);
    await life.harbor.resendVerification(emailOf("ada"));
    await life.harbor.settled();
    life.advance(ms / 1000 - 604_000);
    const verify = () => life.harbor.verifyEmail(life.verificationToken("ada"));
    if (alive) await verify();
    else await life.refuses("invalid_verification_token", verify);
  }
});

test("verifyEmail() makes the address its token was mailed to the user's (R38, V17)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const token = life.verificationToken("ada");
  const { tokenHash, expiresAt } = await lastVerification(life);
  await life.store.setEmailVerification({ username: "ada", email: "new@example.org", tokenHash, expiresAt });
  assert.deepEqual(await life.mailsOf(() => life.harbor.verifyEmail(token)), [
    "email_verified new@example.org",
  ]);
  assert.equal((await life.store.getUserByEmail("new@example.org"))?.username, "ada");
  assert.equal(await life.store.getUserByEmail(emailOf("ada")), null);
});

test("verifyEmail() refuses a token that a later one replaced (R38, R51)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const first = life.verificationToken("ada");
  await life.harbor.resendVerification(emailOf("ada"));
  await life.harbor.settled();
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(first));
  await life.harbor.verifyEmail(life.verificationToken("ada"));
});

test("verifyEmail() changes nothing when the token is spent between lookup and use (R49)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const find = life.store.getEmailVerification.bind(life.store);
  life.store.getEmailVerification = async (tokenHash) => {
    const found = await find(tokenHash);
    await life.store.removeEmailVerification(tokenHash);
    return found;
  };
  await life.rejectsWithoutMail(
    "invalid_verification_token",
    () => life.harbor.verifyEmail(life.verificationToken("ada")),
  );
  assert.equal((await life.store.getUserByUsername("ada"))?.verified, false);
});

test("verifyEmail() verifies nobody who took over the name meanwhile (I4)", async () => {
  const life = openHarbor();
  await life.registered("ada");
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
    return found;
  };
  await life.rejectsWithoutMail(
    "invalid_verification_token",
    () => life.harbor.verifyEmail(life.verificationToken("ada")),
  );
  life.store.getUserByUsername = find;
  const user = await find("ada");
  assert.deepEqual([user?.id, user?.verified], ["newcomer", false]);
});

test("verifyEmail() guards the change by the account, enabled and still unverified", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const id = (await life.store.getUserByUsername("ada"))?.id;
  const calls = await life.callsOf(() => life.harbor.verifyEmail(life.verificationToken("ada")));
  const change = calls.find(({ method }) => method === "setUserVerified");
  assert.deepEqual(change?.args, ["ada", emailOf("ada"), { userId: id, verified: false, disabled: false }]);
});

test("verifyEmail() lets through what the store throws, even email_taken's look-alikes", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const failure = Object.assign(new Error("look-alike"), { code: "email_taken" });
  life.store.transaction = () => Promise.reject(failure);
  await assert.rejects(life.harbor.verifyEmail(life.verificationToken("ada")), (error) => error === failure);
  life.store.transaction = () => Promise.reject(new UserHarborError("overloaded", "Cannot"));
  await assert.rejects(life.harbor.verifyEmail(life.verificationToken("ada")), hasCode("overloaded"));
});

test("verifyEmail() leaves the password as it was chosen", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await life.refuses("invalid_credentials", () => life.login("ada", NEW_PASSWORD));
  assert.equal((await life.login("ada", PASSWORD)).user.verified, true);
});

async function lastVerification(life: Life): Promise<EmailVerification> {
  const request = life.calls.find(({ method }) => method === "createUser")?.args[0];
  const { verificationTokenHash } = request as { readonly verificationTokenHash: string };
  const found = await life.store.getEmailVerification(verificationTokenHash);
  assert.ok(found);
  return found;
}
