import assert from "node:assert/strict";
import process from "node:process";
import test from "node:test";
import { emailOf, openHarbor, PASSWORD, untyped } from "./_harness.ts";

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
  assert.equal(life.mails.length, 1);
  await life.harbor.settled();
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
