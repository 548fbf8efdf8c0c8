import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { RecordingEmailSender } from "../testing/recording_email_sender.ts";
import { emailOf, hasCode, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

const ADA = { username: "Ada", email: "Ada@Example.org" };

test("users.create() without a password invites: a password nobody knows, and a token that sets one (R20, R61, V22)", async () => {
  const life = openHarbor();
  const { user } = await life.harbor.users.create(ADA);
  await life.harbor.settled();
  const createdAt = life.clock.now();
  const { id } = user;
  assert.deepEqual(user, { id, username: "Ada", email: "ada@example.org", verified: false, createdAt });
  assert.deepEqual(await life.store.getUserByUsername("ada"), user);
  assert.deepEqual(life.mails.map(({ kind, to }) => [kind, to]), [["invitation", "ada@example.org"]]);
  for (const password of ["", PASSWORD, life.mails[0]?.token ?? ""]) {
    await life.refuses("invalid_credentials", () => life.harbor.login({ username: "ada", password }));
  }
  assert.equal(life.passwordHasher.verified, 3, "a login costs what it costs for anybody");

  const resetToken = life.emailSender.tokenFor("invitation", "ada@example.org");
  await life.harbor.resetPassword({ resetToken, newPassword: PASSWORD });
  const opened = await life.login("ada");
  assert.deepEqual([opened.user.verified, opened.user.mustChangePassword ?? false], [true, false]);
});

test("users.create() invites for as long as a verification lasts, and not an instant longer (R50)", async () => {
  for (const [seconds, code] of [[86_399.999, null], [86_400, "invalid_password_reset_token"]] as const) {
    const life = openHarbor();
    await life.harbor.users.create(ADA);
    await life.harbor.settled();
    assert.equal(life.mails[0]?.expiresAt?.getTime(), life.clock.now().getTime() + 86_400_000);
    life.advance(seconds);
    const use = () =>
      life.harbor.resetPassword({ resetToken: life.mails[0]?.token ?? "", newPassword: PASSWORD });
    if (code === null) await use();
    else await life.refuses(code, use);
  }
});

test("users.create() makes a verified account whose address is theirs at once", async () => {
  const life = openHarbor();
  const { user } = await life.harbor.users.create({ ...ADA, verified: true });
  assert.equal(user.verified, true);
  assert.equal((await life.store.getUserByEmail("ada@example.org"))?.id, user.id);
  await life.harbor.settled();
  assert.deepEqual(life.mails.map(({ kind }) => kind), ["invitation"]);
});

test("users.create() invites with a password reset where the sender knows no invitation", async () => {
  const emailSender = new RecordingEmailSender();
  const life = openHarbor({ emailSender: Object.assign(emailSender, { sendInvitation: undefined }) });
  await life.harbor.users.create(ADA);
  await life.harbor.settled();
  assert.deepEqual(emailSender.sent.map(({ kind, to }) => [kind, to]), [[
    "password_reset",
    "ada@example.org",
  ]]);
  const resetToken = emailSender.tokenFor("password_reset", "ada@example.org");
  await life.harbor.resetPassword({ resetToken, newPassword: PASSWORD });
});

test("users.create() with a password has it changed before anything else (R10, R61)", async () => {
  const life = openHarbor();
  const { user } = await life.harbor.users.create({ ...ADA, verified: true, password: PASSWORD });
  assert.equal(user.mustChangePassword, true);
  const { sessionToken } = await life.login("ada");
  assert.deepEqual(life.mails, []);
  assert.deepEqual(life.failures, []);
  await life.refuses("password_change_required", () => life.harbor.getCurrentUser(sessionToken));
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const opened = await life.harbor.changePassword(change);
  assert.equal((await life.harbor.getCurrentUser(opened.sessionToken)).id, user.id);
});

test("users.create() with a password mails an unverified address its verification, and nothing else", async () => {
  const life = openHarbor();
  const mails = await life.mailsOf(() => life.harbor.users.create({ ...ADA, password: PASSWORD }));
  assert.deepEqual(mails, ["verification ada@example.org"]);
  await life.rejectsWithoutMail("unverified_user", () => life.login("ada"));
  await life.harbor.verifyEmail(life.emailSender.tokenFor("verification", "ada@example.org"));
  assert.equal((await life.login("ada")).user.mustChangePassword, true);
});

test("users.create() writes in the language of the context", async () => {
  const life = openHarbor();
  await life.harbor.users.create(ADA, { locale: "de" });
  await life.harbor.users.create({ username: "bob", email: emailOf("bob"), password: PASSWORD }, {
    locale: "fr",
  });
  await life.harbor.settled();
  assert.deepEqual(life.mails.map(({ locale }) => locale), ["de", "fr"]);
});

test("users.create() refuses what register() refuses, and hashes nothing for it (R17, R61)", async () => {
  const life = openHarbor();
  const refused = {
    invalid_username: [{ username: "a b" }, { username: "x" }, { username: untyped<string>(null) }],
    invalid_email: [{ email: "ada" }, { email: untyped<string>(["ada@example.org"]) }],
    weak_password: [{ password: "short" }, { password: "x".repeat(257) }, {
      password: untyped<string>(null),
    }],
  } as const;
  for (const [code, inputs] of Object.entries(refused)) {
    for (const input of inputs) {
      await life.refuses(
        code as keyof typeof refused,
        () => life.harbor.users.create({ ...ADA, password: PASSWORD, ...input }),
      );
    }
  }
  assert.equal(life.hashes, 0);
});

test("users.create() judges the name, the address, then the password", async () => {
  const life = openHarbor();
  const wrong = { username: "a b", email: "ada", password: "short" };
  await life.refuses("invalid_username", () => life.harbor.users.create(wrong));
  await life.refuses("invalid_email", () => life.harbor.users.create({ ...wrong, username: "ada" }));
  await life.refuses("weak_password", () => life.harbor.users.create({ ...wrong, ...ADA }));
});

test("users.create() judges a password with its owner", async () => {
  const judged: unknown[] = [];
  const life = openHarbor({
    passwordValidator: (password, owner) => {
      judged.push([password, { ...owner }]);
      return "no_good";
    },
  });
  await life.refuses("weak_password", () => life.harbor.users.create({ ...ADA, password: PASSWORD }));
  assert.deepEqual(judged, [[PASSWORD, { username: "Ada", email: "ada@example.org" }]]);
});

test("users.create() refuses a name that is taken and an address that is owned, and tells which", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const hashes = life.hashes;
  for (const password of [undefined, PASSWORD]) {
    const rest = password === undefined ? {} : { password };
    const create = (username: string, email: string) =>
      life.harbor.users.create({ username, email, ...rest });
    await life.refuses("username_taken", () => create("ADA", emailOf("bob")));
    await life.refuses("username_taken", () => create("ADA", emailOf("ada")));
    await life.refuses("email_taken", () => create("bob", emailOf("ada")));
  }
  assert.equal(life.hashes, hashes);
});

test("users.create() leaves nothing when the name or the address is taken since it was looked up (I5)", async () => {
  for (const code of ["username_taken", "email_taken"] as const) {
    const life = openHarbor();
    await life.verified("bob");
    const input = code === "username_taken"
      ? { username: "bob", email: emailOf("ada") }
      : { username: "ada", email: emailOf("bob") };
    const { getUserByUsername, getUserByEmail } = life.store;
    life.store.getUserByUsername = life.store.getUserByEmail = () => Promise.resolve(null);
    await life.rejectsWithoutMail(code, () => life.harbor.users.create({ ...input, password: PASSWORD }));
    Object.assign(life.store, { getUserByUsername, getUserByEmail });
    assert.equal((await life.store.getUserByEmail(emailOf("bob")))?.verified, true);
    assert.equal(await life.store.getUserByUsername("ada"), null);
    assert.equal(await life.store.getUserByEmail(emailOf("ada")), null);
  }
});

test("users.create() displaces an unverified holder of the address, as register() does", async () => {
  const life = openHarbor();
  await life.registered("squatter");
  const email = emailOf("squatter");
  const { user } = await life.harbor.users.create({ username: "ada", email, verified: true });
  assert.equal((await life.store.getUserByEmail(email))?.id, user.id);
  await life.rollsBack(
    "invalid_verification_token",
    () => life.harbor.verifyEmail(life.verificationToken("squatter")),
  );
  assert.equal((await life.store.getUserByUsername("squatter"))?.verified, false);
});

test("users.create() takes the name and the address of lapsed accounts (R41)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await life.registered("bob");
  life.advance(604_800);
  const { user } = await life.harbor.users.create({ username: "ADA", email: emailOf("bob") });
  assert.equal((await life.store.getUserByEmail(emailOf("bob")))?.id, user.id);
  assert.equal(await life.store.getUserByUsername("bob"), null);
  assert.equal(await life.store.getUserByEmail(emailOf("ada")), null);
});

test("users.create() takes nothing but true and false for verified", async () => {
  const life = openHarbor();
  for (const verified of ["false", "true", 1, null, {}]) {
    await assert.rejects(life.harbor.users.create({ ...ADA, verified: untyped(verified) }), TypeError);
  }
  await assert.rejects(life.harbor.users.create(untyped(undefined)), hasCode("invalid_username"));
  assert.equal(await life.store.getUserByUsername("ada"), null);
});

test("users.create() with a password needs a store with flags, and asks before anything else (R61)", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  await assert.rejects(life.harbor.users.create({ ...ADA, password: PASSWORD }), /setUserFlags/);
  assert.deepEqual([life.calls, life.hashes], [[], 0]);
  await life.harbor.users.create(ADA);
  await life.harbor.settled();
  assert.equal(life.mails.length, 1);
});

test("users.create() tells its event whose account it made, and who made it (R116)", async () => {
  const life = openHarbor();
  const context = { actor: "admin-7" };
  const { user } = await life.harbor.users.create(ADA, context);
  const at = life.clock.now();
  const about = { userId: user.id, username: "Ada" };
  assert.deepEqual(life.events, [
    { name: "users.create", outcome: "succeeded", at, ...about, context },
  ]);
});
