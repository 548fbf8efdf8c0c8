import assert from "node:assert/strict";
import process from "node:process";
import test from "node:test";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";

const ADA = { username: "ada", email: emailOf("ada"), password: PASSWORD };

test("defer() is handed work that sends the mail and never rejects", async () => {
  const works: (() => Promise<void>)[] = [];
  const life = openHarbor({ defer: (work) => works.push(work) });
  await life.harbor.register(ADA);
  assert.deepEqual([works.length, life.mails.length], [1, 0]);
  life.emailSender.sendVerification = () => Promise.reject(new Error("down"));
  assert.equal(await works[0]?.(), undefined);
  await life.harbor.settled();
  const { name, outcome, errorName } = life.events.at(-1) ?? {};
  assert.deepEqual([name, outcome, errorName], ["mail.verification", "failed", "Error"]);
});

test("defer() may run its work at once, as waitUntil does", async () => {
  const life = openHarbor({ defer: (work) => void work() });
  await life.harbor.register(ADA);
  await life.harbor.settled();
  assert.equal(life.mails.length, 1);
});

test("the event of work behind an answer that failed says for whom it was (R116)", async () => {
  const context = { address: "192.0.2.1" };
  const life = openHarbor();
  const failure = () => Promise.reject(new RangeError("down"));
  const failing = async (name: string, action: () => Promise<unknown>) => {
    life.events.length = 0;
    const before = await life.store.getUserByUsername("ada");
    await action();
    await life.harbor.settled();
    const event = life.events.find(({ outcome }) => outcome === "failed");
    assert.deepEqual(event, {
      name,
      outcome: "failed",
      errorName: "RangeError",
      at: life.clock.now(),
      userId: before?.id ?? (await life.store.getUserByUsername("ada"))?.id,
      username: "ada",
      context,
    });
  };
  const { harbor, emailSender, passwordHasher } = life;
  const { sendVerification, sendEmailVerified } = emailSender;
  emailSender.sendVerification = failure;
  await failing("mail.verification", () => harbor.register(ADA, context));
  await failing("mail.verification", () => harbor.resendVerification(ADA.email, context));
  emailSender.sendVerification = sendVerification;
  await harbor.resendVerification(ADA.email);
  await harbor.settled();
  emailSender.sendEmailVerified = failure;
  await failing("mail.email_verified", () => harbor.verifyEmail(life.verificationToken("ada"), context));
  emailSender.sendEmailVerified = sendEmailVerified;
  emailSender.sendPasswordReset = failure;
  await failing("mail.password_reset", () => harbor.sendPasswordReset(ADA.email, context));
  passwordHasher.needsRehash = failure;
  await failing("rehash", () => harbor.login(ADA, context));
  passwordHasher.needsRehash = () => Promise.resolve(false);
  const { sessionToken } = await harbor.login(ADA);
  emailSender.sendPasswordChanged = failure;
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await failing("mail.password_changed", () => harbor.changePassword(change, context));
  const last = await life.login("ada", NEW_PASSWORD);
  emailSender.sendAccountDeleted = failure;
  const deletion = { sessionToken: last.sessionToken, password: NEW_PASSWORD };
  await failing("mail.account_deleted", () => harbor.deleteAccount(deletion, context));
});

test("the event of each mail that failed names that mail (R116)", async () => {
  const failure = () => Promise.reject(new RangeError("down"));
  const failuresOf = async (act: (life: Life) => Promise<unknown>) => {
    const life = openHarbor();
    await life.verified("ada");
    await life.registered("bob");
    await act(life);
    await life.harbor.settled();
    const failed = life.events.filter(({ outcome }) => outcome === "failed");
    return failed.map(({ name, username }) => [name, username]);
  };
  const fail = (life: Life) =>
    Object.assign(life.emailSender, {
      sendVerification: failure,
      sendEmailVerified: failure,
      sendEmailChanged: failure,
      sendPasswordReset: failure,
      sendPasswordChanged: failure,
      sendAccountDeleted: failure,
      sendInvitation: failure,
    });
  const changeEmail = async (life: Life) => {
    const token = await life.emailChangeToken((await life.login("ada")).sessionToken, emailOf("lovelace"));
    fail(life);
    await life.harbor.confirmEmailChange(token);
  };
  const changed = ["mail.email_changed", "mail.email_verified"].map((name) => [name, "ada"]);
  assert.deepEqual(await failuresOf(changeEmail), changed);
  const reset = async (life: Life) => {
    const resetToken = await life.resetToken("bob");
    fail(life);
    await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  };
  const ended = ["mail.email_verified", "mail.password_changed"].map((name) => [name, "bob"]);
  assert.deepEqual(await failuresOf(reset), ended);
  const forceReset = (life: Life) => fail(life) && life.harbor.users.forceReset("ada");
  assert.deepEqual(await failuresOf(forceReset), [["mail.password_reset", "ada"]]);
  const remove = (life: Life) => fail(life) && life.harbor.users.delete("ada");
  assert.deepEqual(await failuresOf(remove), [["mail.account_deleted", "ada"]]);
  const eve = { username: "eve", email: emailOf("eve") };
  const invite = (life: Life) => fail(life) && life.harbor.users.create({ ...eve, verified: true });
  assert.deepEqual(await failuresOf(invite), [["mail.invitation", "eve"]]);
  const entrust = (life: Life) => fail(life) && life.harbor.users.create({ ...eve, password: PASSWORD });
  assert.deepEqual(await failuresOf(entrust), [["mail.verification", "eve"]]);
});

test("defer() that throws changes no answer, and an event tells", async () => {
  const life = openHarbor({
    defer: () => {
      throw new RangeError("no more tasks");
    },
  });
  await life.harbor.register(ADA);
  await life.harbor.settled();
  assert.deepEqual(life.mails, []);
  assert.deepEqual(life.events.map(({ name, outcome, errorName }) => [name, outcome, errorName]), [
    ["mail.verification", "failed", "RangeError"],
    ["register", "succeeded", undefined],
  ]);
});

test("settled() waits for work that defer() began before it threw", async () => {
  const release = Promise.withResolvers<void>();
  const life = openHarbor({
    defer(work) {
      void work();
      throw new RangeError("no more tasks");
    },
  });
  life.emailSender.sendVerification = () => release.promise;
  await life.harbor.register(ADA);
  let settled = false;
  const waiting = life.harbor.settled().then(() => settled = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(settled, false);
  release.resolve();
  await waiting;
});

test("defer() that rejects changes no answer and ends no process", async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", listener);
  try {
    const life = openHarbor({ defer: untyped(() => Promise.reject(new RangeError("no more tasks"))) });
    await life.harbor.register(ADA);
    // Rejections are reported once the microtasks are done.
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(unhandled, []);
  } finally {
    process.off("unhandledRejection", listener);
  }
});

test("settled() resolves at once when nothing is pending", async () => {
  const life = openHarbor();
  await life.harbor.settled();
  await life.harbor.register(ADA);
  await life.harbor.settled();
  await life.harbor.settled();
  assert.equal(life.mails.length, 1);
});

test("settled() waits for all that is pending, and for what was started meanwhile", async () => {
  const release = Promise.withResolvers<void>();
  const life = openHarbor();
  const send = life.emailSender.sendVerification.bind(life.emailSender);
  life.emailSender.sendVerification = async (message) => {
    if (message.username === "ada") {
      await release.promise;
      await life.harbor.register({ ...ADA, username: "bob", email: emailOf("bob") });
    }
    await send(message);
  };
  await life.harbor.register(ADA);
  let settled = false;
  const waiting = life.harbor.settled().then(() => settled = true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(settled, false);
  release.resolve();
  await waiting;
  assert.deepEqual(life.mails.map(({ username }) => username).toSorted(), ["ada", "bob"]);
});

test("a mail is only sent once the change it tells of is made (R59)", async () => {
  const life = openHarbor({ defer: (work) => void work() });
  const { sessionToken } = await life.loggedIn("ada");
  const states: unknown[] = [];
  life.emailSender.sendAccountDeleted = async () => {
    states.push(await life.store.getUserByUsername("ada"));
  };
  await life.harbor.deleteAccount({ sessionToken, password: PASSWORD });
  assert.deepEqual(states, [null]);
});
