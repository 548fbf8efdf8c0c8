import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { UserHarborError } from "../mod.ts";
import { emailOf, hasCode, NEW_PASSWORD, openHarbor, PASSWORD, UNKNOWN_TOKEN, untyped } from "./_harness.ts";
import { interceptStore } from "./_intercept_store.ts";

test("resetPassword() sets the password, ends every session and tells the stored address (R51, R59)", async () => {
  const life = openHarbor();
  const first = await life.loggedIn("ada");
  const second = await life.login("ada");
  const resetToken = await life.resetToken("ada");
  const reset = () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }, { locale: "fr" });
  assert.deepEqual(await life.mailsOf(reset), ["password_changed ada@example.org"]);
  assert.equal(life.mails.at(-1)?.locale, "fr");
  for (const { sessionToken } of [first, second]) {
    assert.equal(await life.harbor.verifySession(sessionToken), false);
  }
  await life.refuses("invalid_credentials", () => life.login("ada", PASSWORD));
  await life.login("ada", NEW_PASSWORD);
  await life.refuses("invalid_password_reset_token", reset);
});

test("resetPassword() verifies an unverified account and ends its verification token (R37, R51)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const verificationToken = life.verificationToken("ada");
  const resetToken = await life.resetToken("ada");
  const reset = () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  assert.deepEqual((await life.mailsOf(reset)).toSorted(), [
    "email_verified ada@example.org",
    "password_changed ada@example.org",
  ]);
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(verificationToken));
  await life.refuses("invalid_credentials", () => life.login("ada", PASSWORD));
  assert.equal((await life.login("ada", NEW_PASSWORD)).user.verified, true);
  const tokenHash = createHash("sha256").update(verificationToken).digest("hex");
  assert.equal(await life.store.getEmailVerification(tokenHash), null, "it is refused, and kept");
});

test("resetPassword() of an account that cannot be verified any more changes nothing, whatever the reason (R36, R51)", async () => {
  const failure = Object.assign(new Error("look-alike"), { code: "email_taken" });
  const endings = [
    { verify: () => Promise.resolve(false), code: "invalid_password_reset_token", reason: "ended_meanwhile" },
    {
      verify: () => Promise.reject(new UserHarborError("email_taken", "Cannot")),
      code: "invalid_password_reset_token",
      reason: "address_in_use",
    },
    { verify: () => Promise.reject(new UserHarborError("overloaded", "Cannot")), code: "overloaded" },
    { verify: () => Promise.reject(failure), code: null },
  ] as const;
  for (const { verify, code, ...told } of endings) {
    let isPrepared = false;
    const store = interceptStore(
      new MemoryUserStore(),
      ({ method }, proceed) => isPrepared && method === "setUserVerified" ? verify() : proceed(),
    );
    const life = openHarbor({ store });
    await life.registered("ada");
    const resetToken = await life.resetToken("ada");
    isPrepared = true;
    const reset = () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    if (code === null) await assert.rejects(reset, (error) => error === failure);
    else await life.rollsBack(code, reset);
    const { reason } = life.events.at(-1) ?? {};
    assert.deepEqual(reason === undefined ? {} : { reason }, told);
  }
});

test("resetPassword() refuses a bad token before it judges or hashes the password (R17, R60)", async () => {
  const life = openHarbor();
  for (const newPassword of ["short", "x".repeat(1 << 20), NEW_PASSWORD]) {
    for (const resetToken of [UNKNOWN_TOKEN, "garbage"]) {
      await life.refuses(
        "invalid_password_reset_token",
        () => life.harbor.resetPassword({ resetToken, newPassword }),
      );
    }
  }
  assert.equal(life.hashes, 0);
});

test("resetPassword() leaves the token alone when the password is weak (R60)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const resetToken = await life.resetToken("ada");
  const { hashes } = life;
  for (const newPassword of ["short", "x".repeat(257), `${PASSWORD}\ud800`, untyped<string>(undefined)]) {
    await life.refuses("weak_password", () => life.harbor.resetPassword({ resetToken, newPassword }));
  }
  assert.equal(life.hashes, hashes);
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
});

test("resetPassword() asks the password validator with the account's name and address", async () => {
  const asked: unknown[] = [];
  const passwordValidator = (...args: unknown[]) => asked.push(args) < 2 ? true : "in_a_breach";
  const life = openHarbor({ passwordValidator });
  await life.registered("Ada");
  const resetToken = await life.resetToken("Ada");
  const reset = life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  await assert.rejects(reset, { code: "weak_password", reason: "in_a_breach" });
  assert.deepEqual(asked.at(-1), [NEW_PASSWORD, { username: "Ada", email: "ada@example.org" }]);
});

test("resetPassword() ends with the token's last millisecond (R50)", async () => {
  for (const [ms, alive] of [[3_599_999, true], [3_600_000, false], [3_600_001, false]] as const) {
    const life = openHarbor();
    await life.verified("ada");
    const resetToken = await life.resetToken("ada");
    life.advance(ms / 1000);
    const reset = () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    if (alive) await reset();
    else await life.refuses("invalid_password_reset_token", reset);
  }
});

test("resetPassword() treats a lapsed account as absent (R41)", async () => {
  const life = openHarbor({ passwordResetTtlSeconds: 999_999 });
  await life.registered("ada");
  const resetToken = await life.resetToken("ada");
  life.advance(604_800);
  await life.refuses(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
});

test("resetPassword() of a displaced account takes the address back, unless it has an owner by now", async () => {
  for (const owned of [false, true]) {
    const life = openHarbor();
    await life.registered("ada");
    const resetToken = await life.resetToken("ada");
    await life.harbor.register({ username: "newcomer", email: emailOf("ada"), password: PASSWORD });
    await life.harbor.settled();
    if (owned) await life.harbor.verifyEmail(life.verificationToken("ada"));
    const reset = () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    if (owned) await life.rollsBack("invalid_password_reset_token", reset);
    else await reset();
    assert.equal((await life.store.getUserByEmail(emailOf("ada")))?.username, owned ? "newcomer" : "ada");
    await life.harbor.settled();
  }
});

test("resetPassword() changes nothing when the token is spent between lookup and use (R49)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const resetToken = await life.resetToken("ada");
  const find = life.store.getPasswordReset.bind(life.store);
  life.store.getPasswordReset = async (tokenHash) => {
    const found = await find(tokenHash);
    await life.store.removePasswordReset(tokenHash);
    return found;
  };
  await life.rejectsWithoutMail(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
  await life.refuses("unverified_user", () => life.login("ada", PASSWORD));
});

test("resetPassword() sets nobody else's password when the name is taken over meanwhile (I4)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const resetToken = await life.resetToken("ada");
  const find = life.store.getUserByUsername.bind(life.store);
  life.store.getUserByUsername = async (key) => {
    const found = await find(key);
    await life.store.deleteUser("ada");
    await life.store.createUser({
      id: "2",
      username: "ada",
      email: "n@example.org",
      passwordHash: "$theirs",
    });
    return found;
  };
  await life.rejectsWithoutMail(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  );
  assert.equal(await life.store.getPasswordHash("ada"), "$theirs");
});

test("resetPassword() guards the change by the account, and writes the user's row first (R57)", async () => {
  const life = openHarbor();
  const { user } = await life.loggedIn("ada");
  const resetToken = await life.resetToken("ada");
  const calls = await life.callsOf(() =>
    life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD })
  );
  const inside = calls.filter(({ inTransaction }) => inTransaction);
  assert.deepEqual(inside.map(({ method }) => method), [
    "setPasswordHash",
    "removePasswordReset",
    "removeAllSessions",
    "removeEmailVerificationForUser",
    "removePasswordResetForUser",
    "setUserFlags",
  ]);
  assert.deepEqual(inside[0]?.args[2], { userId: user.id, disabled: false });
});

test("resetPassword() of an account verified meanwhile still works", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const resetToken = await life.resetToken("ada");
  const hash = life.passwordHasher.hash.bind(life.passwordHasher);
  life.passwordHasher.hash = async (password) => {
    await life.harbor.verifyEmail(life.verificationToken("ada"));
    return await hash(password);
  };
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  life.passwordHasher.hash = hash;
  await life.login("ada", NEW_PASSWORD);
});

test("resetPassword() lets through what the store throws, and mails nothing (T7)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const resetToken = await life.resetToken("ada");
  const failure = new Error("connection lost");
  life.store.transaction = () => Promise.reject(failure);
  const mails = await life.mailsOf(() =>
    assert.rejects(
      life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      (error) => error === failure,
    )
  );
  assert.deepEqual(mails, []);
});

test("resetPassword() without an input is refused as without a token", async () => {
  const { harbor } = openHarbor();
  for (const input of [undefined, null, {}, 7, "token"]) {
    await assert.rejects(harbor.resetPassword(untyped(input)), hasCode("invalid_password_reset_token"));
  }
});
