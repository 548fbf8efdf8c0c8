import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { UserStore } from "../mod.ts";
import { emailOf } from "./_harness.ts";
import { MailServer } from "./_mail_server.ts";
import { openOutbox, type OutboxDatabase } from "./_outbox_work.ts";
import { untyped } from "./_harness.ts";

/** A database that other processes use as well. */
export interface SharedDatabase {
  /** Opens it in this process. */
  readonly open: () => OutboxDatabase & AsyncDisposable;
  /** How this runtime runs the program on it; then come role, address of the mail server, clock and prefix. */
  readonly program: { readonly args: readonly string[]; readonly cwd: string };
}

const MINUTE_MS = 60_000;

/**
 * People register and are answered; their process is killed, and one after the other the workers that deliver their
 * mails, by a server that drops connections. In the end each mail has arrived, once.
 */
export async function losesNoMail({ open, program }: SharedDatabase): Promise<void> {
  await using server = await MailServer.start();
  server.habit = (number) => number % 7 === 3 ? "take and drop" : number % 11 === 5 ? "busy" : "take";
  const answered = await registerUntilKilled(program, server);
  assert.ok(answered.length > 20);
  assert.equal(server.handed.length, 0, "no worker has run");

  let aheadMs = 0;
  for (let kill = 0; kill < 3; kill++) {
    const workers = [1, 2].map(() => start(program, ["worker", server.url, String(aheadMs)]));
    await server.until(server.handed.length + randomInt(3, 12));
    for (const worker of workers) worker.kill("SIGKILL");
    await Promise.all(workers.map((worker) => once(worker, "close")));
    aheadMs += 2 * MINUTE_MS; // their leases have ended
  }
  await using database = open();
  const { harbor, worker } = await drained(database, { server, aheadMs });
  assert.deepEqual(leftOf(await worker.drain()), []);

  const mails = [...server.byKey.values()];
  const people = new Set(mails.map(({ username }) => username));
  assert.equal(people.size, mails.length, "somebody got two mails");
  for (const username of answered) assert.ok(people.has(username), `${username} got no mail`);
  for (const { username, verificationToken } of mails) {
    assert.notEqual(await findUser(database.store, username), null, "a mail without its account");
    await harbor.verifyEmail(verificationToken);
    assert.equal((await findUser(database.store, username))?.verified, true);
  }
  assert.equal(await countUsers(database.store), mails.length, "an account without its mail");
  const tokens = new Map<string, string>();
  for (const { idempotencyKey, verificationToken } of server.handed) {
    assert.equal(tokens.get(idempotencyKey) ?? verificationToken, verificationToken, "one key, two tokens");
    tokens.set(idempotencyKey, verificationToken);
  }
}

/** Four processes deliver at the same time, and each mail is on its way once. */
export async function sendsNoMailTwice({ open, program }: SharedDatabase): Promise<void> {
  await using server = await MailServer.start();
  await using database = open();
  const { harbor } = openOutbox(database, { mailUrl: server.url, aheadMs: 0 });
  const names = Array.from({ length: 120 }, (_, index) => `person-${index}`);
  for (const username of names) {
    await harbor.register({ username, email: emailOf(username), password: "seven quiet otters at dawn" });
  }
  const workers = [1, 2, 3, 4].map(() => start(program, ["worker", server.url, "0"]));
  await server.until(names.length);
  for (const worker of workers) worker.kill("SIGTERM");
  await Promise.all(workers.map((worker) => once(worker, "close")));
  assert.equal(server.handed.length, names.length);
  assert.equal(server.byKey.size, names.length);
  assert.deepEqual(server.doubled, []);
}

async function registerUntilKilled(
  program: SharedDatabase["program"],
  server: MailServer,
): Promise<readonly string[]> {
  const child = start(program, ["people", server.url, "0", "person"]);
  const ended = once(child, "close");
  const killAfter = randomInt(25, 60);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout ?? assert.fail())) {
    lines.push(line);
    if (lines.length === killAfter) child.kill("SIGKILL");
  }
  await ended;
  assert.ok(lines.length >= killAfter, "the program ended by itself");
  // The last line may be half a line.
  return lines.slice(0, -1);
}

/** Delivers until nothing waits, by a clock that passes over the pauses. */
async function drained(
  database: OutboxDatabase,
  { server, aheadMs }: { readonly server: MailServer; readonly aheadMs: number },
) {
  for (let round = 0; round < 100; round++) {
    const opened = openOutbox(database, { mailUrl: server.url, aheadMs: aheadMs + round * 2 * MINUTE_MS });
    await opened.worker.drain();
    server.habit = () => "take";
    if (round > 10) return opened;
  }
  return assert.fail("mails are left");
}

function start({ args, cwd }: SharedDatabase["program"], more: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...args, ...more], { cwd, stdio: ["ignore", "pipe", "inherit"] });
}

function leftOf(report: Readonly<Record<string, number>>): readonly string[] {
  return Object.keys(report).filter((fate) => report[fate] !== 0);
}

async function findUser(store: UserStore, username: string) {
  return await store.getUserByUsername(username.toLowerCase());
}

async function countUsers(store: UserStore): Promise<number> {
  return (await untyped<Required<UserStore>>(store).listUsers({ limit: 1_000 })).length;
}
