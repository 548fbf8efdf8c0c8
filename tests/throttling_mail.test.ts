import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, NEW_PASSWORD, PASSWORD } from "./_harness.ts";
import { openForAccounts, openThrottled, type ThrottledLife } from "./_throttled_life.ts";

/** One of a million clients. */
const client = (number: number) => ({ address: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}` });

test("sendPasswordReset() by 1 000 clients mails an account 5 times an hour (R95)", async () => {
  const life = openThrottled({ throttleLimits: { mailsPerAddress: null } });
  await life.verified("ada");
  const askAll = async () => {
    for (let number = 0; number < 1_000; number++) {
      await life.harbor.sendPasswordReset(emailOf("ada"), client(number));
    }
  };
  assert.deepEqual(await life.mailsOf(askAll), Array(5).fill("password_reset ada@example.org"));
  assert.equal(
    life.calls.filter(({ method }) => method === "setPasswordReset").length,
    5,
    "a token without a mail",
  );
  const refused = life.events.filter(({ name }) => name === "mail.password_reset");
  assert.equal(refused.length, 995);
  assert.deepEqual([refused[0]?.outcome, refused[0]?.code], ["refused", "rate_limited"]);
  const asked = life.events.filter(({ name }) => name === "send_password_reset");
  assert.ok(asked.every(({ outcome }) => outcome === "succeeded"), "somebody was told");
  life.advance(3_600);
  assert.equal((await life.mailsOf(askAll)).length, 5);
});

test("a mail that is limited leaves no record in the audit trail: a flood ends before the disk (R95, R116)", async () => {
  const life = openForAccounts({}, { auditTrail: true });
  await life.registered("ada");
  await life.verified("bob");
  const before = life.calls.length;
  for (let time = 0; time < 50; time++) {
    await life.harbor.sendPasswordReset(emailOf("bob"));
    await life.harbor.resendVerification(emailOf("ada"));
  }
  await life.harbor.settled();
  const appended = life.calls.slice(before).filter(({ method }) => method === "append");
  assert.equal(appended.length, 5);
});

test("sendPasswordReset() that is limited leaves the token of the last mail alone (R95)", async () => {
  const life = openForAccounts();
  await life.verified("ada");
  let resetToken = "";
  for (let mail = 0; mail < 5; mail++) resetToken = await life.resetToken("ada");
  assert.equal(await life.resetToken("ada"), resetToken);
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
});

test("resendVerification() mails an account once in 3 minutes, the mail of its registration included (R95)", async () => {
  const life = openForAccounts();
  await life.registered("ada");
  const ask = () => life.harbor.resendVerification(emailOf("ada"));
  const token = life.verificationToken("ada");
  assert.deepEqual(await life.mailsOf(ask), []);
  life.advance(179.999);
  assert.deepEqual(await life.mailsOf(ask), []);
  assert.deepEqual(life.calls.filter(({ method }) => method === "setEmailVerification"), []);
  life.advance(0.001);
  assert.deepEqual(await life.mailsOf(ask), ["verification ada@example.org"]);
  assert.notEqual(life.verificationToken("ada"), token);
  assert.deepEqual(await life.mailsOf(ask), []);
  await life.harbor.verifyEmail(life.verificationToken("ada"));
});

test("register() always mails a newcomer first, however many there are (R95)", async () => {
  const life = openForAccounts();
  for (let newcomer = 0; newcomer < 50; newcomer++) {
    const name = `newcomer${newcomer}`;
    assert.deepEqual(await life.mailsOf(() => life.registered(name)), [`verification ${emailOf(name)}`]);
  }
});

test("strangers cause 10 mails an hour to one address, whatever they ask for (R95)", async () => {
  const life = openForAccounts({ resetMailsPerAccount: null, verificationMailsPerAccount: null });
  const register = (number: number) =>
    life.harbor.register({ username: `stranger${number}`, email: emailOf("ada"), password: PASSWORD });
  const mails = await life.mailsOf(async () => {
    for (let number = 0; number < 3; number++) await register(number);
    await life.harbor.settled();
    for (let number = 0; number < 3; number++) await life.harbor.resendVerification("ADA@example.org");
  });
  assert.deepEqual(mails, Array(6).fill("verification ada@example.org"));
  await life.harbor.verifyEmail(life.verificationToken("ada"));
  await life.harbor.settled();
  const more = await life.mailsOf(async () => {
    await life.harbor.sendPasswordReset(emailOf("ada"));
    await life.harbor.settled();
    for (let number = 3; number < 20; number++) await register(number);
    for (let number = 0; number < 20; number++) await life.harbor.sendPasswordReset(emailOf("ada"));
  });
  assert.equal(more.length, 4);
  assert.deepEqual(
    new Set(more),
    new Set(["password_reset ada@example.org", "address_in_use ada@example.org"]),
  );
  assert.equal(
    await life.store.getUserByUsername("stranger19") === null,
    false,
    "the answer must be the same",
  );
  const limited = life.events.filter(({ outcome, name }) =>
    outcome === "refused" && name.startsWith("mail.")
  );
  assert.equal(limited.length, 1 + 17 + 20 - 4);
  assert.deepEqual(new Set(limited.map(({ code }) => code)), new Set(["rate_limited"]));
  assert.equal((await life.mailsOf(() => life.registered("bob"))).length, 1, "another address");
});

test("a mail refused for its address is not counted for its account (R95)", async () => {
  const life = openForAccounts({ mailsPerAddress: { limit: 1, windowSeconds: 60 } });
  await life.verified("ada");
  const ask = () => life.harbor.sendPasswordReset(emailOf("ada"));
  for (let time = 0; time < 20; time++) assert.deepEqual(await life.mailsOf(ask), []);
  for (let time = 0; time < 5; time++) {
    life.advance(60);
    assert.deepEqual(await life.mailsOf(ask), ["password_reset ada@example.org"]);
  }
});

test("mails that the owner causes are not limited: nobody silences them (R95)", async () => {
  const life = openForAccounts();
  const { sessionToken } = await life.loggedIn("ada");
  for (let time = 0; time < 20; time++) await life.harbor.sendPasswordReset(emailOf("ada"));
  await life.harbor.settled();
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  assert.deepEqual(
    await life.mailsOf(() => life.harbor.changePassword(change)),
    ["password_changed ada@example.org"],
  );
});

test("whoever asks for 21 mails in a minute is told so, the same whoever they are for (R95, R99, R22)", async () => {
  const asking: readonly ((life: ThrottledLife, email: string) => Promise<void>)[] = [
    ({ harbor }, email) => harbor.sendPasswordReset(email, client(1)),
    ({ harbor }, email) => harbor.resendVerification(email, client(1)),
  ];
  const addresses = [emailOf("ada"), emailOf("unverified"), emailOf("nobody"), "no address"];
  for (const ask of asking) {
    const life = openThrottled();
    await life.verified("ada");
    await life.registered("unverified");
    for (let time = 0; time < 20; time++) await ask(life, addresses[time % 4] ?? "");
    await life.harbor.settled();
    const refusals = [];
    for (const email of addresses) {
      assert.equal(await life.isLimited(() => ask(life, email)), 60);
      refusals.push(await life.refusalOf(() => ask(life, email)));
    }
    for (const refusal of refusals) assert.deepEqual(refusal, refusals[0]);
    for (const other of asking) assert.equal(await life.isLimited(() => other(life, emailOf("ada"))), 60);
    await life.harbor.sendPasswordReset(emailOf("ada"), client(2));
    life.advance(60);
    await ask(life, emailOf("ada"));
  }
});

test("changeEmail() counts for the client that asks, and for the address that is mailed (R95)", async () => {
  const life = openThrottled({ throttleLimits: { mailsPerAddress: { limit: 3, windowSeconds: 60 } } });
  const { sessionToken } = await life.loggedIn("ada");
  await life.verified("bob");
  await life.verified("carol");
  life.advance(60);
  const change = (newEmail: string, number: number) =>
    life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail }, client(number));
  const asked = async (newEmail: string) => {
    for (let number = 0; number < 10; number++) await change(newEmail, number);
  };
  const toNewcomer = await life.mailsOf(() => asked(emailOf("lovelace")));
  assert.deepEqual(toNewcomer, Array(3).fill("email_change lovelace@example.org"));
  const toAnother = await life.mailsOf(() => asked(emailOf("byron")));
  assert.deepEqual(toAnother, Array(3).fill("email_change byron@example.org"));
  const toOwner = await life.mailsOf(() => asked(emailOf("bob")));
  assert.deepEqual(toOwner, Array(3).fill("address_in_use bob@example.org"));
  const toOther = await life.mailsOf(() => asked(emailOf("carol")));
  assert.deepEqual(toOther, Array(3).fill("address_in_use carol@example.org"));
  for (let time = 0; time < 16; time++) await change(emailOf("lovelace"), 1);
  const { hashes } = life;
  await life.refuses("rate_limited", () => change(emailOf("lovelace"), 1));
  assert.equal(life.hashes, hashes);
  await change(emailOf("lovelace"), 2);
});

test("register() lets a client register 20 times a minute, before anything is hashed or asked for (R17, R95)", async () => {
  const life = openThrottled();
  const register = (number: number, password = PASSWORD) =>
    life.harbor.register(
      { username: `newcomer${number}`, email: emailOf(`newcomer${number}`), password },
      client(1),
    );
  for (let time = 0; time < 30; time++) {
    assert.equal((await life.refusalOf(() => register(time, "short")))?.code, "weak_password");
  }
  for (let number = 0; number < 10; number++) await register(number);
  // Asking for names that are taken is counted as well.
  for (let number = 0; number < 10; number++) {
    assert.equal((await life.refusalOf(() => register(number)))?.code, "username_taken");
  }
  await life.harbor.settled();
  for (const number of [0, 10]) assert.equal(await life.isLimited(() => register(number)), 60);
  assert.equal(await life.store.getUserByUsername("newcomer10"), null);
  life.advance(60);
  await register(10);
});
