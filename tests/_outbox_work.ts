import process from "node:process";
import { MailOutbox, OutboxWorker } from "@userharbor/outbox";
import { type EmailSender, type OutboxQueue, UserHarbor, type UserMessage, type UserStore } from "../mod.ts";
import { FastPasswordHasher } from "../testing.ts";
import { emailOf, PASSWORD } from "./_harness.ts";

/** What mails are sealed under in these tests. */
export const OUTBOX_KEY: string = "k".repeat(42) + "A";

/** Where accounts and mails are. */
export interface OutboxDatabase {
  readonly store: UserStore;
  readonly queue: OutboxQueue;
}

/** What a program that is to be killed was told. */
export interface OutboxRole {
  /** `people` come and register; a `worker` delivers. */
  readonly role: string;
  /** Where mails go. */
  readonly mailUrl: string;
  /** How far its clock is ahead, so that nobody has to wait for a lease. */
  readonly aheadMs: number;
  /** What names begin with. */
  readonly prefix: string;
}

const AT_ONCE = 8;

/** What a process works with. */
export interface OpenedOutbox {
  readonly harbor: UserHarbor;
  readonly worker: OutboxWorker;
}

/** A harbor with an outbox, and a worker, as each process makes them. */
export function openOutbox(
  { store, queue }: OutboxDatabase,
  { mailUrl, aheadMs }: Pick<OutboxRole, "mailUrl" | "aheadMs">,
): OpenedOutbox {
  const outbox = new MailOutbox({ keys: OUTBOX_KEY });
  const emailSender = senderTo(mailUrl);
  const clock = () => new Date(Date.now() + aheadMs);
  const harbor = new UserHarbor({
    store,
    emailSender,
    passwordHasher: new FastPasswordHasher(),
    outbox,
    clock,
  });
  const worker = new OutboxWorker({ outbox, queue, store, harbor, emailSender, clock, pollSeconds: 0.01 });
  return { harbor, worker };
}

/** Does its part until somebody kills it; each line it writes is a registration that was answered. */
export async function workOn(database: OutboxDatabase, role: OutboxRole): Promise<void> {
  const { harbor, worker } = openOutbox(database, role);
  if (role.role === "worker") return worker.start();
  let people = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (;;) {
      const username = `${role.prefix}-${people++}`;
      await harbor.register({ username, email: emailOf(username), password: PASSWORD });
      process.stdout.write(`${username}\n`);
    }
  }));
}

/** Hands every mail to a server over HTTP; what it does not take with 200 is not sent. */
function senderTo(mailUrl: string): EmailSender {
  const send = async (message: UserMessage) => {
    const response = await fetch(mailUrl, { method: "POST", body: JSON.stringify(message) });
    await response.body?.cancel();
    if (!response.ok) throw new Error("not taken");
  };
  return {
    sendVerification: send,
    sendPasswordReset: send,
    sendEmailVerified: send,
    sendPasswordChanged: send,
    sendAccountDeleted: send,
  };
}
