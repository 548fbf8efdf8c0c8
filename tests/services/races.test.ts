import { isUserHarborError } from "@userharbor/core";
import { MemoryUserStore } from "@userharbor/memory";
import { SqlThrottle } from "@userharbor/sql";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { effort } from "../_effort.ts";
import { emailOf, hasCode, openHarbor, outcomes, PASSWORD, UNKNOWN_TOKEN } from "../_harness.ts";
import { race } from "../_race.ts";
import { Application } from "./_application.ts";
import { ENGINES, type RunningEngine, type ServiceDatabase } from "./_engines.ts";
import { SERVER_CONTESTS } from "./_server_contests.ts";
import { SINGLE_USE } from "./_single_use.ts";

const REGISTRATIONS = 1_000;
const USES = 100;
const GUESSES = 1_000;
const WRONG = "a guess that is wrong";

/** One name to whoever reads it: the last two are full-width. */
const SPELLINGS = ["ada", "ADA", "Ada", "aDa", "ａｄａ", "ＡＤＡ"];

/** One mailbox. */
const ADDRESSES = ["ada@example.org", "ADA@EXAMPLE.ORG", "Ada@Example.Org"];

const BUDGET = 10;

/** Limits of an account alone: so many wrong passwords in a row, without a pause before. */
const ACCOUNT_LIMITS = {
  loginsPerClient: null,
  failedLoginsPerClient: null,
  mailRequestsPerClient: null,
  registrationsPerClient: null,
  passwordAttempts: { freeAttempts: 100, firstSeconds: 1, maxSeconds: 1, maxConsecutive: BUDGET },
} as const;

/** Of each contest. */
const ROUNDS = { suite: 24, long: 240 };

/** Between two writes of one writer. */
const WRITER_PAUSE_MS = 3;

/** How long a party's call is waited for at most before another party has its turn. */
const PATIENCE_MS = 4;

for (const { name: engine, skip, start, share } of ENGINES) {
  describe(engine, { skip }, () => {
    const rounds = (suite: number, long: number) =>
      Math.ceil(effort({ suite: suite * share, long: long * share }));
    let server: RunningEngine;
    let database: ServiceDatabase;

    before(async () => {
      server = await start();
      database = await server.openDatabase("accounts");
    });
    after(async () => {
      await database?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    test(`1 000 registrations of one name in six spellings, at three processes of a database server, make one account (T1, I1, R29)`, async () => {
      for (let round = 0; round < rounds(2, 20); round++) {
        const app = Application.on((await database.empty()).stores, { usernameValidator: () => true });
        const registrations = app.atOnce(REGISTRATIONS, (harbor, index) =>
          harbor.register({
            username: SPELLINGS[index % SPELLINGS.length] ?? "",
            email: `ada-${index}@example.org`,
            password: PASSWORD,
          }));
        assert.deepEqual(await outcomes(registrations), { ok: 1, username_taken: REGISTRATIONS - 1 });
        await app.settled();
        const addresses = app.emailSender.sent.map(({ to }) => [to]);
        assert.deepEqual(await database.rows("SELECT email FROM userharbor_users"), addresses);
        assert.deepEqual(app.failures, []);
      }
    });

    test(`1 000 registrations of one address in three spellings, at three processes of a database server, leave one holder, and one owner (T1, I1, R31)`, async () => {
      for (let round = 0; round < rounds(2, 20); round++) {
        const app = Application.on((await database.empty()).stores);
        const registrations = app.atOnce(REGISTRATIONS, (harbor, index) =>
          harbor.register({
            username: `user-${index}`,
            email: ADDRESSES[index % ADDRESSES.length] ?? "",
            password: PASSWORD,
          }));
        assert.deepEqual(await outcomes(registrations), { ok: REGISTRATIONS });
        await app.settled();
        const holders = () =>
          database.rows("SELECT verified FROM userharbor_users WHERE email = 'ada@example.org'");
        assert.equal((await holders()).length, 1);
        assert.deepEqual(new Set(app.emailSender.sent.map(({ to }) => to)), new Set(["ada@example.org"]));
        const tokens = app.emailSender.sent.map(({ token = "" }) => token);
        assert.equal(new Set(tokens).size, REGISTRATIONS);
        const verifications = app.atOnce(
          REGISTRATIONS,
          (harbor, index) => harbor.verifyEmail(tokens[index] ?? ""),
        );
        assert.deepEqual(await outcomes(verifications), {
          ok: 1,
          invalid_verification_token: REGISTRATIONS - 1,
        });
        assert.equal((await holders()).length, 1);
        const owners = await database.rows("SELECT email FROM userharbor_users WHERE verified");
        assert.deepEqual(owners, [["ada@example.org"]]);
        await app.settled();
        assert.deepEqual(app.failures, []);
      }
    });

    for (const [kind, prepare] of Object.entries(SINGLE_USE)) {
      test(`100 uses of one ${kind} token, at three processes of a database server, have one effect, and who is late is told what a stranger is (T2, I2, R49, V3, V30)`, async () => {
        const app = Application.on((await database.empty()).stores);
        for (let round = 0; round < rounds(5, 50); round++) {
          const { token, use, check } = await prepare(app, `ada-${round}`);
          const uses = await Promise.allSettled(
            app.atOnce(USES, (harbor, index) => use(harbor, token, index)),
          );
          const winners = uses.flatMap(({ status }, index) => status === "fulfilled" ? [index] : []);
          assert.equal(winners.length, 1, `${winners.length} of ${USES} won`);
          const stranger = await told(use(app.harbor(0), UNKNOWN_TOKEN, 0));
          for (const used of uses) {
            if (used.status === "rejected") {
              assert.deepEqual(await told(Promise.reject(used.reason)), stranger);
            }
          }
          await check(winners[0] ?? -1);
        }
        assert.deepEqual(app.failures, []);
      });
    }

    test(`1 000 guesses at once, at three processes of a database server, take exactly the account's 10 attempts, with three writers on the same rows (T3, R89, V19, V34)`, async () => {
      await database.empty();
      const app = new Application(
        database.drivers.map((driver, index) => ({
          store: database.stores[index] ?? assert.fail(),
          throttle: new SqlThrottle(driver),
          throttleLimits: ACCOUNT_LIMITS,
        })),
      );
      await app.verified("ada");
      const { verified } = app.passwordHasher;
      const codes = await whileWritten(
        database,
        () =>
          outcomes(
            app.atOnce(GUESSES, (harbor, index) =>
              harbor.login({ username: index % 2 === 0 ? "ada" : emailOf("ada"), password: WRONG })),
          ),
      );
      assert.equal(app.passwordHasher.verified - verified, BUDGET);
      assert.equal((codes["invalid_credentials"] ?? 0) + (codes["rate_limited"] ?? 0), GUESSES);
      assert.deepEqual(
        (await database.rows(
          "SELECT attempts FROM userharbor_throttle WHERE window_ends_at > '2100-01-01 00:00:00'",
        )).map(([attempts]) => Number(attempts)),
        [BUDGET],
      );
      for (const harbor of app.harbors) {
        app.clock.advanceSeconds(3_600);
        await assert.rejects(
          harbor.login({ username: "ada", password: PASSWORD }),
          hasCode("invalid_credentials"),
        );
      }
      assert.equal(app.passwordHasher.verified - verified, BUDGET);
      assert.deepEqual(app.failures, []);
    });

    let closeContests = 0;
    for (const [name, prepare] of Object.entries(SERVER_CONTESTS)) {
      test(`${name} at the same time, at processes of a database server, in random order (T4, I1, I2, I3, I4, I5, I6)`, async () => {
        const life = openHarbor();
        const { ends, ...rivals } = await prepare(life);
        const seen = await race({
          before: life,
          open: async () => (await database.empty()).stores[0] ?? assert.fail(),
          times: rounds(ROUNDS.suite, ROUNDS.long),
          server: {
            nodes: database.stores,
            openModel: () => Promise.resolve(new MemoryUserStore()),
            patienceMs: PATIENCE_MS,
          },
        }, rivals);
        assert.deepEqual([...seen].filter((end) => !ends.includes(end)), []);
        if (seen.size > 1) closeContests++;
      });
    }

    // A busy server may let the same one win each time: so they are judged together.
    test("contests at processes of a database server are races: most end in more than one way", () => {
      assert.ok(closeContests >= Object.keys(SERVER_CONTESTS).length / 2, `${closeContests} did`);
    });
  });
}

/** Does some work while, from every process, somebody keeps writing every count. */
async function whileWritten<T>({ drivers }: ServiceDatabase, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const writers = drivers.map(async (driver) => {
    let writes = 0;
    while (!isOver) {
      const written = await driver.execute("UPDATE userharbor_throttle SET serial = serial + 1", [])
        .catch((error: unknown) => {
          if (!driver.isRolledBack(error)) throw error;
          return 0;
        });
      writes += written;
      await setTimeout(WRITER_PAUSE_MS);
    }
    return writes;
  });
  try {
    return await work();
  } finally {
    isOver = true;
    for (const writes of await Promise.all(writers)) assert.ok(writes > 1, "nobody wrote");
  }
}

/** All that a caller is told by a refusal; what is none is thrown on. */
async function told(refused: Promise<unknown>): Promise<unknown> {
  const error = await refused.then(() => assert.fail("not refused"), (error: unknown) => error);
  if (!isUserHarborError(error)) throw error;
  const { name, code, message, reason, retryAfterSeconds } = error;
  return { name, code, message, reason, retryAfterSeconds };
}
