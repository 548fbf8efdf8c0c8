import type { EmailSender, OutboxQueue, UserHarbor, UserStore } from "@userharbor/core";
import type { MailOutbox } from "./mail_outbox.ts";
import type { OutboxEvent } from "./outbox_event.ts";

/** What a worker looks up in the store. */
export type MailReaders = Pick<UserStore, "getEmailVerification" | "getPasswordReset" | "getUserByEmail">;

/** What a worker asks of the harbor, for a mail whose token has expired. */
export type RenewingHarbor = Pick<UserHarbor, "resendVerification" | "sendPasswordReset" | "settled">;

/** What an {@link OutboxWorker} works with. */
export interface OutboxWorkerOptions {
  /** What the mails were sealed by. */
  readonly outbox: MailOutbox;
  /** Where they are: the `outboxQueue` of a `MemoryUserStore`, or a `SqlOutboxQueue`. */
  readonly queue: OutboxQueue;
  /** The store of the harbor: a token that has ended meanwhile is not mailed. */
  readonly store: MailReaders;
  /** The harbor, whose rules make another token for a mail that comes too late for its own. */
  readonly harbor: RenewingHarbor;
  /** Who delivers. */
  readonly emailSender: EmailSender;
  /** Told what became of each mail; may be the harbor's. What it throws is ignored. */
  readonly onEvent?: (event: OutboxEvent) => void;
  /** The judge of time; that of the harbor. Default: the system's. */
  readonly clock?: () => Date;
  /**
   * How long a mail is this worker's alone, in seconds: longer than the sender's own limit for one mail, and how long a
   * mail waits whose worker was killed. 10 to 3 600. Default: 45.
   */
  readonly leaseSeconds?: number;
  /** How often a mail is tried before it is given up: 1 to 1 000. Default: 40, which takes about a day. */
  readonly maxAttempts?: number;
  /** How many mails are on their way at once: 1 to 100. Default: 10. */
  readonly concurrency?: number;
  /** How long `start()` waits before it looks again, in seconds; mail of this process wakes it. 0.01 to 3 600. Default: 5. */
  readonly pollSeconds?: number;
}

/** The options, checked, with the defaults. */
export type CheckedOptions =
  & Required<Omit<OutboxWorkerOptions, "onEvent">>
  & Pick<OutboxWorkerOptions, "onEvent">;

const PORTS = ["outbox", "queue", "store", "harbor", "emailSender"] as const;
const FUNCTIONS = ["onEvent", "clock"] as const;
const NUMBERS = {
  leaseSeconds: [10, 3_600],
  maxAttempts: [1, 1_000],
  concurrency: [1, 100],
  pollSeconds: [0.01, 3_600],
};

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} for a missing port, an option of the wrong type, or one that does not exist
 * @throws {RangeError} for a number out of range; both name the option
 */
export function checkWorkerOptions(options: OutboxWorkerOptions): CheckedOptions {
  if (typeof options !== "object" || options === null) throw new TypeError("options must be an object");
  const known: ReadonlySet<string> = new Set([...PORTS, ...FUNCTIONS, ...Object.keys(NUMBERS)]);
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new TypeError(`"${name}" is not an option of OutboxWorker`);
  }
  for (const name of PORTS) {
    if (typeof options[name] !== "object" || options[name] === null) {
      throw new TypeError(`${name} must be an object`);
    }
  }
  for (const name of FUNCTIONS) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "function") throw new TypeError(`${name} must be a function`);
  }
  const checked = {
    clock: () => new Date(),
    leaseSeconds: 45,
    maxAttempts: 40,
    concurrency: 10,
    pollSeconds: 5,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  } as CheckedOptions;
  for (const [name, [least = 0, most = 0]] of Object.entries(NUMBERS)) {
    const value: unknown = checked[name as keyof typeof NUMBERS];
    if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
    if (!(value >= least && value <= most) || (!name.endsWith("Seconds") && !Number.isInteger(value))) {
      throw new RangeError(`${name} must be from ${least} to ${most}`);
    }
  }
  return checked;
}
