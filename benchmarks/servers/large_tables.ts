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
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pgClient } from "../../tests/services/_clients.ts";
import { PostgresqlServer } from "../../tests/services/servers/postgresql.ts";
import { type Contender, interleave, median, percentile } from "../_interleave.ts";

const SMALL = 10_000;
const LARGE = 1_000_000;
const DEAD = 100_000;
const PASSWORD = "correct horse battery staple";

/** How many rows one statement inserts. */
const CHUNK = 500;

const LATER = new Date(Date.now() + 30 * 86_400_000);
const EARLIER = new Date(Date.now() - 86_400_000);

/** The token of one session of many. */
function tokenOf(number: number): string {
  return String(number).padStart(43, "A");
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

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

function harborOn(driver: SqlDriver): UserHarbor {
  const emailSender = new RecordingEmailSender();
  return new UserHarbor({
    store: new SqlUserStore(driver),
    emailSender,
    passwordHasher: new FastPasswordHasher(),
  });
}

/** Checks sessions all over a table, no two neighbours in a row. */
function checks(driver: SqlDriver, rows: number): (count: number) => Promise<void> {
  const harbor = harborOn(driver);
  let next = 0;
  return async (count) => {
    for (let done = 0; done < count; done++) {
      next = (next + 7_919) % rows;
      if (!await harbor.verifySession(tokenOf(next))) {
        throw new Error("Cannot measure: a session was not found");
      }
    }
  };
}

/** Has the database do nothing but answer a statement, for sessions all over a table. */
function lookups(driver: SqlDriver, rows: number, sql: string): (count: number) => Promise<void> {
  let next = 0;
  return async (count) => {
    for (let done = 0; done < count; done++) {
      next = (next + 7_919) % rows;
      const found = await driver.query(sql, [hashOf(tokenOf(next))]);
      if (found.length !== 1) throw new Error("Cannot measure: a session was not found");
    }
  };
}

/** Whether there is such a session: one index is read. */
const FIND_KEY = "SELECT 1 FROM userharbor_sessions WHERE token_hash = ?";

/** The rows of a session and of its user, by their primary keys. */
const FIND_ROWS = "SELECT s.expires_at, u.verified FROM userharbor_sessions s " +
  "JOIN userharbor_users u ON u.username = s.username WHERE s.token_hash = ?";

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

/** The same work on both databases, in turns. */
async function compare(small: Contender, large: Contender): Promise<Comparison> {
  const cost = await interleave({ small, large }, { rounds: 15, operations: 1_000 });
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

async function measure(name: string, small: SqlDriver, large: SqlDriver): Promise<void> {
  const filledAt = performance.now();
  await fill(small, SMALL);
  await fill(large, LARGE);
  if (large.dialect.name === "postgresql") {
    for (const driver of [small, large]) await driver.execute("VACUUM ANALYZE", []);
  }
  console.log(`${name}: filled in ${Math.round((performance.now() - filledAt) / 1000)} s`);
  const check = await compare(checks(small, SMALL), checks(large, LARGE));
  const keyAlone = await compare(lookups(small, SMALL, FIND_KEY), lookups(large, LARGE, FIND_KEY));
  const rowsAlone = await compare(lookups(small, SMALL, FIND_ROWS), lookups(large, LARGE, FIND_ROWS));
  for (let first = 0; first < DEAD; first += CHUNK) {
    const numbers = Array.from({ length: CHUNK }, (_, index) => first + index);
    await addSessions(large, { numbers, expiresAt: EARLIER, prefix: "dead" });
  }
  const store = new SqlUserStore(large);
  const passwordHash = await new FastPasswordHasher().hash(PASSWORD);
  await store.createUser({ id: randomUUID(), username: "ada", email: "ada@example.org", passwordHash });
  await store.setUserVerified("ada");
  const harbor = harborOn(large);
  await timeLogins(harbor, 100);
  const before = await timeLogins(harbor, 500);
  const startedAt = performance.now();
  const purge = store.purgeExpired({ before: new Date(), limit: DEAD });
  const during = await timeLogins(harbor, purge);
  const purged = await purge;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(JSON.stringify({
    name,
    check,
    keyAlone,
    rowsAlone,
    purged,
    purgeSeconds: Number(seconds.toFixed(1)),
    loginsMeanwhile: during.length,
    loginMedianRatio: Number((median(during) / median(before)).toFixed(2)),
    loginP99Ratio: Number((percentile(during, 0.99) / percentile(before, 0.99)).toFixed(2)),
  }));
}

const folder = mkdtempSync(join(tmpdir(), "userharbor-benchmark-"));
const files = ["small", "large"].map((name) => new DatabaseSync(join(folder, name)));
const [small, large] = files.map((file) => nodeSqlite(file));
if (small && large) await measure("SQLite", small, large);
for (const file of files) file.close();
rmSync(folder, { recursive: true });

const server = await PostgresqlServer.start();
for (const name of ["small", "large"]) await server.createDatabase(name);
const clients = ["small", "large"].map((name) => pgClient(server.url(name), "read committed", 5));
const [one, other] = clients;
if (one && other) await measure("PostgreSQL", one.driver, other.driver);
for (const { end } of clients) await end();
await server[Symbol.asyncDispose]();
