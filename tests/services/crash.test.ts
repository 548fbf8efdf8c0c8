import { isUserHarborError, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { migrate, type SqlDriver, SqlUserStore } from "@userharbor/sql";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { effort } from "../_effort.ts";
import { openCrashClient } from "./_crash_clients.ts";
import {
  type CrashLine,
  passwordAfter,
  readOrphans,
  readRecords,
  readState,
  stateOfRecords,
  type TokenKind,
} from "./_crash_state.ts";
import { type Client, emptyTables } from "./_sql_stores.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./_crash_program.ts", import.meta.url));

/** Of each engine. */
const KILLS = effort({ suite: 20, long: 300 });

/** A kill comes after so many lines at most, and a moment after the last of them. */
const LINES = 80;
const MOMENT_MS = 12;

/** After so many kills the database is emptied, so that looking through it stays quick. */
const KILLS_OF_A_DATABASE = 10;

let folder: string;
let server: PostgresqlServer;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "userharbor-crash-"));
  if (withoutPostgresql === false) server = await PostgresqlServer.start();
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Engine {
  readonly name: string;
  readonly skip: string | false;
  readonly where: () => string;
  /** Resolves once nothing of a killed process goes on. */
  readonly settled: (driver: SqlDriver) => Promise<void>;
  /** What the engine itself finds wrong. */
  readonly damage: (driver: SqlDriver) => Promise<readonly unknown[]>;
}

const ENGINES: readonly Engine[] = [
  {
    name: "SQLite",
    skip: false,
    where: () => join(folder, "accounts.sqlite"),
    settled: () => Promise.resolve(),
    damage: async (driver) => [
      ...(await driver.query("PRAGMA integrity_check", [])).filter(([verdict]) => verdict !== "ok"),
      ...await driver.query("PRAGMA foreign_key_check", []),
    ],
  },
  {
    name: "PostgreSQL",
    skip: withoutPostgresql,
    where: () => server.url(),
    settled: async (driver) => {
      const others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() " +
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
      while ((await driver.query(others, [])).length > 0) await setTimeout(1);
    },
    damage: () => Promise.resolve([]),
  },
];

for (const engine of ENGINES) {
  describe(engine.name, { skip: engine.skip }, () => {
    test("a process killed at any moment leaves nothing half done, a record for each change, and tokens that work once at most (T6, I2, I4, I5, R118)", async (t) => {
      const client = openCrashClient(engine.name, engine.where(), 1);
      await migrate(client.driver);
      const spent = { before: 0, after: 0 };
      for (let kill = 0; kill < KILLS; kill++) {
        if (kill % KILLS_OF_A_DATABASE === 0) await begin(client);
        const lines = await runUntilKilled([engine.name, engine.where(), `p${kill}`]);
        await engine.settled(client.driver);
        try {
          await assertWhole(client.driver, engine);
          await assertAnswersKept(client.driver, lines);
          await assertSingleUse(client.driver, { lines, spent });
          await assertWhole(client.driver, engine);
        } catch (error) {
          throw new Error(`kill ${kill}, after ${lines.length} lines: ${JSON.stringify(lines.slice(-8))}`, {
            cause: error,
          });
        }
      }
      t.diagnostic(
        `${KILLS} kills; of tokens under way ${spent.before} were used before, ${spent.after} after`,
      );
      assert.ok(spent.after > 0, "no kill came before a token was used");
      await assertNoticed(client.driver);
      await client.end();
    });
  });
}

/** Empties the database, but for a role. */
async function begin({ driver }: Client): Promise<void> {
  await emptyTables(driver);
  await new SqlUserStore(driver).createRole("editor");
}

/** Answers with what a program told before it was killed, somewhere in the middle of what it does. */
async function runUntilKilled(args: readonly string[]): Promise<readonly CrashLine[]> {
  const deno = ["run", "-A", "--quiet", "--no-check", "--frozen", PROGRAM, ...args];
  const child = spawn(process.execPath, deno, { cwd: FOLDER, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const killAfter = randomInt(1, LINES);
  const lines: CrashLine[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(JSON.parse(line));
    if (lines.length === killAfter) {
      void setTimeout(Math.random() * MOMENT_MS).then(() => child.kill("SIGKILL"));
    }
  }
  await ended;
  assert.equal(child.signalCode, "SIGKILL", "the program ended by itself");
  return lines;
}

/** What is there is what the records tell, no more and no less, and all of it holds together. */
async function assertWhole(driver: SqlDriver, { damage }: Engine): Promise<void> {
  assert.deepEqual(await damage(driver), []);
  assert.deepEqual(await readOrphans(driver), [], "I4");
  assert.deepEqual(await readState(driver), stateOfRecords(await readRecords(driver)), "I5");
}

/** Nothing that was answered is gone. */
async function assertAnswersKept(driver: SqlDriver, lines: readonly CrashLine[]): Promise<void> {
  const records = (await readRecords(driver)).map(({ name, username }) => `${name} ${username}`);
  for (const { did, name } of lines) {
    if (did === undefined) continue;
    const index = records.indexOf(`${did} ${name}`);
    assert.ok(index >= 0, `${did} of ${name} was answered, and is gone`);
    records.splice(index, 1);
  }
}

/** Every token that was told works once in all, whoever used it before or after the kill. */
async function assertSingleUse(
  driver: SqlDriver,
  { lines, spent }: {
    readonly lines: readonly CrashLine[];
    readonly spent: { before: number; after: number };
  },
): Promise<void> {
  const store = new SqlUserStore(driver);
  const records = await readRecords(driver);
  let last = Date.parse(records.at(-1)?.at ?? "");
  const harbor = new UserHarbor({
    store,
    emailSender: new RecordingEmailSender(),
    passwordHasher: new FastPasswordHasher(),
    auditTrail: true,
    clock: () => new Date(last = Math.max(last + 1, Date.now())),
  });
  for (const [index, { name, token, kind }] of lines.entries()) {
    if (token === undefined || kind === undefined) continue;
    const use = USES[kind];
    const isLeft = await use.find(store, createHash("sha256").update(token).digest("hex")) !== null;
    const wasAnswered = lines.slice(index).some((line) => line.name === name && line.did === use.did);
    if (wasAnswered) assert.equal(isLeft, false, "I2: a token was left although its use was answered");
    const { resets = 0 } = [...(await readState(driver)).values()].find(({ username }) =>
      username === name
    ) ?? {};
    const works = () => use.use(harbor, token, passwordAfter(resets + 1)).then(() => true, isRefusal);
    assert.equal(await works(), isLeft, "I2: a token works unless it was used");
    assert.equal(await works(), false, "I2: a token worked twice");
    await harbor.settled();
    if (!wasAnswered) isLeft ? spent.after++ : spent.before++;
  }
}

interface Use {
  /** The record of a use. */
  readonly did: string;
  readonly find: (store: SqlUserStore, tokenHash: string) => Promise<unknown>;
  readonly use: (harbor: UserHarbor, token: string, newPassword: string) => Promise<void>;
}

const USES: Readonly<Record<TokenKind, Use>> = {
  verification: {
    did: "verify_email",
    find: (store, tokenHash) => store.getEmailVerification(tokenHash),
    use: (harbor, token) => harbor.verifyEmail(token),
  },
  password_reset: {
    did: "reset_password",
    find: (store, tokenHash) => store.getPasswordReset(tokenHash),
    use: (harbor, resetToken, newPassword) => harbor.resetPassword({ resetToken, newPassword }),
  },
};

function isRefusal(error: unknown): false {
  if (!isUserHarborError(error)) throw error;
  return false;
}

/** The comparison notices a record that is missing, and a row. */
async function assertNoticed(driver: SqlDriver): Promise<void> {
  const records = await readRecords(driver);
  const newest = records.findLastIndex(({ name }) => name === "register");
  assert.throws(() =>
    assert.deepEqual(stateOfRecords(records.toSpliced(newest, 1)), stateOfRecords(records))
  );
  await driver.execute("DELETE FROM userharbor_users WHERE id = ?", [records[newest]?.userId ?? ""]);
  assert.notDeepEqual(await readState(driver), stateOfRecords(records));
}
