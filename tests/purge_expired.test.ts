import assert from "node:assert/strict";
import test from "node:test";
import { schedulePurge, type UserHarbor } from "../mod.ts";
import { emailOf, openHarbor, PASSWORD } from "./_harness.ts";
import { stores } from "./_stores.ts";

test("purgeExpired() removes what died a day ago, and nothing that died later or lives (I6, T13)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open(), sessionTtlSeconds: 100 });
    const { sessionToken } = await life.loggedIn("ada");
    await life.registered("bob");
    await life.harbor.sendPasswordReset(emailOf("ada"));
    await life.harbor.settled();
    const purgeAfter = async (seconds: number) => {
      life.advance(seconds);
      return await life.harbor.purgeExpired();
    };
    assert.equal(await life.harbor.verifySession(sessionToken), true);
    assert.equal(await purgeAfter(86_500), 0);
    assert.equal(await purgeAfter(0.001), 1, "the session, 100 seconds and a day later");
    assert.equal(await purgeAfter(3_500), 1, "the reset token, an hour and a day later");
    assert.equal(await purgeAfter(2 * 86_400), 1, "the verification token, two days later");
    assert.equal(await purgeAfter(7 * 86_400), 1, "the account that was never verified");
    assert.equal(await purgeAfter(365 * 86_400), 0);
    assert.equal((await life.login("ada")).user.username, "ada");
    assert.equal(await life.store.getUserByUsername("bob"), null);
  }
});

test("purgeExpired() removes at most as many rows as it is told, after the grace it is told (T13)", async () => {
  const life = openHarbor({ sessionTtlSeconds: 100 });
  await life.verified("ada");
  for (let session = 0; session < 5; session++) await life.login("ada");
  life.advance(101);
  const purge = () => life.harbor.purgeExpired({ limit: 2, graceSeconds: 0 });
  assert.deepEqual([await purge(), await purge(), await purge(), await purge()], [2, 2, 1, 0]);
});

test("purgeExpired() twice at once removes every row once (T13)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open(), sessionTtlSeconds: 100 });
    await life.verified("ada");
    for (let session = 0; session < 20; session++) await life.login("ada");
    life.advance(101);
    const purges = Array.from({ length: 10 }, () => life.harbor.purgeExpired({ limit: 5, graceSeconds: 0 }));
    const removed = (await Promise.all(purges)).reduce((sum, rows) => sum + rows);
    assert.equal(removed + await life.harbor.purgeExpired({ graceSeconds: 0 }), 20);
    assert.equal((await life.harbor.login({ username: "ada", password: PASSWORD })).user.username, "ada");
  }
});

test("purgeExpired() refuses numbers that make no sense, and removes nothing", async () => {
  const life = openHarbor();
  for (const limit of [0, -1, 1.5, NaN]) {
    await assert.rejects(life.harbor.purgeExpired({ limit }), RangeError);
  }
  for (const graceSeconds of [-1, NaN]) {
    await assert.rejects(life.harbor.purgeExpired({ graceSeconds }), RangeError);
  }
  assert.equal(life.calls.some(({ method }) => method === "purgeExpired"), false);
  assert.equal(await life.harbor.purgeExpired({ limit: 1, graceSeconds: 0 }), 0);
});

/** Answers what it is told, one after the other, and then 0; says when it was asked to the end. */
function purging(...answers: readonly (number | Error)[]) {
  const left = [...answers];
  let calls = 0;
  let finish: () => void;
  const finished = new Promise<void>((resolve) => finish = resolve);
  const harbor: Pick<UserHarbor, "purgeExpired"> = {
    purgeExpired() {
      calls++;
      const answer = left.shift() ?? 0;
      if (left.length === 0) finish();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { harbor, finished, calls: () => calls };
}

test("schedulePurge() goes on until nothing is left, and comes again (T13)", async () => {
  const { harbor, finished, calls } = purging(500, 500, 3, 0, 2, 0);
  const stop = schedulePurge(harbor, { everySeconds: 0.001 });
  await keepAlive(finished);
  await stop();
  assert.ok(calls() >= 6);
});

test("schedulePurge() tells of a failure, and comes again; a listener that throws changes nothing (T13)", async () => {
  const told: unknown[] = [];
  const { harbor, finished } = purging(new Error("down"), 7, 0);
  const stop = schedulePurge(harbor, {
    everySeconds: 0.001,
    onError: (error) => {
      told.push(error);
      throw new Error("listener");
    },
  });
  await keepAlive(finished);
  await stop();
  assert.deepEqual(told.map(String), ["Error: down"]);
});

test("schedulePurge() stops after the batch under way, and does not come again", async () => {
  let calls = 0;
  let release: (rows: number) => void = () => {};
  const stop = schedulePurge({
    purgeExpired() {
      calls++;
      return new Promise((resolve) => release = resolve);
    },
  }, { everySeconds: 0.001 });
  const stopped = stop();
  release(500);
  await stopped;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(calls, 1);
});

test("schedulePurge() refuses a pause that is none, or too long for a timer", () => {
  const { harbor } = purging();
  for (const everySeconds of [0, -1, NaN, 2_147_484]) {
    assert.throws(() => schedulePurge(harbor, { everySeconds }), RangeError);
  }
});

/** Waits although nothing but timers that keep no process alive are left. */
async function keepAlive(finished: Promise<void>): Promise<void> {
  const timer = setInterval(() => {}, 1_000);
  await finished;
  clearInterval(timer);
}
