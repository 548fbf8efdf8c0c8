import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { type StoreRecord, UserHarbor, UserHarborError, type UserStore } from "../mod.ts";
import { FastPasswordHasher, RecordingEmailSender } from "../testing.ts";
import {
  emailOf,
  hasCode,
  type Life,
  NEW_PASSWORD,
  openHarbor,
  outcomes,
  PASSWORD,
  UNKNOWN_TOKEN,
  untyped,
} from "./_harness.ts";
import { interceptStore, type StoreMethod } from "./_intercept_store.ts";
import { type Situation, SITUATIONS } from "./_situations.ts";
import { snapshot } from "./_snapshot.ts";
import { stores } from "./_stores.ts";
import { wholeLife } from "./_whole_life.ts";

const DAY = 86_400;

/** Its event comes with the answer, its change after it. */
const DEFERRED = new Set(["resend_verification", "send_password_reset"]);

/** What succeeds and changes something, so that a record commits with it. */
const CHANGES: readonly Situation[] = SITUATIONS.filter(({ operation, what, code, reason, recordedReason }) =>
  code === undefined && (reason === undefined || reason === "address_in_use") &&
  recordedReason === undefined && !what.includes("meanwhile") &&
  !/^(verify_session|get_|has_|require_|diagnose|purge_)|\.(list|get|permissions|require_fresh)$/.test(
    operation,
  )
);

for (const situation of CHANGES) {
  const { operation, what } = situation;

  for (const { name, open } of stores) {
    test(`auditTrail: ${operation}, meeting ${what}, changes nothing on ${name} when its record is not kept (R118)`, async () => {
      const failure = new RangeError("disk full");
      let isFull = false;
      const store = interceptStore(
        await open(),
        ({ method }, proceed) => isFull && method === "append" ? Promise.reject(failure) : proceed(),
      );
      const life = openHarbor({ ...situation.options, store, auditTrail: true });
      const call = await situation.prepare(life);
      await life.harbor.settled();
      const untouched = [...life.calls];
      const before = await snapshot(store, untouched);
      const mails = life.mails.length;
      life.events.length = 0;
      isFull = true;
      if (DEFERRED.has(operation)) await call();
      else await assert.rejects(call, (error) => error === failure);
      await life.harbor.settled();
      assert.deepEqual(await snapshot(store, untouched), before);
      assert.equal(life.mails.length, mails, "mail was sent");
      const failed = life.events.filter(({ outcome }) => outcome === "failed");
      assert.deepEqual(failed.map(({ errorName }) => errorName), ["RangeError"]);
    });
  }

  test(`auditTrail: ${operation}, meeting ${what}, leaves one record though its work runs twice (R118)`, async () => {
    const store = new MemoryUserStore();
    const life = openHarbor({ ...situation.options, store: runningTwice(store), auditTrail: true });
    const call = await situation.prepare(life);
    await life.harbor.settled();
    const earlier = new Set((await store.records()).map(({ id }) => id));
    await call();
    await life.harbor.settled();
    const records = (await store.records()).filter(({ id }) => !earlier.has(id));
    assert.deepEqual(records.map(({ body }) => JSON.parse(body).name), [operation]);
    assert.equal(life.events.some(({ outcome }) => outcome === "failed"), false);
  });
}

test("a record commits in the transaction of its change; what changed nothing is recorded later (R118)", async () => {
  const life = openHarbor({ auditTrail: true });
  await wholeLife(life);
  const appended = life.calls.filter(({ method }) => method === "append");
  assert.ok(appended.length > 30);
  for (const { args: [record], inTransaction } of appended) {
    const { outcome, reason, name } = JSON.parse(untyped<StoreRecord>(record).body);
    if (outcome === "refused") assert.equal(inTransaction, false, `${name} ${reason}`);
    // What turned out to change nothing may have had to ask for the change to know.
    else if (reason === undefined && name !== "purge_expired") assert.equal(inTransaction, true, name);
  }
});

test("records have ids of their own, one line each, and whatever is in a context is encoded (R117, R118)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  await wholeLife(life);
  const records = await store.records();
  assert.equal(new Set(records.map(({ id }) => id)).size, records.length);
  for (const { body, createdAt, kind } of records) {
    assert.equal(kind, "event");
    assert.match(body, /^\{[\x20-\x7e]*\}$/);
    assert.equal(JSON.parse(body).at, createdAt.toISOString());
  }
});

test("a refusal whose record cannot be kept is answered all the same, and an event says so (R118)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  await life.verified("ada");
  life.events.length = 0;
  store.append = () => Promise.reject(new RangeError("disk full"));
  const context = { address: "192.0.2.1" };
  await life.rejectsWithoutMail(
    "invalid_credentials",
    () => life.harbor.login({ username: "ada", password: NEW_PASSWORD }, context),
  );
  assert.deepEqual(life.events.map(({ name, outcome, errorName }) => ({ name, outcome, errorName })), [
    { name: "login", outcome: "refused", errorName: undefined },
    { name: "audit_record", outcome: "failed", errorName: "RangeError" },
  ]);
  assert.deepEqual(life.events.at(-1)?.context, context);
});

test("a refusal is answered before its record is kept (R118)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  const { promise, resolve } = Promise.withResolvers<void>();
  store.append = () => promise;
  await assert.rejects(life.harbor.logout(UNKNOWN_TOKEN), hasCode("invalid_session_token"));
  let isSettled = false;
  const settled = life.harbor.settled().then(() => isSettled = true);
  await new Promise((next) => setTimeout(next));
  assert.equal(isSettled, false);
  resolve();
  await settled;
});

test("a failure is no record, and neither is what wards off a flood (R118)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  await life.verified("ada");
  const before = (await store.records()).length;
  const { verify } = life.passwordHasher;
  for (const code of ["overloaded", "rate_limited"] as const) {
    life.passwordHasher.verify = () => Promise.reject(new UserHarborError(code, "Cannot verify: too busy"));
    await life.rejectsWithoutMail(code, () => life.login("ada"));
  }
  life.passwordHasher.verify = () => Promise.reject(new Error("broken"));
  await assert.rejects(life.login("ada"), { message: "broken" });
  life.passwordHasher.verify = verify;
  await life.harbor.settled();
  assert.equal((await store.records()).length, before);
});

test("register() records the lapsed accounts that it removes, apart from the newcomer (R118)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  await life.registered("ada");
  await life.registered("bob");
  const lapsed = [await store.getUserByUsername("ada"), await store.getUserByUsername("bob")];
  const before = (await store.records()).length;
  life.advance(7 * DAY);
  await life.harbor.register({ username: "bob", email: emailOf("ada"), password: PASSWORD });
  await life.harbor.settled();
  const told = (await store.records()).slice(before).map(({ userId, body }) => {
    const { name, reason } = JSON.parse(body);
    return { name, reason, userId };
  });
  const newcomer = await store.getUserByUsername("bob");
  assert.deepEqual(told, [
    { name: "purge_expired", reason: "account_lapsed", userId: lapsed[0]?.id },
    { name: "purge_expired", reason: "account_lapsed", userId: lapsed[1]?.id },
    { name: "register", reason: undefined, userId: newcomer?.id },
  ]);
  assert.equal(life.events.filter(({ name }) => name === "purge_expired").length, 0);
});

test("an account that an engine rolled back before its name was taken is nobody's (R116, R118)", async () => {
  const ada = { username: "ada", email: emailOf("ada"), password: PASSWORD, passwordHash: "$elsewhere$" };
  const makings: Readonly<Record<string, (life: Life) => Promise<unknown>>> = {
    "register": ({ harbor }) => harbor.register(ada),
    "users.create": ({ harbor }) => harbor.users.create(ada),
    "users.import": ({ harbor }) => harbor.users.import(ada),
  };
  for (const [name, make] of Object.entries(makings)) {
    const store = new MemoryUserStore();
    const other = { id: "other", username: "ada", email: emailOf("other"), passwordHash: "$fast$" };
    const life = openHarbor({ store: runningTwice(store, () => store.createUser(other)), auditTrail: true });
    await assert.rejects(make(life), hasCode("username_taken"));
    await life.harbor.settled();
    const at = life.clock.now();
    const refusal = { name, outcome: "refused", code: "username_taken" };
    assert.deepEqual(life.events, [{ ...refusal, at }]);
    const records = await store.records();
    assert.deepEqual(records.map(({ body }) => JSON.parse(body)), [{ ...refusal, at: at.toISOString() }]);
  }
});

test("an account that is rolled back by what it begins with is nobody's (R116, R118)", async () => {
  const life = openHarbor({ auditTrail: true });
  life.store.transaction = transactionWith(life.store, "setPasswordReset", () => Promise.resolve(false));
  await assert.rejects(
    life.harbor.users.create({ username: "ada", email: emailOf("ada") }),
    hasCode("unknown_user"),
  );
  assert.deepEqual([life.events.at(-1)?.userId, life.events.at(-1)?.username], [undefined, undefined]);
});

test("login() records the hash it replaces later, and a use of a session is no record (R13, R118)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  await life.verified("ada");
  life.passwordHasher.rounds++;
  const { sessionToken, user } = await life.login("ada");
  const last = (await store.records()).at(-1);
  assert.deepEqual([last?.userId, JSON.parse(last?.body ?? "").name], [user.id, "rehash"]);
  const before = (await store.records()).length;
  life.advance(29 * DAY);
  assert.equal(await life.harbor.verifySession(sessionToken), true);
  assert.ok(life.calls.some(({ method }) => method === "refreshSession"));
  await life.harbor.settled();
  assert.equal((await store.records()).length, before);
});

test("purgeExpired() that removed something leaves a record, and one that found nothing does not (R118)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  await life.harbor.purgeExpired();
  await life.harbor.settled();
  assert.deepEqual(await store.records(), []);
  await life.registered("ada");
  life.advance(9 * DAY);
  assert.equal(await life.harbor.purgeExpired() > 0, true);
  await life.harbor.settled();
  assert.deepEqual((await store.records()).map(({ body }) => JSON.parse(body).name), [
    "register",
    "purge_expired",
  ]);
});

test("nothing is recorded unless the application asked for it", async () => {
  const store = new MemoryUserStore();
  await wholeLife(openHarbor({ store }));
  const life = openHarbor({ store, defer: (work) => works.push(work) });
  const works: (() => Promise<void>)[] = [];
  await life.harbor.register({ username: "bob", email: emailOf("bob"), password: PASSWORD });
  await life.harbor.resendVerification(emailOf("bob"));
  await life.harbor.sendPasswordReset(emailOf("bob"));
  await store.deleteUser("bob");
  // Nothing is left to be done by then, which is what an audit trail would be told.
  for (const work of works) await work();
  await life.harbor.settled();
  assert.deepEqual(await store.records(), []);
});

test("an audit trail is kept although nobody listens to events (R118)", async () => {
  const store = new MemoryUserStore();
  const harbor = new UserHarbor({
    store,
    emailSender: new RecordingEmailSender(),
    passwordHasher: new FastPasswordHasher(),
    auditTrail: true,
  });
  await assert.rejects(harbor.logout(UNKNOWN_TOKEN), hasCode("invalid_session_token"));
  await harbor.settled();
  assert.deepEqual((await store.records()).map(({ body }) => JSON.parse(body).name), ["logout"]);
});

for (const [name, open] of Object.entries({ memory: openMemory, SQLite: openSqlite })) {
  test(`every change by 100 at once has its one record on ${name} (R118)`, async () => {
    const { store, records } = await open();
    const life = openHarbor({ store, auditTrail: true });
    await life.verified("ada");
    const [{ sessionToken }] = [await life.login("ada")];
    const before = (await records()).length;
    const { harbor } = life;
    const register = () => harbor.register({ username: "bob", email: emailOf("bob"), password: PASSWORD });
    const calls = Array.from({ length: 25 }, () => [
      register(),
      harbor.login({ username: "ada", password: PASSWORD }),
      harbor.roles.create("editor"),
      harbor.logout(sessionToken),
    ]).flat();
    const counts = await outcomes(calls);
    assert.deepEqual(counts, {
      ok: 1 + 25 + 1 + 1,
      username_taken: 24,
      role_already_exists: 24,
      invalid_session_token: 24,
    });
    await harbor.settled();
    const told = (await records()).slice(before).map((body) => JSON.parse(body));
    assert.equal(told.length, 100);
    const succeeded = told.filter(({ outcome }) => outcome === "succeeded").map(({ name }) => name);
    assert.deepEqual(
      succeeded.toSorted(),
      ["login", "logout", "register", "roles.create"]
        .flatMap((one) => Array.from({ length: one === "login" ? 25 : 1 }, () => one)),
    );
  });
}

interface Opened {
  readonly store: UserStore;
  /** The bodies of all records, in the order in which they were kept. */
  readonly records: () => Promise<readonly string[]>;
}

function openMemory(): Promise<Opened> {
  const store = new MemoryUserStore();
  return Promise.resolve({ store, records: async () => (await store.records()).map(({ body }) => body) });
}

async function openSqlite(): Promise<Opened> {
  const database = new DatabaseSync(":memory:");
  const driver = nodeSqlite(database);
  await migrate(driver);
  const read = () => database.prepare("SELECT body FROM userharbor_records ORDER BY rowid").all();
  return {
    store: new SqlUserStore(driver),
    records: () => Promise.resolve(read().map(({ body }) => String(body))),
  };
}

/** A transaction in which one method does something else. */
function transactionWith(
  store: UserStore,
  instead: StoreMethod,
  answer: () => Promise<unknown>,
): UserStore["transaction"] {
  const inside = interceptStore(store, ({ method }, proceed) => method === instead ? answer() : proceed());
  return inside.transaction;
}

/** An engine that reports every transaction as rolled back once, after all its work is done. */
function runningTwice(store: UserStore, inBetween: () => Promise<unknown> = async () => {}): UserStore {
  const conflict = new Error("serialization failure");
  return interceptStore(store, async ({ method, args, inTransaction }, proceed) => {
    if (method === "transaction" && !inTransaction) {
      const [work] = untyped<[(tx: UserStore) => Promise<unknown>]>(args);
      await store.transaction(async (tx) => {
        await work(tx);
        throw conflict;
      }).catch((error) => {
        if (error !== conflict) throw error;
      });
      await inBetween();
    }
    return await proceed();
  });
}
