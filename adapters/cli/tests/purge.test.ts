import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "./_accounts.ts";
import { Cli } from "./_cli.ts";

const DAY_SECONDS = 86_400;
const SESSIONS = "userharbor_sessions";

/** Ada with sessions that died days ago and one that lives; Bob was never verified. */
async function open(cli: Cli, deadSessions: number): Promise<Application> {
  await cli.text(["migrate"]);
  const application = new Application(cli.database);
  await application.verified("ada");
  await application.registered("bob");
  await application.openSessions("ada", deadSessions);
  application.clock.advanceSeconds(3 * DAY_SECONDS);
  return application;
}

test("purge removes what is dead, batch after batch, and nothing that lives (I6, T13)", async () => {
  using cli = new Cli();
  await using application = await open(cli, 501);
  const alive = await application.login("ada");
  const clock = application.clock.now;
  const { exitCode, stdout, stderr } = await cli.run(["purge"], { clock, isWatched: true });
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Removed 502 rows /, "the sessions, and the token that bob did not use");
  assert.match(stderr, /^\rRemoved 0 *\rRemoved 500 *\rRemoved 502 *\n$/);
  assert.equal(application.count(SESSIONS), 1);
  assert.equal(await application.harbor.verifySession(alive), true);
  assert.deepEqual(await cli.json(["purge"], { clock, isWatched: true }), { removed: 0 });
});

test("purge of two at once counts every row once, and the application goes on meanwhile (T13)", async () => {
  using cli = new Cli();
  await using application = await open(cli, 1_200);
  const clock = application.clock.now;
  const purges = [cli.json(["purge"], { clock }), cli.json(["purge"], { clock })];
  const alive = await application.login("ada");
  const removed = (await Promise.all(purges)).map((each) => Number(Object(each).removed));
  assert.equal(removed.reduce((sum, rows) => sum + rows), 1_201);
  assert.equal(application.count(SESSIONS), 1);
  assert.equal(await application.harbor.verifySession(alive), true);
});

test("purge leaves unverified accounts alone until it is told when they lapse (I6, R41)", async () => {
  using cli = new Cli();
  await using application = await open(cli, 0);
  const clock = application.clock.now;
  application.clock.advanceSeconds(365 * DAY_SECONDS);
  await cli.text(["purge"], { clock });
  assert.equal(application.count("userharbor_users"), 2);
  const seconds = (days: number) => ["--unverified-ttl-seconds", String(days * DAY_SECONDS)];
  assert.deepEqual(await cli.json(["purge", ...seconds(369)], { clock }), { removed: 0 });
  assert.deepEqual(await cli.json(["purge", ...seconds(7)], { clock }), { removed: 1 });
  assert.equal(application.count("userharbor_users"), 1, "ada is verified");
});
