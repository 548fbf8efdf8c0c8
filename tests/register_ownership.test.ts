import assert from "node:assert/strict";
import test from "node:test";
import { UserHarborError } from "../mod.ts";
import { emailOf, hasCode, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";

const EMAIL = "ada@example.org";
const DAY = 86_400;

test("register() costs and answers the same for a free, a held and an owned address (R19, R20, R23)", async () => {
  const situations: readonly ((life: Life) => Promise<void>)[] = [
    () => Promise.resolve(),
    (life) => life.registered("ada"),
    (life) => life.verified("ada"),
  ];
  const seen = [];
  const reasons = [];
  for (const prepare of situations) {
    const life = openHarbor();
    await prepare(life);
    const { hashed, verified } = life.passwordHasher;
    const before = life.events.length;
    const calls = await life.callsOf(async () => assert.equal(await newcomer(life), undefined));
    const events = life.events.slice(before);
    seen.push({
      calls: calls.map(({ method }) => method),
      hashed: life.passwordHasher.hashed - hashed,
      verified: life.passwordHasher.verified - verified,
      // The account's id differs each time; the reason is what nobody but the application is told.
      events: events.map(({ userId: _, reason: __, ...event }) => event),
    });
    reasons.push(...events.map(({ reason }) => reason));
  }
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
  assert.deepEqual(seen[0]?.calls, ["getUserByEmail", "getUserByUsername", "createUser"]);
  assert.equal(seen[0]?.hashed, 1);
  assert.equal(seen[0]?.verified, 0);
  assert.equal(seen[0]?.events.length, 1);
  assert.deepEqual(reasons, [undefined, undefined, "address_in_use"]);
});

test("register() for an owned address tells the owner and mints no token (R23, R31)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const mails = await life.mailsOf(() => newcomer(life, "ADA@Example.ORG"));
  assert.deepEqual(mails, [`address_in_use ${EMAIL}`]);
  assert.equal(life.mails.at(-1)?.username, "ada");
  assert.equal(life.mails.at(-1)?.locale, "fr");
  const created = life.calls.findLast(({ method }) => method === "createUser")?.args[0];
  assert.deepEqual(Object.keys(untyped(created)).filter((key) => /token|expires/i.test(key)), []);
  assert.equal((await life.store.getUserByEmail(EMAIL))?.username, "ada");
});

test("register() for an owned address leaves an account that holds the name and password alone (R36)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await newcomer(life);
  const user = await life.store.getUserByUsername("newcomer");
  assert.deepEqual({ email: user?.email, verified: user?.verified }, { email: EMAIL, verified: false });
  await life.refuses("unverified_user", () => life.login("newcomer", NEW_PASSWORD));
  await life.refuses("username_taken", () => newcomer(life));
  assert.deepEqual(await life.mailsOf(() => life.harbor.resendVerification(EMAIL)), []);
  assert.equal((await life.login("ada")).user.username, "ada");
});

test("register() for an unverified address displaces its holder and mails the newcomer (R36, V5)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  assert.deepEqual(await life.mailsOf(() => newcomer(life)), [`verification ${EMAIL}`]);
  assert.equal(life.mails.at(-1)?.username, "newcomer");
  assert.equal((await life.store.getUserByEmail(EMAIL))?.username, "newcomer");
  assert.equal((await life.store.getUserByUsername("ada"))?.email, EMAIL);
  await life.refuses("unverified_user", () => life.login("ada"));
});

test("register() gives the address to whichever of several newcomers verifies first", async () => {
  for (const winner of ["ada", "newcomer"]) {
    const life = openHarbor();
    await life.registered("ada");
    const tokens = new Map([["ada", life.verificationToken("ada")]]);
    await newcomer(life);
    await life.harbor.settled();
    tokens.set("newcomer", life.verificationToken("ada"));
    await life.harbor.verifyEmail(tokens.get(winner) ?? "");
    assert.equal((await life.store.getUserByEmail(EMAIL))?.username, winner);
    const loser = winner === "ada" ? "newcomer" : "ada";
    await life.rollsBack(
      "invalid_verification_token",
      () => life.harbor.verifyEmail(tokens.get(loser) ?? ""),
    );
    assert.equal((await life.store.getUserByUsername(loser))?.verified, false);
  }
});

test("register() leaves the newcomer without the address that is verified between lookup and creation", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const createUser = life.store.createUser.bind(life.store);
  life.store.createUser = async (request) => {
    life.store.createUser = createUser;
    await life.harbor.verifyEmail(life.verificationToken("ada"));
    return await createUser(request);
  };
  const mails = await life.mailsOf(() => newcomer(life));
  assert.deepEqual(mails.toSorted(), [`address_in_use ${EMAIL}`, `email_verified ${EMAIL}`]);
  assert.equal((await life.store.getUserByEmail(EMAIL))?.username, "ada");
  await life.refuses("unverified_user", () => life.login("newcomer", NEW_PASSWORD));
});

test("register() mails nobody when the address was taken, and its owner is gone, while it is under way", async () => {
  const life = openHarbor();
  await life.verified("ada");
  life.store.getUserByEmail = () => Promise.resolve(null);
  assert.deepEqual(await life.mailsOf(() => newcomer(life)), []);
  assert.deepEqual(life.failures, []);
});

test("register() answers username_taken when name and address went while it was under way", async () => {
  const life = openHarbor();
  let calls = 0;
  life.store.createUser = () => {
    calls++;
    return Promise.reject(
      new UserHarborError(calls === 1 ? "email_taken" : "username_taken", "Cannot create"),
    );
  };
  await assert.rejects(newcomer(life), hasCode("username_taken"));
  await life.harbor.settled();
  assert.equal(calls, 2);
  assert.deepEqual(life.mails, []);
});

test("register() does without sendAddressInUse, which senders need not have", async () => {
  const life = openHarbor({
    emailSender: Object.assign(openHarbor().emailSender, { sendAddressInUse: undefined }),
  });
  const emailSender = openHarbor().emailSender;
  assert.equal(typeof emailSender.sendAddressInUse, "function");
  await life.store.createUser({ id: "1", username: "ada", email: EMAIL, passwordHash: "$x" });
  await life.store.setUserVerified("ada");
  await newcomer(life);
  await life.harbor.settled();
  assert.deepEqual(life.events.map(({ outcome }) => outcome), ["succeeded"]);
});

test("register() tells nobody of an address whose owner has gone by the time the mail is due", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const mails = await life.mailsOf(async () => {
    await newcomer(life);
    await life.store.deleteUser("ada");
  });
  assert.deepEqual(mails, []);
  const others = await life.mailsOf(async () => {
    await life.store.setUserVerified("newcomer", EMAIL);
    await life.harbor.register({ username: "second", email: EMAIL, password: PASSWORD });
    await life.store.deleteUser("newcomer");
    await life.store.createUser({ id: "3", username: "third", email: EMAIL, passwordHash: "$x" });
  });
  assert.deepEqual(others, [], "an unverified holder owns nothing to be told of");
  assert.deepEqual(new Set(life.events.map(({ outcome }) => outcome)), new Set(["succeeded"]));
});

test("register() deletes a lapsed account under the name or address, and takes its place (R41)", async () => {
  for (
    const input of [{ username: "ADA", email: "other@example.org" }, { username: "newcomer", email: EMAIL }]
  ) {
    const life = openHarbor();
    await life.registered("ada");
    const earlier = await life.store.getUserByUsername("ada");
    life.advance(7 * DAY);
    await life.harbor.register({ ...input, password: NEW_PASSWORD });
    await life.harbor.settled();
    assert.equal((await life.store.getUserByEmail(input.email))?.username, input.username);
    const namesake = await life.store.getUserByUsername("ada");
    assert.notEqual(namesake?.id, earlier?.id);
    await life.harbor.verifyEmail(life.emailSender.tokenFor("verification", input.email));
    await life.login(input.username, NEW_PASSWORD);
  }
});

test("register() deletes both the lapsed namesake and the lapsed holder, and a displaced one by name (R41)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await life.registered("bob");
  await life.harbor.register({ username: "cyd", email: emailOf("bob"), password: PASSWORD });
  life.advance(7 * DAY);
  await life.harbor.register({ username: "Ada", email: emailOf("bob"), password: PASSWORD });
  assert.equal(await life.store.getUserByUsername("cyd"), null, "the holder lapsed, too");
  assert.equal((await life.store.getUserByUsername("bob"))?.username, "bob", "displaced and not in the way");
  await life.harbor.register({ username: "BOB", email: emailOf("cyd"), password: PASSWORD });
  assert.equal((await life.store.getUserByUsername("bob"))?.username, "BOB");
});

test("register() leaves alone what has not lapsed: verified, undated, or a millisecond short (R41, R50)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await life.store.createUser({ id: "1", username: "undated", email: "u@example.org", passwordHash: "$x" });
  life.advance(1_000 * DAY);
  await life.registered("bob");
  life.advance(7 * DAY - 0.001);
  for (const username of ["ada", "undated", "bob"]) {
    await life.refuses(
      "username_taken",
      () => life.harbor.register({ username, email: "x@x.org", password: PASSWORD }),
    );
  }
  life.advance(0.001);
  await life.harbor.register({ username: "bob", email: "x@x.org", password: PASSWORD });
});

test("register() does not delete a lapsed account that is verified at the last moment", async () => {
  const life = openHarbor();
  await life.registered("ada");
  life.advance(7 * DAY);
  const deleteUser = life.store.deleteUser.bind(life.store);
  life.store.deleteUser = async (...args) => {
    await life.store.setUserVerified("ada");
    return await deleteUser(...args);
  };
  await assert.rejects(
    life.harbor.register({ username: "ada", email: EMAIL, password: NEW_PASSWORD }),
    hasCode("username_taken"),
  );
  await life.harbor.settled();
  assert.equal((await life.store.getUserByUsername("ada"))?.verified, true);
  assert.equal(life.mails.length, 1, "only the first verification");
});

test("register() leaves the names of a lapsed account nothing of it: tokens, roles, password (I4)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const old = { verification: life.verificationToken("ada"), reset: await life.resetToken("ada") };
  await life.harbor.roles.create("admin");
  await life.harbor.grantRole("ada", "admin");
  life.advance(7 * DAY);
  await life.harbor.register({ username: "ada", email: EMAIL, password: NEW_PASSWORD });
  await life.harbor.settled();
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(old.verification));
  await life.refuses(
    "invalid_password_reset_token",
    () => life.harbor.resetPassword({ resetToken: old.reset, newPassword: PASSWORD }),
  );
  assert.deepEqual(await life.harbor.getRoles("ada"), new Set());
  await life.refuses("invalid_credentials", () => life.login("ada", PASSWORD));
});

function newcomer(life: Life, email: string = EMAIL): Promise<void> {
  return life.harbor.register({ username: "newcomer", email, password: NEW_PASSWORD }, { locale: "fr" });
}
