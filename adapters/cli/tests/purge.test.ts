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

/** How many rows there are of all that may die. */
function rowsOf(application: Application): number {
  const tables = ["sessions", "email_verifications", "password_resets", "throttle"];
  return tables.reduce((sum, table) => sum + application.count(`userharbor_${table}`), 0);
}

test("purge removes what is dead, batch after batch, and nothing that lives (I6, T13)", async () => {
  using cli = new Cli();
  await using application = await open(cli, 501);
  const alive = await application.login("ada");
  const before = rowsOf(application);
  const clock = application.clock.now;
  const { exitCode, stdout, stderr } = await cli.run(["purge"], { clock, isWatched: true });
  const removed = before - rowsOf(application);
  assert.ok(removed > 501, "the sessions, the token that bob did not use, and counted attempts");
  assert.deepEqual([exitCode, stdout], [0, `Removed ${removed} rows that nobody could use any more\n`]);
  assert.equal(stderr, `\rRemoved 0\rRemoved 500\rRemoved ${removed}\n`);
  assert.equal(application.count(SESSIONS), 1);
  assert.equal(await application.harbor.verifySession(alive), true);
  assert.deepEqual(await cli.json(["purge"], { clock, isWatched: true }), { removed: 0 });
});

test("purge of two at once counts every row once, and the application goes on meanwhile (T13)", async () => {
  using cli = new Cli();
  await using application = await open(cli, 1_200);
  const alive = await application.login("ada");
  const before = rowsOf(application);
  const clock = application.clock.now;
  const purges = [cli.json(["purge"], { clock }), cli.json(["purge"], { clock })];
  assert.equal(await application.harbor.verifySession(alive), true);
  const removed = (await Promise.all(purges)).map((each) => Number(Object(each).removed));
  assert.equal(removed.reduce((sum, rows) => sum + rows), before - rowsOf(application));
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

test("purge removes attempts that no limit counts any more (T13)", async () => {
  using cli = new Cli();
  await using application = await open(cli, 0);
  assert.ok(application.count("userharbor_throttle") > 0);
  await cli.text(["purge"], { clock: application.clock.now });
  assert.equal(application.count("userharbor_throttle"), 0);
});

test("purge makes sessions forget where they were opened, if it is told after how long", async () => {
  using cli = new Cli();
  await using application = await open(cli, 0);
  const session = await application.login("ada");
  application.clock.advanceSeconds(1_800);
  const clock = application.clock.now;
  const clientOf = async () => (await application.harbor.sessions.list(session))[0]?.client;
  await cli.text(["purge"], { clock });
  await cli.text(["purge", "--session-client-retention-seconds", "1801"], { clock });
  assert.deepEqual(await clientOf(), { address: "192.0.2.1" });
  await cli.text(["purge", "--session-client-retention-seconds", "1799"], { clock });
  assert.equal(await clientOf(), undefined);
  assert.equal(await application.harbor.verifySession(session), true);
});
