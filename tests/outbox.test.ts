import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import type { HarborEvent, MailKind, OutboxMail } from "../mod.ts";
import { setFlags } from "./_flags.ts";
import { codeOf, emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { interceptStore, type StoreCall } from "./_intercept_store.ts";
import { PlainOutbox } from "./_plain_outbox.ts";
import { type Situation, SITUATIONS } from "./_situations.ts";
import { snapshot } from "./_snapshot.ts";
import { openThrottled, type ThrottledLife } from "./_throttled_life.ts";

const FAR = new Date("2100-01-01T00:00:00Z");

/** Every kind there is: a new one does not compile until it is here, and then needs a situation. */
const KINDS: Readonly<Record<MailKind, true>> = {
  verification: true,
  password_reset: true,
  email_verified: true,
  password_changed: true,
  account_deleted: true,
  address_in_use: true,
  email_change: true,
  email_changed: true,
  username_changed: true,
  invitation: true,
};

/** A situation in which mail is due, and the mails that go without an outbox. */
interface MailingSituation extends Situation {
  readonly mails: readonly string[];
}

const mailing: MailingSituation[] = [];
for (const situation of SITUATIONS) {
  const mails = await mailsWithout(situation);
  if (mails.length > 0) mailing.push({ ...situation, mails });
}

test("every kind of mail is in a situation that is tried with an outbox (T9)", () => {
  const tried = new Set(mailing.flatMap(({ mails }) => mails.map((mail) => mail.split(" ")[0])));
  assert.deepEqual([...tried].toSorted(), Object.keys(KINDS).toSorted());
  assert.ok(mailing.length > 15, `${mailing.length} situations`);
});

for (const situation of mailing) {
  const { operation, what, mails } = situation;

  test(`outbox: ${operation}, meeting ${what}, keeps in the transaction of its change what it mailed (T9)`, async () => {
    for (const auditTrail of [false, true]) {
      const { life, store, outbox, call, calls } = await prepared(situation, { auditTrail });
      const sent = life.mails.length;
      const woken = outbox.woken;
      await answerOf(call);
      await life.harbor.settled();
      assert.deepEqual((await mailsIn(store)).map(described).toSorted(), mails.toSorted());
      assert.equal(life.mails.length, sent, "a mail went past the outbox");
      assert.equal(outbox.woken - woken, mails.length);
      const appended = calls().filter(isMail);
      assert.equal(appended.length, mails.length);
      assert.ok(appended.every(({ inTransaction }) => inTransaction), "a mail of its own");
    }
  });

  test(`outbox: ${operation}, meeting ${what}, changes nothing when its mail is not kept (T9, I5)`, async () => {
    const failure = new RangeError("disk full");
    let isFull = false;
    const { life, store, call } = await prepared(situation, {
      auditTrail: true,
      refuse: (stored) => isFull && isMail(stored) ? failure : null,
    });
    const known = [...life.calls];
    const before = await snapshot(store, known);
    life.events.length = 0;
    isFull = true;
    const isDeferred = operation === "resend_verification" || operation === "send_password_reset";
    const answer = await answerOf(call);
    await life.harbor.settled();
    assert.equal(answer, isDeferred ? "answered" : failure);
    if (!what.includes("meanwhile")) assert.deepEqual(await snapshot(store, known), before);
    assert.deepEqual(await mailsIn(store), []);
    const failed = life.events.filter(({ outcome }) => outcome === "failed");
    assert.deepEqual(failed.map(({ errorName }) => errorName), ["RangeError"]);
  });
}

test("a mail in an outbox tells the account, and the hash of the token it carries, as the store has it (T9, R47)", async () => {
  const store = new MemoryUserStore();
  const { life, outbox } = openWithOutbox({ store });
  outbox.passTo = life.emailSender;
  const handed: OutboxMail[] = [];
  outbox.beforeSeal = (mail) => handed.push(mail);
  await life.registered("ada");
  const [verification] = handed;
  assert.ok(verification?.kind === "verification" && verification.tokenHash !== undefined);
  const ada = await store.getUserByUsername("ada");
  assert.equal(verification.userId, ada?.id);
  assert.deepEqual(verification.at, life.clock.now());
  assert.equal((await store.getEmailVerification(verification.tokenHash))?.username, "ada");
  await life.harbor.verifyEmail(life.verificationToken("ada"));
  await life.harbor.sendPasswordReset(emailOf("ada"), { actor: "desk 7", locale: "de" });
  await life.harbor.settled();
  const reset = handed.at(-1);
  assert.ok(reset?.kind === "password_reset" && reset.tokenHash !== undefined);
  assert.deepEqual([reset.userId, reset.actor, reset.message.locale], [ada?.id, "desk 7", "de"]);
  assert.equal((await store.getPasswordReset(reset.tokenHash))?.username, "ada");
});

test("a mail is kept once though the engine rolled its change back and ran it again (T9, I5)", async () => {
  for (const situation of mailing.filter(({ what }) => !what.includes("meanwhile"))) {
    const conflict = new Error("serialization failure");
    let isArmed = false;
    const store = new MemoryUserStore();
    const twice = interceptStore(store, async ({ method, args, inTransaction }, proceed) => {
      if (isArmed && method === "transaction" && !inTransaction) {
        const [work] = untyped<[(tx: unknown) => Promise<unknown>]>(args);
        await store.transaction(async (tx) => {
          await work(tx);
          throw conflict;
        }).catch((error) => {
          if (error !== conflict) throw error;
        });
      }
      return await proceed();
    });
    const outbox = new PlainOutbox();
    const life = openHarbor({ ...situation.options, store: twice, outbox });
    outbox.passTo = life.emailSender;
    const call = await situation.prepare(life);
    await life.harbor.settled();
    await empty(store);
    outbox.passTo = null;
    isArmed = true;
    await answerOf(call);
    await life.harbor.settled();
    assert.deepEqual(
      (await mailsIn(store)).map(described).toSorted(),
      situation.mails.toSorted(),
      situation.what,
    );
  }
});

// --- What others may see ---------------------------------------------------------------------------------------

/** Who holds the address that a stranger registers with. */
const HOLDERS: Readonly<Record<string, (life: Life) => Promise<unknown>>> = {
  nobody: async () => {},
  "somebody who did not prove it": (life) => life.registered("ada"),
  "its owner": (life) => life.verified("ada"),
  "an owner who is disabled": async (life) => {
    await life.verified("ada");
    await setFlags(life, "ada", { disabled: true });
  },
};

test("register() with an outbox makes the same calls before it answers, whoever has the address (R21, R24, T9)", async () => {
  const work: unknown[] = [];
  for (const prepare of Object.values(HOLDERS)) {
    const life = openThrottledWithOutbox();
    await prepare(life);
    await life.harbor.settled();
    life.advance(3_600);
    work.push(
      await foregroundOf(
        life,
        () => life.harbor.register({ username: "newcomer", email: emailOf("ada"), password: PASSWORD }),
      ),
    );
  }
  for (const one of work) assert.deepEqual(one, work[0]);
});

test("changeEmail() with an outbox makes the same calls before it answers, whoever has the address (R25, T9)", async () => {
  const work: unknown[] = [];
  for (const prepare of Object.values(HOLDERS)) {
    const life = openThrottledWithOutbox();
    await prepare(life);
    const { sessionToken } = await life.loggedIn("grace");
    life.advance(3_600);
    work.push(
      await foregroundOf(
        life,
        () => life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: emailOf("ada") }),
      ),
    );
  }
  for (const one of work) assert.deepEqual(one, work[0]);
});

test("asking for mail with an outbox makes the same calls before it answers, whoever has the address (R22, T9)", async () => {
  for (const ask of ["sendPasswordReset", "resendVerification"] as const) {
    const work: unknown[] = [];
    for (const prepare of Object.values(HOLDERS)) {
      const life = openThrottledWithOutbox();
      await prepare(life);
      await life.harbor.settled();
      life.advance(3_600);
      work.push(await foregroundOf(life, () => life.harbor[ask](emailOf("ada"))));
    }
    for (const one of work) assert.deepEqual(one, work[0]);
  }
});

test("register() with an outbox goes on without the mail once its limit is reached, and an event tells (R95, T9)", async () => {
  for (const prepare of [HOLDERS["nobody"], HOLDERS["its owner"]]) {
    const life = openThrottledWithOutbox({
      throttleLimits: { mailsPerAddress: { limit: 3, windowSeconds: 3_600 } },
    });
    await prepare?.(life);
    await life.harbor.settled();
    life.advance(3_600);
    await empty(life.store);
    life.events.length = 0;
    for (let number = 0; number < 5; number++) {
      await life.harbor.register({
        username: `stranger${number}`,
        email: emailOf("ada"),
        password: PASSWORD,
      });
    }
    await life.harbor.settled();
    assert.notEqual(await life.store.getUserByUsername("stranger4"), null);
    assert.equal((await mailsIn(life.store)).length, 3);
    const limited = life.events.filter(({ name, code }) =>
      name.startsWith("mail.") && code === "rate_limited"
    );
    assert.equal(limited.length, 2);
    assert.ok(
      life.events.filter(({ name }) => name === "register").every(({ outcome }) => outcome === "succeeded"),
    );
  }
});

test("an outbox that fails to wake anybody changes no answer, and is an event (R24, T9)", async () => {
  const { life, outbox, store } = openWithOutbox();
  outbox.wake = () => {
    throw new RangeError("nobody there");
  };
  await life.registered("ada");
  assert.equal((await mailsIn(store)).length, 1);
  const told = life.events.map(({ name, outcome, errorName }: HarborEvent) => [name, outcome, errorName]);
  assert.deepEqual(told, [["register", "succeeded", undefined], [
    "mail.verification",
    "failed",
    "RangeError",
  ]]);
});

test("an outbox need not be woken", async () => {
  const { life, outbox, store } = openWithOutbox();
  Object.defineProperty(outbox, "wake", { value: undefined });
  await life.registered("ada");
  assert.equal((await mailsIn(store)).length, 1);
  assert.deepEqual(life.failures, []);
});

test("a mail that cannot be sealed fails its change, which leaves nothing (T9, I5)", async () => {
  const { life, outbox, store } = openWithOutbox();
  const failure = new RangeError("no key");
  outbox.beforeSeal = () => {
    throw failure;
  };
  const ada = { username: "ada", email: emailOf("ada"), password: PASSWORD };
  await assert.rejects(life.harbor.register(ada), (error) => error === failure);
  assert.equal(await store.getUserByUsername("ada"), null);
});

test("a refusal keeps no mail (T9)", async () => {
  const { life, outbox, store } = openWithOutbox();
  outbox.passTo = life.emailSender;
  const { sessionToken } = await life.loggedIn("ada");
  await empty(store);
  outbox.passTo = null;
  await life.rejectsWithoutMail(
    "invalid_credentials",
    () => life.harbor.changePassword({ sessionToken, oldPassword: NEW_PASSWORD, newPassword: NEW_PASSWORD }),
  );
  await life.rejectsWithoutMail(
    "username_taken",
    () => life.harbor.register({ username: "ada", email: emailOf("bob"), password: PASSWORD }),
  );
  assert.deepEqual(await mailsIn(store), []);
});

// --- What the tests are made of --------------------------------------------------------------------------------

interface Preparation {
  readonly auditTrail?: boolean;
  /** What a call of the store rejects with; null: it goes on. */
  readonly refuse?: (call: StoreCall) => Error | null;
}

async function prepared(situation: Situation, { auditTrail = false, refuse = () => null }: Preparation) {
  const store = new MemoryUserStore();
  const failing = interceptStore(store, (call, proceed) => {
    const failure = refuse(call);
    return failure === null ? proceed() : Promise.reject(failure);
  });
  const outbox = new PlainOutbox();
  const life = openHarbor({ ...situation.options, store: failing, outbox, auditTrail });
  outbox.passTo = life.emailSender;
  const call = await situation.prepare(life);
  await life.harbor.settled();
  await empty(store);
  outbox.passTo = null;
  const before = life.calls.length;
  return { life, store, outbox, call, calls: () => life.calls.slice(before) };
}

async function mailsWithout(situation: Situation): Promise<readonly string[]> {
  // As with an outbox, each change is a transaction, which is what some situations wait for.
  const life = openHarbor({ ...situation.options, auditTrail: true });
  const call = await situation.prepare(life);
  await life.harbor.settled();
  const before = life.mails.length;
  await answerOf(call);
  await life.harbor.settled();
  return life.mails.slice(before).map(({ kind, to, username, earlierUsername, locale }) =>
    [kind, to, username, earlierUsername, locale].join(" ")
  );
}

function openWithOutbox({ store = new MemoryUserStore() } = {}) {
  const outbox = new PlainOutbox();
  return { life: openHarbor({ store, outbox }), outbox, store };
}

interface ThrottledWithOutbox extends ThrottledLife {
  readonly store: MemoryUserStore;
}

function openThrottledWithOutbox(overrides: Parameters<typeof openThrottled>[0] = {}): ThrottledWithOutbox {
  const outbox = new PlainOutbox();
  const life = openThrottled({ ...overrides, store: new MemoryUserStore(), outbox });
  outbox.passTo = life.emailSender;
  return untyped<ThrottledWithOutbox>(life);
}

/** What is called until it answers: of the store, and of the throttle. */
async function foregroundOf(life: ThrottledLife, action: () => Promise<unknown>): Promise<unknown> {
  await life.harbor.settled();
  const [calls, throttled] = [life.calls.length, life.throttle.calls.length];
  await action();
  return {
    calls: life.calls.slice(calls).map(({ method, inTransaction }) => [method, inTransaction]),
    throttled: life.throttle.calls.slice(throttled).map(({ method, key }) => [method, key?.split(":")[0]]),
  };
}

async function mailsIn(store: MemoryUserStore): Promise<readonly OutboxMail[]> {
  const claimed = await store.outboxQueue.claim({ at: FAR, leaseUntil: FAR, limit: 1_000 });
  return claimed.map(({ record }) => JSON.parse(record.body));
}

async function empty(store: MemoryUserStore): Promise<void> {
  const claimed = await store.outboxQueue.claim({ at: FAR, leaseUntil: FAR, limit: 1_000 });
  for (const mail of claimed) await store.outboxQueue.settle(mail);
}

function described({ kind, message }: OutboxMail): string {
  const { email, username, locale } = message;
  const earlier = "earlierUsername" in message ? message.earlierUsername : undefined;
  return [kind, email, username, earlier, locale].join(" ");
}

function isMail({ method, args: [record] }: StoreCall): boolean {
  return method === "append" && untyped<{ readonly kind: string }>(record).kind === "mail";
}

/** `answered`, the code of a refusal, or the error. */
async function answerOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return "answered";
  } catch (error) {
    try {
      return codeOf(error);
    } catch {
      return error;
    }
  }
}
