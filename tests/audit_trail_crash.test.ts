import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runtimeArgs } from "./_runtime_args.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./_audited_program.ts", import.meta.url));

for (const round of [1, 2, 3]) {
  test(`a process killed at any moment leaves no change without its record, and no record without its change (R118), round ${round}`, async (t) => {
    if (process.versions["bun"] !== undefined) {
      return t.skip("Bun does not say how it was told to find packages");
    }
    using folder = temporaryFolder();
    const path = join(folder.path, "accounts.sqlite");
    const answered = await runUntilKilled(path);
    using file = openFile(path);
    const told = file.records().map(({ name, username }) => `${name} ${username}`);
    assert.deepEqual(leftOver(answered, told), [], "a change that was answered has no record");
    assert.deepEqual(file.state(), stateAfter(file.records()));

    // The comparison notices one record that is missing, and one row.
    const newest = file.records().findLastIndex(({ name }) => name === "register");
    const withoutOne = file.records().toSpliced(newest, 1);
    assert.throws(() => assert.deepEqual(file.state(), stateAfter(withoutOne)));
    file.database.exec(
      "DELETE FROM userharbor_users WHERE rowid = (SELECT max(rowid) FROM userharbor_users)",
    );
    assert.notDeepEqual(file.state(), stateAfter(file.records()));
  });
}

/** Answers with every change that the program told of before it was killed, somewhere in the middle of others. */
async function runUntilKilled(path: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [...runtimeArgs(), PROGRAM, path], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const killAfter = randomInt(50, 400);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === killAfter) child.kill("SIGKILL");
  }
  await ended;
  assert.ok(lines.length >= killAfter, "the program ended by itself");
  // The last line may be half a line.
  return lines.slice(0, -1);
}

/** Of an account, as far as records tell it. */
interface Account {
  readonly verified: boolean;
  readonly sessions: number;
  readonly roles: number;
}

interface Told {
  readonly name: string;
  readonly username: string;
  readonly userId: string;
}

/** What the records of successful changes, in the order in which they were kept, make of the accounts. */
function stateAfter(records: readonly Told[]): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  for (const { name, userId } of records) {
    const account = accounts.get(userId) ?? { verified: false, sessions: 0, roles: 0 };
    assert.equal(accounts.has(userId), name !== "register", `${name} of an account that is not there`);
    if (name === "delete_account") accounts.delete(userId);
    else accounts.set(userId, { ...account, ...effectOf(name, account) });
  }
  return accounts;
}

function effectOf(name: string, { sessions, roles }: Account): Partial<Account> {
  switch (name) {
    case "register":
      return {};
    case "verify_email":
      return { verified: true };
    case "login":
      return { sessions: sessions + 1 };
    case "logout":
      return { sessions: sessions - 1 };
    case "change_password":
      return { sessions: 1 };
    case "grant_role":
      return { roles: roles + 1 };
    case "revoke_role":
      return { roles: roles - 1 };
    default:
      return assert.fail(`${name} is no change of this program`);
  }
}

/** What a killed process left, opened as the next one would. */
function openFile(path: string) {
  const database = new DatabaseSync(path);
  const rows = (sql: string) => database.prepare(sql).all();
  assert.deepEqual(rows("PRAGMA integrity_check").map(({ integrity_check }) => integrity_check), ["ok"]);
  return {
    database,
    /** Every change to an account, oldest first. */
    records(): readonly Told[] {
      const bodies = rows("SELECT body FROM userharbor_records ORDER BY rowid").map(({ body }) =>
        String(body)
      );
      return bodies.map((body) => JSON.parse(body)).filter(({ outcome, userId }) =>
        outcome === "succeeded" && userId !== undefined
      );
    },
    /** The accounts that are there. */
    state(): ReadonlyMap<string, Account> {
      const accounts = rows(
        "SELECT id, verified, " +
          "(SELECT count(*) FROM userharbor_sessions s WHERE s.username = u.username) AS sessions, " +
          "(SELECT count(*) FROM userharbor_user_roles r WHERE r.username = u.username) AS roles " +
          "FROM userharbor_users u",
      );
      return new Map(accounts.map(({ id, verified, sessions, roles }) => [
        String(id),
        { verified: verified === 1, sessions: Number(sessions), roles: Number(roles) },
      ]));
    },
    [Symbol.dispose]: () => database.close(),
  };
}

/** What is in the first list more often than in the second. */
function leftOver(wanted: readonly string[], had: readonly string[]): string[] {
  const left = [...had];
  return wanted.filter((each) => {
    const index = left.indexOf(each);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "userharbor-audit-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
