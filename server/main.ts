/**
 * The account server: the HTTP API and pages for people on SQLite, with mail over SMTP or an inbox for development.
 *
 * A composition root and nothing more.
 */

import { Argon2PasswordHasher } from "@userharbor/argon2";
import { schedulePurge, UserHarbor } from "@userharbor/core";
import { type Connection, createHandler } from "@userharbor/http";
import { MailOutbox, OutboxWorker } from "@userharbor/outbox";
import { createPasswordPolicy } from "@userharbor/password-policy";
import { migrate, SqlOutboxQueue, SqlThrottle, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { announce } from "./announce.ts";
import { composeMail } from "./compose_mail.ts";
import { isLoopback } from "./is_loopback.ts";
import { logFailure } from "./log_failure.ts";
import { readOutboxKeys } from "./outbox_keys.ts";
import { RequestDrain } from "./request_drain.ts";
import { readSettings, type Settings } from "./settings.ts";
import { createSite } from "./site.ts";

/** As long as a session lasts at most: so people recognise theirs in the list. */
const SESSION_CLIENT_RETENTION_SECONDS = 7_776_000;
/** How long a stop waits for requests under way, with the next well below the 10 s after which containers are killed. */
const STOP_TIMEOUT_MS = 5_000;
/** How long it waits then for what goes on behind answers, mail above all. */
const SETTLE_TIMEOUT_MS = 3_000;

if (import.meta.main) {
  const settings = await attempt(2, () => readSettings(Deno.env.toObject()));
  const signalled = stopSignal();
  const stop = await attempt(1, () => start(settings));
  await signalled;
  await stop();
  Deno.exit(0);
}

/** Starts the server, and answers with what ends it cleanly. */
async function start(settings: Settings): Promise<() => Promise<void>> {
  const database = openDatabase(settings.databasePath);
  const driver = nodeSqlite(database);
  await migrate(driver);
  const drain = new RequestDrain();
  const server = Deno.serve(
    { hostname: settings.hostname.replace(/^\[|\]$/g, ""), port: settings.port, onListen: () => {} },
    (request, { remoteAddr }) =>
      drain.answer(request, (each) => answer(each, { peerAddress: remoteAddr.hostname })),
  );
  // What follows needs to know the port, and is there before the first request is.
  const address = addressOf(settings.hostname, server.addr.port);
  const origin = settings.origin ?? address;
  const hasPages = settings.origin !== null || isLoopback(settings.hostname);
  const mail = composeMail(settings, hasPages ? origin : null);
  const store = new SqlUserStore(driver);
  const { emailSender } = mail;
  const outbox = settings.mail.smtp === null ? null : new MailOutbox({ keys: readOutboxKeys(settings) });
  const harbor = new UserHarbor({
    store,
    emailSender,
    ...(outbox === null ? {} : { outbox }),
    passwordHasher: new Argon2PasswordHasher(),
    passwordValidator: createPasswordPolicy({ appName: "UserHarbor" }),
    sessionClientRetentionSeconds: SESSION_CLIENT_RETENTION_SECONDS,
    ...(settings.attemptLimits ? { throttle: new SqlThrottle(driver) } : {}),
    onEvent: logFailure,
  });
  const queue = new SqlOutboxQueue(driver);
  const worker = outbox === null
    ? null
    : new OutboxWorker({ outbox, queue, store, harbor, emailSender, onEvent: logFailure });
  worker?.start();
  const { trustedProxies } = settings;
  const api = createHandler(harbor, { basePath: "/auth", trustedProxies, onError: console.error });
  const sendsMail = settings.mail.smtp !== null;
  const site = createSite(harbor, { origin, hasPages, inbox: mail.inbox, sendsMail, trustedProxies });
  const stopPurging = schedulePurge(harbor, {
    onError: (error) => console.error("Cannot purge expired rows:", error),
  });
  announce(settings, address);

  async function answer(request: Request, connection: Connection): Promise<Response> {
    return await api(request, connection) ?? await site(request, connection);
  }

  return async () => {
    await within(STOP_TIMEOUT_MS, drain.drain().then(() => server.shutdown()));
    const ended = Promise.all([harbor.settled(), worker?.stop()]);
    if (!await within(SETTLE_TIMEOUT_MS, ended)) {
      console.error(`Mail under way is ${outbox === null ? "given up" : "sent again after the next start"}`);
    }
    mail.close();
    await stopPurging();
    database.close();
  };
}

/** Waits so long at most, and answers whether it came to an end. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => setTimeout(() => resolve(false), milliseconds));
  return await Promise.race([work.then(() => true), timeout]);
}

/** The file holds password hashes: a folder made for it is its owner's alone. */
function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return new DatabaseSync(path);
}

/** An address to listen on is not always one to ask: 0.0.0.0 and :: stand for every address of the computer. */
function addressOf(hostname: string, port: number): string {
  const everywhere = hostname === "0.0.0.0" || hostname === "[::]";
  return `http://${everywhere ? "localhost" : hostname}:${port}`;
}

/** Ends the process with one line on what went wrong. */
async function attempt<T>(exitCode: number, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    console.error(`Cannot start the server: ${reasonOf(error)}`);
    Deno.exit(exitCode);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "its port is in use; set PORT to another one, or to 0 for any that is free";
  }
  return error instanceof Error ? error.message : String(error);
}

/** Resolves at the first signal; later ones change nothing, as a terminal and a task runner may both send it. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", resolve);
  });
}
