import assert from "node:assert/strict";
import test from "node:test";
import fc from "npm:fast-check@4.10.2";
import { UserHarbor, type UserStore } from "../../mod.ts";
import { FastPasswordHasher, RecordingEmailSender, TestClock } from "../../testing.ts";
import { effort } from "../_effort.ts";
import { FailingDatabase, IO_ERROR } from "../_failing_database.ts";
import { interceptStore } from "../_intercept_store.ts";
import { stores } from "../_stores.ts";

const RUNS = effort({ suite: 200, long: 5_000 });

const NOW = Date.parse("2026-06-01T00:00:00.000Z");
const GRACE_SECONDS = 86_400;
const UNVERIFIED_SECONDS = 604_800;

/** Where the lines are: what ended before the first is dead, and so is who registered before the second. */
const ENDED = NOW - GRACE_SECONDS * 1_000;
const LAPSED = ENDED - UNVERIFIED_SECONDS * 1_000;

/** Near a line more often than far from it, and on it. */
function near(line: number): fc.Arbitrary<Date> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -2, max: 2 }) },
    { weight: 1, arbitrary: fc.integer({ min: -40 * 86_400_000, max: 40 * 86_400_000 }) },
  ).map((ms) => new Date(line + ms));
}

const ACCOUNT = fc.record({
  verified: fc.boolean(),
  /** Null: whoever made the account did not say. */
  createdAt: fc.option(near(LAPSED), { freq: 4 }),
  sessions: fc.array(near(ENDED), { maxLength: 4 }),
  reset: fc.option(near(ENDED)),
  verification: fc.option(near(ENDED)),
});

type Account = typeof ACCOUNT extends fc.Arbitrary<infer T> ? T : never;

const TABLES = fc.record({
  accounts: fc.array(ACCOUNT, { maxLength: 12 }),
  limit: fc.integer({ min: 1, max: 12 }),
  /** How many purges go on at the same time. */
  purgers: fc.integer({ min: 1, max: 3 }),
  /** The call, or the statement, of a purge that fails. */
  failsAt: fc.option(fc.integer({ min: 1, max: 6 })),
});

/** A row, whether it is dead, and how to find it. */
interface Row {
  readonly name: string;
  readonly isDead: boolean;
  readonly find: (store: UserStore) => Promise<unknown>;
}

for (const { name: kind, open } of stores) {
  test(`purgeExpired() on ${kind} takes every dead row and no live one, however it is cut and interrupted (T13, I6, V42)`, async () => {
    let dead = 0;
    let live = 0;
    await fc.assert(
      fc.asyncProperty(TABLES, async ({ accounts, limit, purgers, failsAt }) => {
        const store = await open();
        const rows = (await Promise.all(accounts.map((each, index) => fill(store, each, index)))).flat();
        dead += rows.filter(({ isDead }) => isDead).length;
        live += rows.filter(({ isDead }) => !isDead).length;
        if (failsAt !== null) await purge(failingAt(store, failsAt), limit).catch(() => {});
        await assertAlive(store, rows);
        let left: number;
        do {
          const removed = await Promise.all(Array.from({ length: purgers }, () => purge(store, limit)));
          assert.ok(removed.every((count) => count >= 0 && count <= limit), `${removed} of ${limit}`);
          left = removed.reduce((sum, count) => sum + count);
          await assertAlive(store, rows);
        } while (left > 0);
        for (const { name, isDead, find } of rows) {
          if (isDead) assert.equal(await find(store), null, `${name} is dead and was left`);
        }
      }),
      { numRuns: RUNS },
    );
    assert.ok(dead > RUNS && live > RUNS, `${dead} dead rows, ${live} live ones`);
  });
}

test("purgeExpired() on SQLite that dies at any statement leaves no live row and no half of an account behind (T13, I4, I5)", async () => {
  let died = 0;
  await fc.assert(
    fc.asyncProperty(TABLES, fc.integer({ min: 1, max: 30 }), async ({ accounts, limit }, statement) => {
      const database = new FailingDatabase(IO_ERROR);
      const store = await database.open();
      const rows = (await Promise.all(accounts.map((each, index) => fill(store, each, index)))).flat();
      database.refuse(statement);
      await purge(store, limit).catch(() => died++);
      database.refuse(Infinity);
      await assertAlive(store, rows);
      for (const { name, isDead, find } of rows.filter((row) => row.isDead && row.name.startsWith("user"))) {
        if (await find(store) !== null) continue;
        for (const each of rows.filter((row) => isDead && row.name.endsWith(` of ${name}`))) {
          assert.equal(await each.find(store), null, `${each.name} outlived it`);
        }
      }
      while (await purge(store, limit) > 0);
      for (const { name, isDead, find } of rows) assert.equal(await find(store) === null, isDead, name);
    }),
    { numRuns: RUNS },
  );
  assert.ok(died > RUNS / 10, `it died ${died} times`);
});

async function fill(store: UserStore, account: Account, index: number): Promise<readonly Row[]> {
  const { verified, createdAt, sessions, reset, verification } = account;
  const username = `user${index}`;
  await store.createUser({
    id: username,
    username,
    email: `${username}@example.org`,
    passwordHash: "$fast$",
    ...(createdAt === null ? {} : { createdAt }),
  });
  if (verified) await store.setUserVerified(username);
  const isGone = !verified && createdAt !== null && createdAt.getTime() < LAPSED;
  const rows: Row[] = [{
    name: username,
    isDead: isGone,
    find: (each) => each.getUserByUsername(username),
  }];
  const add = (kind: string, expiresAt: Date, find: (each: UserStore, hash: string) => Promise<unknown>) => {
    const tokenHash = (index * 100 + rows.length).toString(16).padStart(64, "0");
    const isDead = isGone || expiresAt.getTime() < ENDED;
    rows.push({ name: `${kind} of ${username}`, isDead, find: (each) => find(each, tokenHash) });
    return { username, tokenHash, expiresAt };
  };
  for (const expiresAt of sessions) {
    assert.ok(await store.addSession(add("a session", expiresAt, (each, hash) => each.getSession(hash))));
  }
  if (reset !== null) {
    await store.setPasswordReset(add("a reset", reset, (each, hash) => each.getPasswordReset(hash)));
  }
  if (verification !== null) {
    const token = add("a verification", verification, (each, hash) => each.getEmailVerification(hash));
    await store.setEmailVerification(token);
  }
  return rows;
}

async function purge(store: UserStore, limit: number): Promise<number> {
  const harbor = new UserHarbor({
    store,
    emailSender: new RecordingEmailSender(),
    passwordHasher: new FastPasswordHasher(),
    clock: new TestClock(new Date(NOW)).now,
    unverifiedTtlSeconds: UNVERIFIED_SECONDS,
  });
  return await harbor.purgeExpired({ limit, graceSeconds: GRACE_SECONDS });
}

async function assertAlive(store: UserStore, rows: readonly Row[]): Promise<void> {
  for (const { name, isDead, find } of rows) {
    if (!isDead) assert.notEqual(await find(store), null, `${name} is alive and was taken`);
  }
}

/** A store whose process ends in the middle: after it took effect, and before anybody was told. */
function failingAt(store: UserStore, call: number): UserStore {
  let count = 0;
  return interceptStore(store, async (_call, proceed) => {
    const answer = await proceed();
    if (++count === call) throw new Error("killed");
    return answer;
  });
}
