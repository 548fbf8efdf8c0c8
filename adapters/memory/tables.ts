import type {
  EmailVerification,
  MailBurial,
  NewSession,
  StoreRecord,
  User,
  UserToken,
} from "@userharbor/core";

/** An account with what only the store may see. */
export interface Account {
  /** What `getUserByUsername` and `getUserByEmail` answer. */
  readonly user: User;
  /** What makes the name unique. */
  readonly usernameKey: string;
  /** Self-describing hash, replaced whole. */
  readonly passwordHash: string;
}

/** A mail that is to be delivered. */
export interface QueuedMail {
  /** As it was appended. */
  readonly record: StoreRecord;
  /** When somebody may claim it; null: it is buried. */
  readonly dueAt: Date | null;
  /** How often it was claimed. */
  readonly attempts: number;
  /** The last claim; null: it has ended, or there was none. */
  readonly claim: string | null;
  /** When it was given up, and why. */
  readonly burial: MailBurial | null;
}

/**
 * Everything that is stored. Each map is a table, its key the primary key.
 *
 * Rows are never changed, only replaced: that is why a copy of the maps alone is a copy of the data.
 */
export interface Tables {
  /** By username, in the spelling the person chose. */
  readonly accounts: Map<string, Account>;
  /** Unique index: the username behind each canonical key. */
  readonly usernameKeys: Map<string, string>;
  /** Unique index: the username of the account that holds each address. An account without an entry holds none. */
  readonly emailHolders: Map<string, string>;
  /** By token hash; at most one for each user. */
  readonly emailVerifications: Map<string, EmailVerification>;
  /** By token hash; at most one for each user. */
  readonly passwordResets: Map<string, UserToken>;
  /** By token hash. */
  readonly sessions: Map<string, NewSession>;
  /** The permissions of each role; a role without permissions has an empty set. */
  readonly roles: Map<string, ReadonlySet<string>>;
  /** Every permission. */
  readonly permissions: Set<string>;
  /** The roles of each username; no entry: none. */
  readonly userRoles: Map<string, ReadonlySet<string>>;
  /** By id, in the order they were appended; they refer to accounts by `userId` and outlive them. */
  readonly records: Map<string, StoreRecord>;
  /** By id of the record: what an outbox appended, until it is delivered. */
  readonly mails: Map<string, QueuedMail>;
}

/**
 * A store at its beginning.
 *
 * @returns tables without rows
 */
export function emptyTables(): Tables {
  return {
    accounts: new Map(),
    usernameKeys: new Map(),
    emailHolders: new Map(),
    emailVerifications: new Map(),
    passwordResets: new Map(),
    sessions: new Map(),
    roles: new Map(),
    permissions: new Set(),
    userRoles: new Map(),
    records: new Map(),
    mails: new Map(),
  };
}

/**
 * What a transaction works on: writes to the copy do not reach the original.
 *
 * @param tables what is committed
 * @returns new maps of the same rows
 */
export function copyTables(tables: Tables): Tables {
  return {
    accounts: new Map(tables.accounts),
    usernameKeys: new Map(tables.usernameKeys),
    emailHolders: new Map(tables.emailHolders),
    emailVerifications: new Map(tables.emailVerifications),
    passwordResets: new Map(tables.passwordResets),
    sessions: new Map(tables.sessions),
    roles: new Map(tables.roles),
    permissions: new Set(tables.permissions),
    userRoles: new Map(tables.userRoles),
    records: new Map(tables.records),
    mails: new Map(tables.mails),
  };
}
