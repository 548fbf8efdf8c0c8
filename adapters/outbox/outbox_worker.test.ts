import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryThrottle } from "@userharbor/core";
import { MailNotSentError } from "@userharbor/messages";
import { fatesOf, KEYS, PASSWORD, TestLife } from "./_test_life.ts";
import { MailOutbox, OutboxWorker, type OutboxWorkerOptions } from "./mod.ts";

const HOUR = 3_600;

function down(): never {
  throw new MailNotSentError({ provider: "SMTP", reason: "ECONNREFUSED", retryable: true, attempts: 3 });
}

test("a mail server that is away for an hour costs no mail, and a reset gets a token that still works (T9)", async () => {
  const life = new TestLife();
  await life.verified("ada");
  const before = life.server.arrived.length;
  life.server.beforeTaking = down;
  await life.harbor.sendPasswordReset("ada@example.org", { locale: "de" });
  await life.registered("bob");
  await life.pass(HOUR - 5); // no longer than the token lasts: from then on a try renews it
  assert.equal(life.server.arrived.length, before);
  const tries = life.told.filter(({ name }) => name === "mail.password_reset");
  assert.ok(tries.length >= 9 && tries.length <= 13, `${tries.length} tries in an hour`);
  assert.deepEqual(new Set(fatesOf(tries)), new Set(["postponed not_sent"]));
  assert.deepEqual(new Set(tries.map(({ errorName }) => errorName)), new Set(["MailNotSentError"]));
  life.server.beforeTaking = () => {};
  await life.pass(HOUR);
  assert.deepEqual(life.server.told.slice(before).toSorted(), [
    "password_reset ada@example.org",
    "verification bob@example.org",
  ]);
  assert.equal(life.server.arrived.findLast(({ kind }) => kind === "password_reset")?.locale, "de");
  await life.harbor.verifyEmail(life.tokenOf("verification", "bob"));
  await life.harbor.resetPassword({
    resetToken: life.tokenOf("password_reset", "ada"),
    newPassword: PASSWORD + "!",
  });
  const renewed = life.told.filter(({ delivery }) => delivery?.fate === "renewed");
  assert.deepEqual(renewed.map(({ name }) => name), ["mail.password_reset"]);
  const asked = life.events.filter(({ name }) => name === "send_password_reset");
  assert.deepEqual(asked.map(({ context }) => context?.actor), [undefined, "outbox:1"]);
});

test("each attempt repeats the token and the idempotency key; a mail with another token has another key (T9)", async () => {
  const life = new TestLife();
  await life.registered("ada");
  life.server.afterTaking = down; // it is taken, and the answer is lost
  await life.pass(120);
  const { keys, tokens } = life.server;
  assert.ok(keys.length >= 4, `${keys.length} attempts`);
  assert.deepEqual([new Set(keys).size, new Set(tokens).size], [1, 1]);
  assert.match(keys[0] ?? "", /^[\w-]{36}$/);
  assert.deepEqual(life.server.told, ["verification ada@example.org"], "with the key it arrived once");
  life.server.afterTaking = () => {};
  life.clock.advanceSeconds(25 * HOUR);
  await life.pass(60);
  assert.equal(life.server.told.length, 2);
  assert.deepEqual([new Set(keys).size, new Set(tokens).size], [2, 2]);
  await life.harbor.verifyEmail(life.tokenOf("verification", "ada"));
});

test("pauses double from 5 s to an hour, each at least half of that, and end in a dead letter (T9)", async () => {
  const life = new TestLife({ worker: { maxAttempts: 14 } });
  await life.verified("ada");
  await life.harbor.changeUsername({
    sessionToken: (await life.harbor.login({ username: "ada", password: PASSWORD })).sessionToken,
    password: PASSWORD,
    newUsername: "lovelace",
  });
  await life.harbor.settled();
  life.server.beforeTaking = down;
  life.told.length = 0;
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 14; attempt++) {
    await life.worker().drain();
    const { delivery } = life.told.at(-1) ?? {};
    assert.equal(delivery?.attempt, attempt);
    if (delivery.dueAt === undefined) break;
    const seconds = (delivery.dueAt.getTime() - life.clock.now().getTime()) / 1_000;
    pauses.push(seconds);
    life.clock.advanceSeconds(seconds - 0.001);
    assert.deepEqual(Object.values(await life.worker().drain()).filter(Boolean), [], "before its time");
    life.clock.advanceSeconds(0.001);
  }
  for (const [index, seconds] of pauses.entries()) {
    const longest = Math.min(5 * 2 ** index, HOUR);
    assert.ok(seconds >= longest / 2 && seconds <= longest, `pause ${index + 1} of ${seconds} s`);
  }
  assert.equal(pauses.length, 13);
  assert.deepEqual(fatesOf(life.told).at(-1), "buried attempts_exhausted");
  life.server.beforeTaking = () => {};
  life.clock.advanceSeconds(30 * 24 * HOUR);
  await life.worker().drain();
  const { length } = life.server.arrived;
  assert.equal(await life.store.outboxQueue.revive({ at: life.clock.now(), limit: 10 }), 1);
  await life.worker().drain();
  assert.deepEqual(life.server.told.slice(length), ["username_changed ada@example.org"]);
});

test("what a service refuses for good is buried at once; a wrong key or certificate costs no mail (T9)", async () => {
  const refusals: readonly (readonly [object, string])[] = [
    [{ status: 550, retryable: false }, "buried refused"],
    [{ status: 422, retryable: false }, "buried refused"],
    [{ status: 401, retryable: false }, "postponed not_sent"],
    [{ status: 403, retryable: false }, "postponed not_sent"],
    [{ status: 535, retryable: false }, "postponed not_sent"],
    [{ reason: "CERT_HAS_EXPIRED", retryable: false }, "postponed not_sent"],
    [{ status: 503, retryable: true }, "postponed not_sent"],
  ];
  for (const [details, fate] of refusals) {
    const life = new TestLife();
    await life.registered("ada");
    life.server.beforeTaking = () => {
      throw new MailNotSentError({ provider: "SMTP", attempts: 1, retryable: false, ...details });
    };
    await life.worker().drain();
    assert.deepEqual(fatesOf(life.told), [fate], JSON.stringify(details));
    assert.equal(life.told[0]?.outcome, "failed");
  }
});

test("a failing sender is an event, without a token or an address, and never changes an answer (R24, R117, T9)", async () => {
  const life = new TestLife();
  life.server.beforeTaking = () => {
    throw new Error("550 no such mailbox ada@example.org, token -Vq3x");
  };
  await life.registered("ada");
  assert.deepEqual(life.events.map(({ outcome }) => outcome), ["succeeded"]);
  await life.worker().drain();
  const [event] = life.told;
  const ada = await life.store.getUserByUsername("ada");
  assert.deepEqual([event?.name, event?.outcome, event?.errorName, event?.userId], [
    "mail.verification",
    "failed",
    "Error",
    ada?.id,
  ]);
  assert.doesNotMatch(JSON.stringify(life.told), /example\.org|Vq3x|mailbox/);
});

test("a mail that ends every process that touches it is given up in the end (T9)", async () => {
  const life = new TestLife({ worker: { maxAttempts: 3 } });
  await life.registered("ada");
  const { outboxQueue } = life.store;
  for (let crash = 0; crash < 3; crash++) {
    const at = life.clock.now();
    await outboxQueue.claim({ at, leaseUntil: new Date(at.getTime() + 60_000), limit: 1 }); // and killed
    life.clock.advanceSeconds(60);
  }
  await life.worker().drain();
  assert.deepEqual(fatesOf(life.told), ["buried attempts_exhausted"]);
  assert.deepEqual(life.server.keys, []);
});

test("a token that a later one replaced, that was used, or whose account is gone is not mailed any more (R51, T9)", async () => {
  const life = new TestLife();
  await life.verified("ada");
  const before = life.server.arrived.length;
  await life.harbor.sendPasswordReset("ada@example.org");
  await life.harbor.settled();
  await life.harbor.sendPasswordReset("ada@example.org");
  await life.harbor.settled();
  await life.harbor.users.create({ username: "bob", email: "bob@example.org" });
  await life.harbor.users.delete("bob");
  await life.harbor.settled();
  life.told.length = 0;
  await life.worker().drain();
  assert.deepEqual(life.server.told.slice(before), ["password_reset ada@example.org"]);
  assert.deepEqual(fatesOf(life.told).toSorted(), [
    "delivered",
    "withdrawn token_gone",
    "withdrawn token_gone",
  ]);
  await life.harbor.resetPassword({
    resetToken: life.tokenOf("password_reset", "ada"),
    newPassword: PASSWORD + "!",
  });
});

test("a reset is not mailed to a mailbox that the account has left (R51, T9)", async () => {
  const life = new TestLife();
  await life.verified("ada");
  await life.harbor.sendPasswordReset("ada@example.org");
  await life.harbor.settled();
  // As by a foreign program, which leaves the token alone.
  await life.store.setUserVerified("ada", "elsewhere@example.org");
  life.told.length = 0;
  await life.worker().drain();
  assert.deepEqual(fatesOf(life.told), ["withdrawn address_left"]);
});

test("an owner who was disabled since is not told that somebody asked for the address (T9)", async () => {
  const life = new TestLife();
  await life.verified("ada");
  await life.harbor.register({ username: "newcomer", email: "ada@example.org", password: PASSWORD });
  await life.harbor.users.disable("ada");
  await life.harbor.settled();
  life.told.length = 0;
  await life.worker().drain();
  assert.deepEqual(fatesOf(life.told), ["withdrawn no_owner"]);
});

test("an invitation and a reset whose tokens expired are renewed as often as they would be tried; a new address is not (T9)", async () => {
  const life = new TestLife({ harbor: { emailVerificationTtlSeconds: HOUR } });
  await life.verified("ada");
  const { sessionToken } = await life.harbor.login({ username: "ada", password: PASSWORD });
  await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "new@example.org" });
  await life.harbor.users.create({ username: "bob", email: "bob@example.org" });
  await life.harbor.settled();
  const before = life.server.arrived.length;
  life.server.beforeTaking = down;
  await life.pass(30 * HOUR, { step: 600 });
  const renewed = life.told.filter(({ delivery }) => delivery?.fate === "renewed");
  assert.ok(renewed.length >= 5 && renewed.length <= 9, `${renewed.length} renewals`);
  const buried = life.told.filter(({ delivery }) => delivery?.fate === "buried");
  assert.deepEqual(buried.map(({ name, delivery }) => `${name} ${delivery?.reason}`).toSorted(), [
    "mail.email_change token_expired",
    "mail.password_reset token_expired",
  ]);
  assert.equal(life.server.arrived.length, before);
});

test("a mail whose token was purged before any worker came is given up, not renewed again and again (T9)", async () => {
  const life = new TestLife();
  await life.registered("ada");
  await life.registered("bob");
  life.clock.advanceSeconds(49 * HOUR);
  assert.ok(await life.harbor.purgeExpired() > 0);
  await life.pass(HOUR, { step: 60 });
  assert.deepEqual(fatesOf(life.told), ["buried token_expired", "buried token_expired"]);
  assert.deepEqual(life.server.keys, []);
  await life.harbor.resendVerification("ada@example.org");
  await life.harbor.settled();
  await life.worker().drain();
  await life.harbor.verifyEmail(life.tokenOf("verification", "ada"));
});

test("a renewal makes no token for another account that holds the address by now (T9)", async () => {
  const life = new TestLife();
  await life.registered("ada");
  await life.harbor.register({ username: "bob", email: "ada@example.org", password: PASSWORD });
  await life.harbor.settled();
  life.clock.advanceSeconds(25 * HOUR);
  await life.worker().drain();
  assert.deepEqual(fatesOf(life.told).toSorted(), [
    "delivered",
    "renewed token_expired",
    "withdrawn address_left",
  ]);
  await life.pass(HOUR);
  assert.deepEqual(life.server.arrived.map(({ username }) => username), ["bob"]);
});

test("a renewal keeps the limits on mail, and is asked for again once they allow it (R95, T9)", async () => {
  const throttleLimits = { resetMailsPerAccount: { limit: 1, windowSeconds: 4 * HOUR } };
  const life = new TestLife({ harbor: { throttle: new MemoryThrottle(), throttleLimits } });
  await life.verified("ada");
  await life.harbor.sendPasswordReset("ada@example.org");
  await life.harbor.settled();
  const before = life.server.arrived.length;
  life.server.beforeTaking = down;
  await life.pass(HOUR + 60);
  life.server.beforeTaking = () => {};
  await life.pass(2 * HOUR);
  assert.equal(life.server.arrived.length, before);
  assert.ok(life.events.some(({ name, code }) => name === "mail.password_reset" && code === "rate_limited"));
  await life.pass(3 * HOUR);
  assert.deepEqual(life.server.told.slice(before), ["password_reset ada@example.org"]);
});

test("more mails to renew than a client may ask for neither end drain() nor cost a mail (R95, T9)", async () => {
  const throttleLimits = { mailRequestsPerClient: { limit: 2, windowSeconds: HOUR } };
  const harbor = { throttle: new MemoryThrottle(), throttleLimits, emailVerificationTtlSeconds: HOUR };
  const life = new TestLife({ harbor });
  const names = ["ada", "bob", "cay", "dan", "eve"];
  for (const name of names) await life.registered(name);
  life.server.beforeTaking = down;
  await life.pass(HOUR + 60, { step: 60 });
  life.server.beforeTaking = () => {};
  life.told.length = 0;
  await life.pass(6 * HOUR, { step: 60 });
  assert.deepEqual(
    life.server.told.toSorted(),
    names.map((name) => `verification ${name}@example.org`),
  );
  const refused = life.told.filter(({ delivery }) => delivery?.reason === "rate_limited");
  assert.ok(refused.length > 0 && refused.length < 20, `${refused.length} refusals`);
  assert.deepEqual(new Set(fatesOf(refused)), new Set(["postponed rate_limited"]));
});

test("a mail sealed under a key that nobody has any more is buried, and delivered once the key is back (T9)", async () => {
  const life = new TestLife();
  await life.registered("ada");
  const without = life.worker({ outbox: new MailOutbox({ keys: KEYS[1] }) });
  await without.drain();
  assert.deepEqual([life.told[0]?.name, ...fatesOf(life.told)], ["outbox", "buried unreadable"]);
  await life.store.outboxQueue.revive({ at: life.clock.now(), limit: 10 });
  await life.worker({ outbox: new MailOutbox({ keys: [KEYS[1], KEYS[0]] }) }).drain();
  assert.deepEqual(life.server.told, ["verification ada@example.org"]);
});

test("a mail that this sender cannot send is withdrawn (T9)", async () => {
  const life = new TestLife();
  await life.verified("ada");
  await life.harbor.register({ username: "newcomer", email: "ada@example.org", password: PASSWORD });
  await life.harbor.settled();
  life.told.length = 0;
  const { sender } = life.server;
  const emailSender = { ...bound(sender), sendAddressInUse: undefined } as unknown as typeof sender;
  await life.worker({ emailSender }).drain();
  assert.deepEqual(fatesOf(life.told), ["withdrawn not_sent_by_this_sender"]);
});

test("four workers at once send each of 200 mails once (T9)", async () => {
  const life = new TestLife();
  const names = Array.from({ length: 200 }, (_, index) => `person${index}`);
  for (const name of names) await life.registered(name);
  const sending = new Set<string>();
  life.server.beforeTaking = () => new Promise((next) => setTimeout(next));
  const workers = [1, 2, 3, 4].map(() => life.worker({ pollSeconds: 0.01 }));
  for (const worker of workers) worker.start();
  while (life.server.arrived.length < names.length) await new Promise((next) => setTimeout(next));
  for (const worker of workers) await worker.stop();
  assert.equal(life.server.keys.length, names.length, "a mail was sent twice");
  assert.equal(new Set(life.server.keys).size, names.length);
  assert.equal(sending.size, 0);
});

test("start() delivers what there is, and what comes, without waiting for its turn (T9)", async () => {
  const life = new TestLife();
  await life.registered("ada");
  const worker = life.worker({ pollSeconds: 3_600 });
  worker.start();
  assert.throws(() => worker.start(), TypeError);
  await life.registered("bob");
  while (life.server.arrived.length < 2) await new Promise((next) => setTimeout(next));
  await worker.stop();
  await worker.stop();
  await life.registered("eve");
  assert.equal(life.server.arrived.length, 2);
  worker.start();
  while (life.server.arrived.length < 3) await new Promise((next) => setTimeout(next));
  await worker.stop();
});

test("start() goes on with the next mail as soon as any of those on their way has ended (T9)", async () => {
  const life = new TestLife();
  const held: (() => void)[] = [];
  life.server.beforeTaking = () => new Promise((resolve) => held.push(resolve));
  const worker = life.worker({ concurrency: 2, pollSeconds: 3_600 });
  worker.start();
  const heldAre = async (count: number) => {
    for (let turn = 0; turn < 1_000 && held.length < count; turn++) {
      await new Promise((next) => setTimeout(next));
    }
    assert.equal(held.length, count);
  };
  await life.registered("ada");
  await heldAre(1);
  await life.registered("bob");
  await heldAre(2);
  await life.registered("eve");
  held[0]?.();
  await heldAre(3);
  for (const release of held) release();
  await worker.stop();
  assert.equal(life.server.arrived.length, 3);
});

test("start() ends by its signal, once what is on its way has ended", async () => {
  const life = new TestLife();
  await life.registered("ada");
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  let isAsked = false;
  life.server.beforeTaking = () => {
    isAsked = true;
    return taken;
  };
  const stopping = new AbortController();
  const worker = life.worker({ pollSeconds: 3_600 });
  worker.start({ signal: stopping.signal });
  while (!isAsked) await new Promise((next) => setTimeout(next));
  stopping.abort();
  let isStopped = false;
  const stopped = worker.stop().then(() => isStopped = true);
  await new Promise((next) => setTimeout(next));
  assert.equal(isStopped, false);
  take();
  await stopped;
  assert.deepEqual(life.server.told, ["verification ada@example.org"]);
  worker.start({ signal: AbortSignal.abort() });
  await worker.stop();
});

test("start() outlives a queue that cannot be reached, and tells; drain() rejects (T7, T9)", async () => {
  const life = new TestLife();
  await life.registered("ada");
  const { outboxQueue } = life.store;
  const failure = new RangeError("connection lost");
  let isDown = true;
  const queue = {
    ...outboxQueue,
    claim: (request: Parameters<typeof outboxQueue.claim>[0]) =>
      isDown ? Promise.reject(failure) : outboxQueue.claim(request),
  };
  await assert.rejects(life.worker({ queue }).drain(), (error) => error === failure);
  const worker = life.worker({ queue, pollSeconds: 0.01 });
  worker.start();
  while (life.told.length < 2) await new Promise((next) => setTimeout(next));
  isDown = false;
  while (life.server.arrived.length < 1) await new Promise((next) => setTimeout(next));
  await worker.stop();
  assert.deepEqual([life.told[0]?.name, life.told[0]?.outcome, life.told[0]?.errorName], [
    "outbox",
    "failed",
    "RangeError",
  ]);
});

test("a mail that is delivered while the queue cannot be told is sent again with its key, and arrives once (T9)", async () => {
  const life = new TestLife();
  await life.registered("ada");
  const { outboxQueue } = life.store;
  const queue = { ...outboxQueue, settle: () => Promise.reject(new Error("connection lost")) };
  await assert.rejects(life.worker({ queue }).drain(), { message: "connection lost" });
  await life.worker().drain();
  assert.equal(life.server.keys.length, 1, "before the lease has ended");
  life.clock.advanceSeconds(60);
  await life.worker().drain();
  assert.equal(life.server.keys.length, 2);
  assert.equal(new Set(life.server.keys).size, 1);
  assert.deepEqual(life.server.told, ["verification ada@example.org"]);
});

test("a sender that never answers holds a mail as long as its lease, and nobody else's", async () => {
  const life = new TestLife();
  await life.registered("ada");
  const { setTimeout } = globalThis;
  const timers: number[] = [];
  globalThis.setTimeout = ((resume: () => void, ms = 0) => {
    timers.push(ms);
    return setTimeout(resume);
  }) as typeof setTimeout;
  try {
    life.server.beforeTaking = () => new Promise(() => {});
    await life.worker({ leaseSeconds: 60 }).drain();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert.ok(timers.includes(54_000));
  assert.deepEqual([life.told[0]?.errorName, ...fatesOf(life.told)], ["TimeoutError", "postponed not_sent"]);
});

test("OutboxWorker refuses options that are missing, wrong or unknown, naming them", () => {
  const life = new TestLife();
  const refused: readonly (readonly [Record<string, unknown>, typeof TypeError | typeof RangeError])[] = [
    ...["outbox", "queue", "store", "harbor", "emailSender"].map((name) =>
      [{ [name]: undefined }, TypeError] as const
    ),
    [{ clock: 7 }, TypeError],
    [{ onEvent: "log" }, TypeError],
    [{ retries: 3 }, TypeError],
    [{ leaseSeconds: "60" }, TypeError],
    [{ leaseSeconds: 9 }, RangeError],
    [{ maxAttempts: 0 }, RangeError],
    [{ maxAttempts: 1.5 }, RangeError],
    [{ concurrency: 101 }, RangeError],
    [{ pollSeconds: NaN }, RangeError],
  ];
  for (const [changes, error] of refused) {
    const [name = ""] = Object.keys(changes);
    assert.throws(
      () => life.worker(changes as Partial<OutboxWorkerOptions>),
      (thrown: unknown) => thrown instanceof error && thrown.message.includes(name),
      name,
    );
  }
  assert.throws(() => new OutboxWorker(null as unknown as OutboxWorkerOptions), TypeError);
});

/** What a sender can do, as methods of its own. */
function bound(sender: object): object {
  const names = ["Verification", "PasswordReset", "EmailVerified", "PasswordChanged", "AccountDeleted"];
  return Object.fromEntries(names.map((name) => [`send${name}`, Reflect.get(sender, `send${name}`)]));
}
