/**
 * What a session check costs among a million users and a million sessions, beside what it costs among ten thousand,
 * and the same of what the database does for it; and what a purge of a hundred thousand dead sessions costs logins
 * that go on.
 *
 * @module
 */

import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { migrate, type SqlDriver, SqlUserStore } from "@userharbor/sql";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MariadbServer } from "../../tests/services/servers/mariadb.ts";
import { PostgresqlServer } from "../../tests/services/servers/postgresql.ts";
import { interleave, median, percentile } from "../_interleave.ts";
import { type Engine, openDatabase } from "./_databases.ts";
import { SessionReader, type Way } from "./_session_reader.ts";
import { hashOf, tokenOf } from "./_tokens.ts";

const SMALL = 10_000;
const LARGE = 1_000_000;
const DEAD = 100_000;
const PASSWORD = "correct horse battery staple";

/** How many rows one statement inserts. */
const CHUNK = 500;

/** MariaDB reads past the cache of the system, so its own holds the tables, as its administrators have it. */
const BUFFER_POOL = "--innodb-buffer-pool-size=2G";

const LATER = new Date(Date.now() + 30 * 86_400_000);
const EARLIER = new Date(Date.now() - 86_400_000);

/** Fills a database with so many users, each with one session. */
async function fill(driver: SqlDriver, rows: number): Promise<void> {
  await migrate(driver);
  const { dialect } = driver;
  const createdAt = dialect.encodeInstant(new Date());
  for (let from = 0; from < rows; from += CHUNK * 20) {
    await driver.transaction(async (connection) => {
      for (let first = from; first < Math.min(from + CHUNK * 20, rows); first += CHUNK) {
        const numbers = Array.from({ length: CHUNK }, (_, index) => first + index);
        await connection.execute(
          "INSERT INTO userharbor_users (id, username, username_key, email, password_hash, verified, created_at) " +
            `VALUES ${numbers.map(() => "(?, ?, ?, ?, ?, ?, ?)").join(", ")}`,
          numbers.flatMap((number) => [
            randomUUID(),
            `user-${number}`,
            `user-${number}`,
            `user-${number}@example.org`,
            "none",
            dialect.encodeBoolean(true),
            createdAt,
          ]),
        );
        await addSessions(connection, { numbers, expiresAt: LATER });
      }
    });
  }
}

async function addSessions(
  connection: Pick<SqlDriver, "execute" | "dialect">,
  { numbers, expiresAt, prefix = "" }: {
    readonly numbers: readonly number[];
    readonly expiresAt: Date;
    readonly prefix?: string;
  },
): Promise<void> {
  const { dialect } = connection;
  await connection.execute(
    "INSERT INTO userharbor_sessions (id, token_hash, username, expires_at, created_at) " +
      `VALUES ${numbers.map(() => "(?, ?, ?, ?, ?)").join(", ")}`,
    numbers.flatMap((number) => [
      randomUUID(),
      hashOf(`${prefix}${tokenOf(number)}`),
      `user-${number}`,
      dialect.encodeInstant(expiresAt),
      dialect.encodeInstant(EARLIER),
    ]),
  );
}

/** Times logins one after the other, until something has ended or so many are done. */
async function timeLogins(harbor: UserHarbor, until: Promise<unknown> | number): Promise<readonly number[]> {
  const times: number[] = [];
  let isOver = false;
  if (typeof until !== "number") void until.finally(() => isOver = true);
  while (typeof until === "number" ? times.length < until : !isOver) {
    const startedAt = performance.now();
    await harbor.login({ username: "ada", password: PASSWORD });
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** The same reads in the small database and in the large one, in turns. */
async function compareReads(way: Way, small: SessionReader, large: SessionReader): Promise<Comparison> {
  const contenders = { small: small.reads(way), large: large.reads(way) };
  const cost = await interleave(contenders, { rounds: 15, operations: 2_000 });
  return {
    smallMicroseconds: Number(cost.small.medianMicroseconds.toFixed(1)),
    largeMicroseconds: Number(cost.large.medianMicroseconds.toFixed(1)),
    ratio: Number((1 / cost.large.ratioToFloor).toFixed(2)),
  };
}

interface Comparison {
  readonly smallMicroseconds: number;
  readonly largeMicroseconds: number;
  /** What the large one cost, divided by what the small one did. */
  readonly ratio: number;
}

/** Where the two databases of an engine are. */
interface Locations {
  readonly small: string;
  readonly large: string;
}

async function measureReads(engine: Engine, { small, large }: Locations): Promise<void> {
  await using smallReader = new SessionReader(engine, small, SMALL);
  await using largeReader = new SessionReader(engine, large, LARGE);
  for (const way of ["verifySession", "rowsAlone", "keyAlone"] as const) {
    console.log(engine, way, JSON.stringify(await compareReads(way, smallReader, largeReader)));
  }
}

async function measurePurge(engine: Engine, driver: SqlDriver): Promise<void> {
  for (let first = 0; first < DEAD; first += CHUNK) {
    const numbers = Array.from({ length: CHUNK }, (_, index) => first + index);
    await addSessions(driver, { numbers, expiresAt: EARLIER, prefix: "dead" });
  }
  const store = new SqlUserStore(driver);
  const passwordHasher = new FastPasswordHasher();
  const passwordHash = await passwordHasher.hash(PASSWORD);
  await store.createUser({ id: randomUUID(), username: "ada", email: "ada@example.org", passwordHash });
  await store.setUserVerified("ada");
  const harbor = new UserHarbor({ store, emailSender: new RecordingEmailSender(), passwordHasher });
  await timeLogins(harbor, 100);
  const before = await timeLogins(harbor, 500);
  const startedAt = performance.now();
  const purge = store.purgeExpired({ before: new Date(), limit: DEAD });
  const during = await timeLogins(harbor, purge);
  const purged = await purge;
  const seconds = (performance.now() - startedAt) / 1000;
  const figures = {
    purged,
    seconds: Number(seconds.toFixed(1)),
    loginsMeanwhile: during.length,
    loginMedianRatio: Number((median(during) / median(before)).toFixed(2)),
    loginP99Ratio: Number((percentile(during, 0.99) / percentile(before, 0.99)).toFixed(2)),
  };
  console.log(engine, "purge", JSON.stringify(figures));
}

async function measure(engine: Engine, { small, large }: Locations): Promise<void> {
  const startedAt = performance.now();
  for (const [location, rows] of [[small, SMALL], [large, LARGE]] as const) {
    await withDatabase(engine, location, async (driver) => {
      await fill(driver, rows);
      if (engine === "PostgreSQL") await driver.execute("VACUUM ANALYZE", []);
    });
  }
  console.log(`${engine}: filled in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  await measureReads(engine, { small, large });
  await withDatabase(engine, large, (driver) => measurePurge(engine, driver));
}

async function withDatabase(
  engine: Engine,
  location: string,
  work: (driver: SqlDriver) => Promise<void>,
): Promise<void> {
  const { driver, close } = openDatabase(engine, location);
  await work(driver);
  await close();
}

const folder = mkdtempSync(join(tmpdir(), "userharbor-benchmark-"));
await measure("SQLite", { small: join(folder, "small"), large: join(folder, "large") });
rmSync(folder, { recursive: true });

{
  await using server = await PostgresqlServer.start();
  for (const name of ["small", "large"]) await server.createDatabase(name);
  await measure("PostgreSQL", { small: server.url("small"), large: server.url("large") });
}
{
  await using server = await MariadbServer.start(undefined, [], [BUFFER_POOL]);
  for (const name of ["small", "large"]) await server.createDatabase(name);
  await measure("MariaDB", { small: server.url("small"), large: server.url("large") });
}
