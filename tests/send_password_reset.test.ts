import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { isWrite } from "./_intercept_store.ts";

test("sendPasswordReset() mails a token to the stored address (R31, V21)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const send = () => life.harbor.sendPasswordReset("ADA@Example.org", { locale: "fr" });
  assert.deepEqual(await life.mailsOf(send), ["password_reset ada@example.org"]);
  const mail = life.mails.at(-1);
  assert.deepEqual([mail?.username, mail?.locale], ["ada", "fr"]);
  assert.match(mail?.token ?? "", /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(mail?.expiresAt, new Date(life.clock.now().getTime() + 3_600_000));
});

test("sendPasswordReset() never takes a look-alike for the stored address, in either order (R31, V21)", async () => {
  const pairs = [["mike@example.org", "m\u0131ke@example.org"], ["k@example.org", "\u212a@example.org"]];
  for (const [plain = "", other = ""] of pairs) {
    for (const [stored, submitted] of [[plain, other], [other, plain]] as const) {
      const life = openHarbor();
      await life.harbor.register({ username: "ada", email: stored, password: PASSWORD });
      await life.harbor.settled();
      const to = (await life.store.getUserByUsername("ada"))?.email;
      for (const mail of await life.mailsOf(() => life.harbor.sendPasswordReset(submitted))) {
        assert.equal(mail, `password_reset ${to}`);
      }
    }
  }
});

test("sendPasswordReset() is silent, and writes nothing, for anybody unknown (R22)", async () => {
  const life = openHarbor();
  await life.registered("lapsed");
  life.advance(604_800);
  const addresses: unknown[] = [
    emailOf("lapsed"),
    emailOf("nobody"),
    "",
    "nowhere",
    undefined,
    ["ada@example.org", "eve@example.org"],
  ];
  for (const address of addresses) {
    const before = life.calls.length;
    const mails = await life.mailsOf(async () => {
      assert.equal(await life.harbor.sendPasswordReset(untyped(address)), undefined);
    });
    assert.deepEqual(mails, []);
    assert.deepEqual(life.calls.slice(before).filter(isWrite), []);
  }
});

test("sendPasswordReset() mails nothing to an address that the account leaves meanwhile (R31, R51)", async () => {
  const later: (() => Promise<void>)[] = [];
  let waits = false;
  const life = openHarbor({ defer: (work) => void (waits ? later.push(work) : work()) });
  const { sessionToken } = await life.loggedIn("ada");
  await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "new@example.org" });
  await life.harbor.settled();
  waits = true;
  await life.harbor.sendPasswordReset(emailOf("ada"));
  waits = false;
  await life.harbor.confirmEmailChange(life.emailSender.tokenFor("email_change", "new@example.org"));
  assert.equal(later.length, 1);
  await later[0]?.();
  await life.harbor.settled();
  assert.deepEqual(life.mails.filter(({ kind }) => kind === "password_reset"), []);
  assert.deepEqual(life.failures, []);
});

test("sendPasswordReset() makes the same calls before it answers, whoever has the address (R22)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  for (const name of ["ada", "nobody"]) {
    const calls = await life.callsOf(() => life.harbor.sendPasswordReset(emailOf(name)));
    assert.deepEqual(calls.map(({ method }) => method), ["getUserByEmail"]);
  }
  assert.equal(life.passwordHasher.verified, 0);
});

test("sendPasswordReset() answers while the sender is stalled, and alike when it fails (R22, R24)", async () => {
  const release = Promise.withResolvers<void>();
  for (const sendPasswordReset of [() => release.promise, () => Promise.reject(new Error("down"))]) {
    const life = openHarbor({ emailSender: Object.assign(openHarbor().emailSender, { sendPasswordReset }) });
    await life.store.createUser({ id: "1", username: "ada", email: emailOf("ada"), passwordHash: "$x" });
    for (let time = 0; time < 2; time++) {
      assert.equal(await life.harbor.sendPasswordReset(emailOf("ada")), undefined);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    release.resolve();
    await life.harbor.settled();
    assert.deepEqual(life.events.filter(({ outcome }) => outcome === "refused"), []);
  }
});

test("sendPasswordReset() changes nothing visible: password, sessions and verification stay (R58)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.registered("bob");
  for (let time = 0; time < 20; time++) await life.resetToken("ada");
  await life.resetToken("bob");
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  await life.login("ada");
  await life.harbor.verifyEmail(life.verificationToken("bob"));
});

test("sendPasswordReset() replaces the earlier token (R51)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const first = await life.resetToken("ada");
  const second = await life.resetToken("ada");
  const reset = (resetToken: string) => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  await life.refuses("invalid_password_reset_token", () => reset(first));
  await reset(second);
});

test("sendPasswordReset() mints nothing for whoever took over the name meanwhile (I4)", async () => {
  const meanwhile: readonly ((life: Life) => Promise<unknown>)[] = [
    (life) => life.store.deleteUser("ada"),
    async (life) => {
      await life.store.deleteUser("ada");
      await life.store.createUser({ id: "2", username: "ada", email: "b@example.org", passwordHash: "$x" });
    },
  ];
  for (const change of meanwhile) {
    const life = openHarbor();
    await life.verified("ada");
    const mails = await life.mailsOf(async () => {
      await life.harbor.sendPasswordReset(emailOf("ada"));
      await change(life);
    });
    assert.deepEqual(mails, []);
    const written = life.calls.findLast(({ method }) => method === "setPasswordReset")?.args[0];
    assert.equal(await life.store.getPasswordReset(untyped<{ tokenHash: string }>(written).tokenHash), null);
  }
});

test("sendPasswordReset() rejects with what the lookup throws (T7)", async () => {
  const life = openHarbor();
  const failure = new Error("down");
  life.store.getUserByEmail = () => Promise.reject(failure);
  await assert.rejects(life.harbor.sendPasswordReset(emailOf("ada")), (error) => error === failure);
});
