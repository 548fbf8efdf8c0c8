import type {
  CreateUserRequest,
  EmailVerification,
  Finding,
  ListUsersRequest,
  NewSession,
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
import { runInScope, type TransactionScope } from "@userharbor/core/transactions";
import { type Calls, callsOn, callsWithin } from "./_calls.ts";
import { requireDriver } from "./_require_driver.ts";
import type { SqlConnection, SqlDriver } from "./sql_driver.ts";
import { isOneStatement } from "./statements/_insert_under_guard.ts";
import * as accounts from "./statements/accounts.ts";
import { diagnose } from "./statements/diagnosis.ts";
import { purgeExpired } from "./statements/housekeeping.ts";
import * as mailedTokens from "./statements/mailed_tokens.ts";
import * as permissions from "./statements/permissions.ts";
import { append } from "./statements/records.ts";
import { setUsername } from "./statements/renaming.ts";
import * as roles from "./statements/roles.ts";
import * as sessions from "./statements/sessions.ts";
import { setUserFlags } from "./statements/user_flags.ts";
import { listUsers } from "./statements/users_page.ts";

/**
 * Everything the core stores, in a SQL database.
 *
 * Calls that a busy database rolled back run again for about five seconds, without blocking the process. The
 * tables must be there: {@link migrate} makes them. The store holds nothing that needs closing; the database
 * belongs to whoever opened it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DatabaseSync } from "node:sqlite";
 * import { migrate, SqlUserStore } from "@userharbor/sql";
 * import { nodeSqlite } from "@userharbor/sql/node-sqlite";
 *
 * const driver = nodeSqlite(new DatabaseSync(":memory:"));
 * await migrate(driver);
 * const store = new SqlUserStore(driver);
 * await store.createUser({ id: "1", username: "Ada", email: "ada@example.com", passwordHash: "…" });
 * assert.equal((await store.getUserByUsername("ada"))?.username, "Ada");
 * ```
 */
export class SqlUserStore implements UserStore<User> {
  /** A transaction may change any rows. */
  readonly transactions: "any" = "any";
  readonly #driver: SqlDriver;
  #calls: Calls;

  /** Makes a store of the driver's database; nothing is read or written yet. @throws {TypeError} for no driver */
  constructor(driver: SqlDriver) {
    this.#driver = requireDriver(driver);
    this.#calls = callsOn(driver);
  }

  /**
   * Commits when `work` resolves; rolls everything back when it, or any call inside it, rejects. It may run more than
   * once, and calls the store that it is handed, never this one.
   */
  transaction<T>(work: (store: UserStore<User>) => Promise<T>): Promise<T> {
    return this.#calls.atomic((connection) => runInScope(work, (scope) => this.#within(connection, scope)));
  }

  #within(connection: SqlConnection, scope: TransactionScope): SqlUserStore {
    const store = new SqlUserStore(this.#driver);
    store.#calls = callsWithin(connection, scope);
    return store;
  }

  /** Stores the account and its first token, or neither; an unverified holder of the address is displaced. */
  createUser(request: CreateUserRequest): Promise<void> {
    return this.#calls.atomic(accounts.createUser(request));
  }

  /** Marks the account verified and, with `email`, makes it the owner of that address. */
  setUserVerified(username: string, email?: string, guard?: UserGuard): Promise<boolean> {
    return this.#calls.atomic(accounts.setUserVerified(username, email, guard));
  }

  /** Removes the account and all that refers to it; true if this call did. */
  deleteUser(username: string, guard?: UserGuard): Promise<boolean> {
    return this.#calls.atomic(accounts.deleteUser(username, guard));
  }

  /** Reads an account by its canonical name. */
  getUserByUsername(usernameKey: string): Promise<User | null> {
    return this.#calls.single(accounts.getUserByUsername(usernameKey));
  }

  /** Reads the account that holds an address. */
  getUserByEmail(email: string): Promise<User | null> {
    return this.#calls.single(accounts.getUserByEmail(email));
  }

  /** Reads the stored password hash. */
  getPasswordHash(username: string): Promise<string | null> {
    return this.#calls.single(accounts.getPasswordHash(username));
  }

  /** Replaces the password hash; false for a missing account or a failed guard. */
  setPasswordHash(username: string, passwordHash: string, guard?: UserGuard): Promise<boolean> {
    return this.#calls.single(accounts.setPasswordHash(username, passwordHash, guard));
  }

  /** Gives the account another name, and all that refers to it along; true if this call did. */
  setUsername(username: string, renaming: UserRenaming, guard?: UserGuard): Promise<boolean> {
    return this.#calls.atomic(setUsername(username, renaming, guard));
  }

  /** Switches flags of the account; one that is left out stays as it is. */
  setUserFlags(username: string, flags: UserFlags, guard?: UserGuard): Promise<boolean> {
    return this.#calls.single(setUserFlags(username, flags, guard));
  }

  /** Reads one page of accounts, in the order of their canonical names. */
  listUsers(request: ListUsersRequest): Promise<readonly User[]> {
    return this.#calls.single(listUsers(request));
  }

  /** Keeps a record; within a transaction it is there once that commits. */
  append(record: StoreRecord): Promise<void> {
    return this.#calls.single(append(record));
  }

  /** Reads a verification token, expired or not. */
  getEmailVerification(tokenHash: string): Promise<EmailVerification | null> {
    return this.#calls.single(mailedTokens.getEmailVerification(tokenHash));
  }

  /** Makes this the user's one verification token. */
  setEmailVerification(verification: EmailVerification, guard?: UserGuard): Promise<boolean> {
    return this.#calls.atomic(mailedTokens.setEmailVerification(verification, guard));
  }

  /** Consumes a verification token; true for the one caller that removed it. */
  removeEmailVerification(tokenHash: string): Promise<boolean> {
    return this.#calls.single(mailedTokens.removeEmailVerification(tokenHash));
  }

  /** Removes the user's verification token, if any. */
  removeEmailVerificationForUser(username: string): Promise<void> {
    return this.#calls.single(mailedTokens.removeEmailVerificationForUser(username));
  }

  /** Reads a session, expired or not, with its user: one statement, which writes nothing. */
  getSession(tokenHash: string): Promise<Session | null> {
    return this.#calls.single(sessions.getSession(tokenHash));
  }

  /** Opens a session; false for a missing account, a failed guard or a token hash already stored. */
  addSession(session: NewSession, guard?: UserGuard): Promise<boolean> {
    const call = sessions.addSession(session, guard);
    return isOneStatement(this.#driver.dialect) ? this.#calls.single(call) : this.#calls.atomic(call);
  }

  /** Ends a session; true for the one caller that removed it. */
  removeSession(tokenHash: string): Promise<boolean> {
    return this.#calls.single(sessions.removeSession(tokenHash));
  }

  /** Ends every session of the user. */
  removeAllSessions(username: string): Promise<void> {
    return this.#calls.single(sessions.removeAllSessions(username));
  }

  /** Moves the expiry of a session that still exists to a later instant; true if this call did. */
  refreshSession(tokenHash: string, expiresAt: Date, ifExpiresAt?: Date): Promise<boolean> {
    return this.#calls.single(sessions.refreshSession(tokenHash, expiresAt, ifExpiresAt));
  }

  /** Reads every session of the user, expired or not, oldest first. */
  listSessions(username: string): Promise<readonly NewSession[]> {
    return this.#calls.single(sessions.listSessions(username));
  }

  /** Ends the user's session of this public id; true for the one caller that removed it. */
  removeSessionById(username: string, id: string): Promise<boolean> {
    return this.#calls.single(sessions.removeSessionById(username, id));
  }

  /** Reads a reset token, expired or not. */
  getPasswordReset(tokenHash: string): Promise<UserToken | null> {
    return this.#calls.single(mailedTokens.getPasswordReset(tokenHash));
  }

  /** Makes this the user's one reset token. */
  setPasswordReset(reset: UserToken, guard?: UserGuard): Promise<boolean> {
    return this.#calls.atomic(mailedTokens.setPasswordReset(reset, guard));
  }

  /** Consumes a reset token; true for the one caller that removed it. */
  removePasswordReset(tokenHash: string): Promise<boolean> {
    return this.#calls.single(mailedTokens.removePasswordReset(tokenHash));
  }

  /** Removes the user's reset token, if any. */
  removePasswordResetForUser(username: string): Promise<void> {
    return this.#calls.single(mailedTokens.removePasswordResetForUser(username));
  }

  /** Creates a role; false if it exists. */
  createRole(role: string): Promise<boolean> {
    return this.#calls.single(roles.createRole(role));
  }

  /** Removes a role, its grants and its permissions; false if it is absent. */
  deleteRole(role: string): Promise<boolean> {
    return this.#calls.atomic(roles.deleteRole(role));
  }

  /** Whether the role exists. */
  roleExists(role: string): Promise<boolean> {
    return this.#calls.single(roles.roleExists(role));
  }

  /** Reads every role. */
  listRoles(): Promise<Set<string>> {
    return this.#calls.single(roles.listRoles());
  }

  /** Gives a role to a user; true if the user has it afterwards. */
  grantRoleToUser(username: string, role: string): Promise<boolean> {
    return this.#calls.atomic(roles.grantRoleToUser(username, role));
  }

  /** Takes a role from a user; false if the user did not have it. */
  revokeRoleFromUser(username: string, role: string): Promise<boolean> {
    return this.#calls.single(roles.revokeRoleFromUser(username, role));
  }

  /** Reads a user's roles. */
  getUserRoles(username: string): Promise<Set<string>> {
    return this.#calls.single(roles.getUserRoles(username));
  }

  /** Creates a permission; false if it exists. */
  createPermission(permission: string): Promise<boolean> {
    return this.#calls.single(permissions.createPermission(permission));
  }

  /** Removes a permission, from every role too; false if it is absent. */
  deletePermission(permission: string): Promise<boolean> {
    return this.#calls.atomic(permissions.deletePermission(permission));
  }

  /** Whether the permission exists. */
  permissionExists(permission: string): Promise<boolean> {
    return this.#calls.single(permissions.permissionExists(permission));
  }

  /** Reads every permission. */
  listPermissions(): Promise<Set<string>> {
    return this.#calls.single(permissions.listPermissions());
  }

  /** Gives a permission to a role; true if the role carries it afterwards. */
  grantPermissionToRole(role: string, permission: string): Promise<boolean> {
    return this.#calls.atomic(permissions.grantPermissionToRole(role, permission));
  }

  /** Takes a permission from a role; false if the role did not carry it. */
  revokePermissionFromRole(role: string, permission: string): Promise<boolean> {
    return this.#calls.single(permissions.revokePermissionFromRole(role, permission));
  }

  /** Reads a role's permissions. */
  getRolePermissions(role: string): Promise<Set<string>> {
    return this.#calls.single(permissions.getRolePermissions(role));
  }

  /** Reads the permissions of all the user's roles. */
  getUserPermissions(username: string): Promise<Set<string>> {
    return this.#calls.single(permissions.getUserPermissions(username));
  }

  /** Removes at most `limit` dead rows in short batches, never a live one, and answers how many went. */
  purgeExpired(request: PurgeRequest): Promise<number> {
    return purgeExpired(this.#calls, request);
  }

  /** Tells of tables or indexes that are not as this release needs them, and of clocks that are apart. */
  diagnose(now: Date): Promise<readonly Finding[]> {
    return this.#calls.single(diagnose(now));
  }
}
