import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, type Life, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { isWrite } from "./_intercept_store.ts";

test("resendVerification() mails a new token to the stored address, which replaces the old one (R31)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  life.advance(3_600);
  const resend = () => life.harbor.resendVerification("ADA@Example.org", { locale: "fr" });
  assert.deepEqual(await life.mailsOf(resend), ["verification ada@example.org"]);
  const mail = life.mails.at(-1);
  assert.deepEqual([mail?.username, mail?.locale], ["ada", "fr"]);
  assert.deepEqual(mail?.expiresAt, new Date(life.clock.now().getTime() + 86_400_000));
  await life.harbor.verifyEmail(life.verificationToken("ada"));
});

test("resendVerification() is silent, and writes nothing, for anybody else (R22)", async () => {
  const life = openHarbor();
  await life.verified("owner");
  await life.registered("lapsed");
  life.advance(604_800);
  const addresses: unknown[] = [
    emailOf("owner"),
    emailOf("lapsed"),
    emailOf("nobody"),
    "",
    "nowhere",
    null,
    7,
    {},
    [],
  ];
  for (const address of addresses) {
    const before = life.calls.length;
    const mails = await life.mailsOf(async () => {
      assert.equal(await life.harbor.resendVerification(untyped(address)), undefined);
    });
    assert.deepEqual(mails, []);
    assert.deepEqual(life.calls.slice(before).filter(isWrite), []);
  }
});

test("resendVerification() makes the same calls before it answers, whoever has the address (R22)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  for (const name of ["ada", "nobody"]) {
    const calls = await life.callsOf(() => life.harbor.resendVerification(emailOf(name)));
    assert.deepEqual(calls.map(({ method }) => method), ["getUserByEmail"]);
  }
});

test("resendVerification() mails the holder, not the account displaced from the address", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await life.harbor.register({ username: "newcomer", email: emailOf("ada"), password: PASSWORD });
  await life.harbor.settled();
  await life.mailsOf(() => life.harbor.resendVerification(emailOf("ada")));
  assert.equal(life.mails.at(-1)?.username, "newcomer");
});

test("resendVerification() mints nothing once the account is verified, gone or somebody else's", async () => {
  const meanwhile: readonly ((life: Life) => Promise<unknown>)[] = [
    (life) => life.store.setUserVerified("ada"),
    (life) => life.store.deleteUser("ada"),
    async (life) => {
      await life.store.deleteUser("ada");
      await life.store.createUser({ id: "2", username: "ada", email: "b@example.org", passwordHash: "$x" });
    },
  ];
  for (const change of meanwhile) {
    const life = openHarbor();
    await life.registered("ada");
    const mails = await life.mailsOf(async () => {
      await life.harbor.resendVerification(emailOf("ada"));
      await change(life);
    });
    assert.deepEqual(mails, []);
    const written = life.calls.findLast(({ method }) => method === "setEmailVerification")?.args[0];
    assert.equal(
      await life.store.getEmailVerification(untyped<{ tokenHash: string }>(written).tokenHash),
      null,
    );
  }
});

test("resendVerification() does not prolong the life of an unverified account (R41)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  for (let day = 1; day < 7; day++) {
    life.advance(86_400);
    assert.equal((await life.mailsOf(() => life.harbor.resendVerification(emailOf("ada")))).length, 1);
  }
  life.advance(86_400);
  assert.deepEqual(await life.mailsOf(() => life.harbor.resendVerification(emailOf("ada"))), []);
});

test("resendVerification() rejects with what the lookup throws, and hides what the rest throws (R24)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const failure = new Error("down");
  life.store.setEmailVerification = () => Promise.reject(failure);
  assert.equal(await life.harbor.resendVerification(emailOf("ada")), undefined);
  await life.harbor.settled();
  assert.deepEqual(life.events.slice(-2).map(({ name, outcome }) => [name, outcome]), [
    ["resend_verification", "succeeded"],
    ["mail.verification", "failed"],
  ]);
  life.store.getUserByEmail = () => Promise.reject(failure);
  await assert.rejects(life.harbor.resendVerification(emailOf("ada")), (error) => error === failure);
});
