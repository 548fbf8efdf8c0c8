import type {
  CreateUserRequest,
  EmailVerification,
  Finding,
  ListUsersRequest,
  NewSession,
  OutboxQueue,
  PurgeRequest,
  Session,
  StoreRecord,
  User,
  UserFlags,
  UserGuard,
  UserRenaming,
  UserStore,
  UserToken,
} from "@userharbor/core";
import * as accounts from "./accounts.ts";
import { mailQueue } from "./mails.ts";
import { purgeExpired } from "./purge_expired.ts";
import { appendRecord } from "./records.ts";
import { setUsername } from "./renaming.ts";
import * as roles from "./roles.ts";
import * as sessions from "./sessions.ts";
import { TableAccess } from "./table_access.ts";
import { removeTokensOf, setToken } from "./tokens.ts";
import { listUsers } from "./users_page.ts";

/**
 * Keeps accounts, tokens, roles and permissions in this process.
 *
 * Every call is one synchronous step, so no other call can come between its check and its write. A transaction
 * works on a copy that replaces the tables when it commits; while one is open, calls from outside wait. What is
 * handed in and out is copied, so nobody changes a stored row but through a call.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const store = new MemoryUserStore();
 * await store.createUser({ id: "1", username: "ada", email: "ada@example.org", passwordHash: "$fast$…" });
 * await assert.rejects(store.transaction(async (transaction) => {
 *   await transaction.deleteUser("ada");
 *   throw new Error("changed my mind");
 * }));
 * assert.equal((await store.getUserByUsername("ada"))?.id, "1");
 * ```
 */
export class MemoryUserStore implements UserStore {
  /** Transactions reach any rows. */
  readonly transactions: "any" = "any";

  /** The mails that were appended, to be delivered. */
  readonly outboxQueue: OutboxQueue = mailQueue({ run: (call) => this.#tables.run(call) });

  #tables: TableAccess = new TableAccess();

  /** Commits when `work` resolves; when it rejects, nothing remains. On a transaction's handle it joins that one. */
  transaction<T>(work: (store: UserStore) => Promise<T>): Promise<T> {
    return this.#tables.transaction((copy) => {
      const handle = new MemoryUserStore();
      handle.#tables = copy;
      return work(handle);
    });
  }

  /** Stores the account and its first token, or neither; an unverified holder of the address is displaced. */
  createUser(request: CreateUserRequest): Promise<void> {
    return this.#tables.run((tables) => accounts.createUser(tables, request));
  }

  /** Marks the account verified; with `email` it takes that address. */
  setUserVerified(username: string, email?: string, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) => accounts.setUserVerified(tables, { username, email, guard }));
  }

  /** Removes the account and everything that refers to it. */
  deleteUser(username: string, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) => accounts.deleteUser(tables, { username, guard }));
  }

  /** The account with this canonical key. */
  getUserByUsername(usernameKey: string): Promise<User | null> {
    return this.#tables.run((tables) => accounts.getUser(tables, tables.usernameKeys.get(usernameKey)));
  }

  /** The account that holds this address. */
  getUserByEmail(email: string): Promise<User | null> {
    return this.#tables.run((tables) => accounts.getUser(tables, tables.emailHolders.get(email)));
  }

  /** The stored password hash. */
  getPasswordHash(username: string): Promise<string | null> {
    return this.#tables.run((tables) => tables.accounts.get(username)?.passwordHash ?? null);
  }

  /** Replaces the password hash. */
  setPasswordHash(username: string, passwordHash: string, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) => accounts.setPasswordHash(tables, { username, passwordHash, guard }));
  }

  /** Gives the account another name, and with it all that refers to it. */
  setUsername(username: string, renaming: UserRenaming, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) => setUsername(tables, { username, renaming, guard }));
  }

  /** Switches flags; one that is left out stays as it is. */
  setUserFlags(username: string, flags: UserFlags, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) => accounts.setUserFlags(tables, { username, flags, guard }));
  }

  /** One page of accounts, in the order of their canonical names. */
  listUsers(request: ListUsersRequest): Promise<readonly User[]> {
    return this.#tables.run((tables) => listUsers(tables, request));
  }

  /** Keeps a record; within a transaction it is there once that commits. */
  append(record: StoreRecord): Promise<void> {
    return this.#tables.run((tables) => appendRecord(tables, record));
  }

  /** Every record but mails, in the order they were appended. */
  records(): Promise<readonly StoreRecord[]> {
    return this.#tables.run((tables) => structuredClone([...tables.records.values()]));
  }

  /** The verification with this token hash, expired or not. */
  getEmailVerification(tokenHash: string): Promise<EmailVerification | null> {
    return this.#tables.run((tables) => structuredClone(tables.emailVerifications.get(tokenHash) ?? null));
  }

  /** Makes this the user's one verification token. */
  setEmailVerification(verification: EmailVerification, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) =>
      setToken(tables, { table: tables.emailVerifications, token: verification, guard })
    );
  }

  /** True for the one caller that removed it. */
  removeEmailVerification(tokenHash: string): Promise<boolean> {
    return this.#tables.run((tables) => tables.emailVerifications.delete(tokenHash));
  }

  /** Removes the user's verification token, if any. */
  removeEmailVerificationForUser(username: string): Promise<void> {
    return this.#tables.run((tables) => removeTokensOf(tables.emailVerifications, username));
  }

  /** The session with its user, expired or not. */
  getSession(tokenHash: string): Promise<Session | null> {
    return this.#tables.run((tables) => sessions.getSession(tables, tokenHash));
  }

  /** Stores a session while its user matches the guard. */
  addSession(session: NewSession, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) => sessions.addSession(tables, { session, guard }));
  }

  /** True for the one caller that removed it. */
  removeSession(tokenHash: string): Promise<boolean> {
    return this.#tables.run((tables) => tables.sessions.delete(tokenHash));
  }

  /** Removes every session of the user. */
  removeAllSessions(username: string): Promise<void> {
    return this.#tables.run((tables) => removeTokensOf(tables.sessions, username));
  }

  /** Moves the expiry of a session that still exists to a later instant. */
  refreshSession(tokenHash: string, expiresAt: Date, ifExpiresAt?: Date): Promise<boolean> {
    return this.#tables.run((tables) =>
      sessions.refreshSession(tables, { tokenHash, expiresAt, ifExpiresAt })
    );
  }

  /** Every session of the user, expired or not, oldest first. */
  listSessions(username: string): Promise<readonly NewSession[]> {
    return this.#tables.run((tables) => sessions.listSessions(tables, username));
  }

  /** True for the one caller that removed the user's session of this public id. */
  removeSessionById(username: string, id: string): Promise<boolean> {
    return this.#tables.run((tables) => sessions.removeSessionById(tables, { username, id }));
  }

  /** The password reset with this token hash, expired or not. */
  getPasswordReset(tokenHash: string): Promise<UserToken | null> {
    return this.#tables.run((tables) => structuredClone(tables.passwordResets.get(tokenHash) ?? null));
  }

  /** Makes this the user's one reset token. */
  setPasswordReset(reset: UserToken, guard?: UserGuard): Promise<boolean> {
    return this.#tables.run((tables) =>
      setToken(tables, { table: tables.passwordResets, token: reset, guard })
    );
  }

  /** True for the one caller that removed it. */
  removePasswordReset(tokenHash: string): Promise<boolean> {
    return this.#tables.run((tables) => tables.passwordResets.delete(tokenHash));
  }

  /** Removes the user's reset token, if any. */
  removePasswordResetForUser(username: string): Promise<void> {
    return this.#tables.run((tables) => removeTokensOf(tables.passwordResets, username));
  }

  /** Creates a role without permissions; false: it exists. */
  createRole(role: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.createRole(tables, role));
  }

  /** Removes the role and its grants. */
  deleteRole(role: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.deleteRole(tables, role));
  }

  /** Whether the role exists. */
  roleExists(role: string): Promise<boolean> {
    return this.#tables.run((tables) => tables.roles.has(role));
  }

  /** Every role. */
  listRoles(): Promise<Set<string>> {
    return this.#tables.run((tables) => new Set(tables.roles.keys()));
  }

  /** True if the user has the role afterwards. */
  grantRoleToUser(username: string, role: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.grantRoleToUser(tables, { username, role }));
  }

  /** False: the user did not have it. */
  revokeRoleFromUser(username: string, role: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.revokeRoleFromUser(tables, { username, role }));
  }

  /** The user's roles. */
  getUserRoles(username: string): Promise<Set<string>> {
    return this.#tables.run((tables) => new Set(tables.userRoles.get(username)));
  }

  /** Creates a permission; false: it exists. */
  createPermission(permission: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.createPermission(tables, permission));
  }

  /** Removes the permission, also from every role. */
  deletePermission(permission: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.deletePermission(tables, permission));
  }

  /** Whether the permission exists. */
  permissionExists(permission: string): Promise<boolean> {
    return this.#tables.run((tables) => tables.permissions.has(permission));
  }

  /** Every permission. */
  listPermissions(): Promise<Set<string>> {
    return this.#tables.run((tables) => new Set(tables.permissions));
  }

  /** True if the role carries the permission afterwards. */
  grantPermissionToRole(role: string, permission: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.grantPermissionToRole(tables, { role, permission }));
  }

  /** False: the role did not carry it. */
  revokePermissionFromRole(role: string, permission: string): Promise<boolean> {
    return this.#tables.run((tables) => roles.revokePermissionFromRole(tables, { role, permission }));
  }

  /** The role's permissions. */
  getRolePermissions(role: string): Promise<Set<string>> {
    return this.#tables.run((tables) => new Set(tables.roles.get(role)));
  }

  /** The union over the user's roles. */
  getUserPermissions(username: string): Promise<Set<string>> {
    return this.#tables.run((tables) => roles.getUserPermissions(tables, username));
  }

  /** Removes at most `limit` dead rows and answers how many. */
  purgeExpired(request: PurgeRequest): Promise<number> {
    return this.#tables.run((tables) => purgeExpired(tables, request));
  }

  /** Says that all of this is lost when the process ends. */
  diagnose(): Promise<readonly Finding[]> {
    return this.#tables.run(() => [{
      code: "store_in_memory",
      level: "unsafe",
      message: "Accounts are kept in memory and lost when the process ends: use a store on a database",
    }]);
  }
}
