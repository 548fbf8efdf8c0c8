import { FastPasswordHasher } from "@userharbor/core/testing";
import type { SqlDriver, SqlValue } from "@userharbor/sql";
import assert from "node:assert/strict";

/** What a program that is about to be killed tells of somebody: a change that was answered, or what is used next. */
export interface CrashLine {
  /** What they are called at the time. */
  readonly name: string;
  readonly did?: string;
  readonly token?: string;
  readonly kind?: TokenKind;
}

/** What a mailed token is for. */
export type TokenKind = "verification" | "password_reset";

/** Whoever was renamed is called so. */
const RENAMED = "-too";

/** What somebody's password is after so many resets. */
export function passwordAfter(resets: number): string {
  return `correct horse battery staple ${resets}`;
}

/** What somebody is called who takes another name. */
export function renamed(name: string): string {
  return `${name}${RENAMED}`;
}

/** Of an account, all that the program changes. */
export interface CrashedAccount {
  readonly username: string;
  readonly verified: boolean;
  readonly resets: number;
  readonly sessions: number;
  readonly roles: number;
  readonly verificationTokens: number;
  readonly resetTokens: number;
}

/** A successful change, as its record tells it. */
export interface Told {
  readonly name: string;
  readonly username: string;
  readonly userId: string;
  readonly at: string;
}

/** Every successful change of an account, in the order of their instants. */
export async function readRecords(driver: SqlDriver): Promise<readonly Told[]> {
  const rows = await driver.query<readonly [string]>("SELECT body FROM userharbor_records", []);
  return rows.map(([body]) => JSON.parse(body))
    .filter(({ outcome, userId }) => outcome === "succeeded" && userId !== undefined)
    .toSorted((one: Told, other: Told) => one.at < other.at ? -1 : 1);
}

/** What the records make of the accounts. */
export function stateOfRecords(records: readonly Told[]): ReadonlyMap<string, CrashedAccount> {
  const accounts = new Map<string, CrashedAccount>();
  for (const { name, username, userId } of records) {
    const account = accounts.get(userId);
    if (name === "register") {
      assert.equal(account, undefined, `${username} is registered twice`);
      accounts.set(userId, newcomer(username));
      continue;
    }
    assert.ok(account !== undefined, `${name} of ${username}, who is not there`);
    if (name === "delete_account") accounts.delete(userId);
    else accounts.set(userId, { ...account, ...effectOf(name, account) });
  }
  return accounts;
}

function newcomer(username: string): CrashedAccount {
  return {
    username,
    verified: false,
    resets: 0,
    sessions: 0,
    roles: 0,
    verificationTokens: 1,
    resetTokens: 0,
  };
}

function effectOf(name: string, { username, resets, sessions }: CrashedAccount): Partial<CrashedAccount> {
  switch (name) {
    case "verify_email":
      return { verified: true, verificationTokens: 0 };
    case "login":
      return { sessions: sessions + 1 };
    case "logout":
      return { sessions: sessions - 1 };
    case "grant_role":
      return { roles: 1 };
    case "change_username":
      return { username: renamed(username) };
    case "send_password_reset":
      return { resetTokens: 1 };
    case "reset_password":
      return { verified: true, resets: resets + 1, sessions: 0, verificationTokens: 0, resetTokens: 0 };
    default:
      return assert.fail(`${name} is no change of this program`);
  }
}

type AccountRow = readonly [
  id: string,
  username: string,
  verified: SqlValue,
  passwordHash: string,
  ...counts: readonly SqlValue[],
];

/** The accounts that are there. */
export async function readState(driver: SqlDriver): Promise<ReadonlyMap<string, CrashedAccount>> {
  const count = (table: string) =>
    `(SELECT count(*) FROM userharbor_${table} r WHERE r.username = u.username) AS ${table}`;
  const rows = await driver.query<AccountRow>(
    `SELECT u.id, u.username, u.verified, u.password_hash, ${count("sessions")}, ${count("user_roles")}, ` +
      `${count("email_verifications")}, ${count("password_resets")} FROM userharbor_users u`,
    [],
  );
  const accounts = new Map<string, CrashedAccount>();
  for (const [id, username, verified, passwordHash, ...counts] of rows) {
    const [sessions = 0, roles = 0, verificationTokens = 0, resetTokens = 0] = counts.map(Number);
    accounts.set(id, {
      username,
      verified: driver.dialect.decodeBoolean(verified),
      resets: await resetsOf(passwordHash),
      sessions,
      roles,
      verificationTokens,
      resetTokens,
    });
  }
  return accounts;
}

const MAX_RESETS = 2;

async function resetsOf(passwordHash: string): Promise<number> {
  const hasher = new FastPasswordHasher();
  for (let resets = 0; resets <= MAX_RESETS; resets++) {
    if (await hasher.verify(passwordAfter(resets), passwordHash)) return resets;
  }
  return assert.fail("a password that nobody chose");
}

/** Rows that refer to what is not there; foreign keys keep them away. */
export async function readOrphans(driver: SqlDriver): Promise<readonly unknown[]> {
  const orphans = async (table: string, column: string, referred: string) =>
    await driver.query(
      `SELECT '${table}', ${column} FROM userharbor_${table} ` +
        `WHERE ${column} NOT IN (SELECT ${column} FROM userharbor_${referred})`,
      [],
    );
  return [
    ...await orphans("sessions", "username", "users"),
    ...await orphans("email_verifications", "username", "users"),
    ...await orphans("password_resets", "username", "users"),
    ...await orphans("user_roles", "username", "users"),
    ...await orphans("user_roles", "role", "roles"),
  ];
}
