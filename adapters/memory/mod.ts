/**
 * A `UserStore` in memory: for tests, for prototypes, and as the template for new stores.
 *
 * Everything it holds is lost when the process ends, and no other process sees it.
 *
 * @module
 */

import type {
  CreateUserRequest,
  EmailVerification,
  NewSession,
  PurgeRequest,
  Session,
  User,
  UserGuard,
  UserStore,
  UserToken,
} from "@userharbor/core";
import { runInScope, TransactionGate, type TransactionScope } from "@userharbor/core/transactions";
import { createUser, deleteUser, getUser, setPasswordHash, setUserVerified } from "./accounts.ts";
import { matches } from "./guard.ts";
import { purgeExpired } from "./purge_expired.ts";
import {
  createPermission,
  createRole,
  deletePermission,
  deleteRole,
  getUserPermissions,
  grantPermissionToRole,
  grantRoleToUser,
  revokePermissionFromRole,
  revokeRoleFromUser,
} from "./roles.ts";
import { addSession, getSession, listSessions, refreshSession, removeSessionById } from "./sessions.ts";
import { copyTables, emptyTables, type Tables } from "./tables.ts";
import { removeTokensOf, replaceToken } from "./tokens.ts";

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

  #tables: Tables = emptyTables();
  readonly #gate: TransactionGate = new TransactionGate();
  /** What this handle's transaction allows; undefined on a store that is no handle. */
  #scope: TransactionScope | undefined;

  /** Commits when `work` resolves; when it rejects, nothing remains. On a transaction's handle it joins that one. */
  transaction<T>(work: (store: UserStore) => Promise<T>): Promise<T> {
    if (this.#scope !== undefined) return this.#scope.run(() => work(this));
    return this.#gate.exclusive(async () => {
      const copy = copyTables(this.#tables);
      const result = await runInScope(work, (scope) => this.#handle(copy, scope));
      this.#tables = copy;
      return result;
    });
  }

  /** Stores the account and its first token, or neither; an unverified holder of the address is displaced. */
  createUser(request: CreateUserRequest): Promise<void> {
    return this.#call((tables) => createUser(tables, request));
  }

  /** Marks the account verified; with `email` it takes that address. */
  setUserVerified(username: string, email?: string, guard?: UserGuard): Promise<boolean> {
    return this.#call((tables) => setUserVerified(tables, { username, email, guard }));
  }

  /** Removes the account and everything that refers to it. */
  deleteUser(username: string, guard?: UserGuard): Promise<boolean> {
    return this.#call((tables) => deleteUser(tables, { username, guard }));
  }

  /** The account with this canonical key. */
  getUserByUsername(usernameKey: string): Promise<User | null> {
    return this.#call((tables) => getUser(tables, tables.usernameKeys.get(usernameKey)));
  }

  /** The account that holds this address. */
  getUserByEmail(email: string): Promise<User | null> {
    return this.#call((tables) => getUser(tables, tables.emailHolders.get(email)));
  }

  /** The stored password hash. */
  getPasswordHash(username: string): Promise<string | null> {
    return this.#call((tables) => tables.accounts.get(username)?.passwordHash ?? null);
  }

  /** Replaces the password hash. */
  setPasswordHash(username: string, passwordHash: string, guard?: UserGuard): Promise<boolean> {
    return this.#call((tables) => setPasswordHash(tables, { username, passwordHash, guard }));
  }

  /** The verification with this token hash, expired or not. */
  getEmailVerification(tokenHash: string): Promise<EmailVerification | null> {
    return this.#call((tables) => structuredClone(tables.emailVerifications.get(tokenHash) ?? null));
  }

  /** Makes this the user's one verification token. */
  setEmailVerification(verification: EmailVerification, guard?: UserGuard): Promise<boolean> {
    return this.#call(({ accounts, emailVerifications }) =>
      matches(accounts.get(verification.username), guard) && replaceToken(emailVerifications, verification)
    );
  }

  /** True for the one caller that removed it. */
  removeEmailVerification(tokenHash: string): Promise<boolean> {
    return this.#call((tables) => tables.emailVerifications.delete(tokenHash));
  }

  /** Removes the user's verification token, if any. */
  removeEmailVerificationForUser(username: string): Promise<void> {
    return this.#call((tables) => removeTokensOf(tables.emailVerifications, username));
  }

  /** The session with its user, expired or not. */
  getSession(tokenHash: string): Promise<Session | null> {
    return this.#call((tables) => getSession(tables, tokenHash));
  }

  /** Stores a session while its user matches the guard. */
  addSession(session: NewSession, guard?: UserGuard): Promise<boolean> {
    return this.#call((tables) => addSession(tables, { session, guard }));
  }

  /** True for the one caller that removed it. */
  removeSession(tokenHash: string): Promise<boolean> {
    return this.#call((tables) => tables.sessions.delete(tokenHash));
  }

  /** Removes every session of the user. */
  removeAllSessions(username: string): Promise<void> {
    return this.#call((tables) => removeTokensOf(tables.sessions, username));
  }

  /** Moves the expiry of a session that still exists to a later instant. */
  refreshSession(tokenHash: string, expiresAt: Date, ifExpiresAt?: Date): Promise<boolean> {
    return this.#call((tables) => refreshSession(tables, { tokenHash, expiresAt, ifExpiresAt }));
  }

  /** Every session of the user, expired or not, oldest first. */
  listSessions(username: string): Promise<readonly NewSession[]> {
    return this.#call((tables) => listSessions(tables, username));
  }

  /** True for the one caller that removed the user's session of this public id. */
  removeSessionById(username: string, id: string): Promise<boolean> {
    return this.#call((tables) => removeSessionById(tables, { username, id }));
  }

  /** The password reset with this token hash, expired or not. */
  getPasswordReset(tokenHash: string): Promise<UserToken | null> {
    return this.#call((tables) => structuredClone(tables.passwordResets.get(tokenHash) ?? null));
  }

  /** Makes this the user's one reset token. */
  setPasswordReset(reset: UserToken, guard?: UserGuard): Promise<boolean> {
    return this.#call(({ accounts, passwordResets }) =>
      matches(accounts.get(reset.username), guard) && replaceToken(passwordResets, reset)
    );
  }

  /** True for the one caller that removed it. */
  removePasswordReset(tokenHash: string): Promise<boolean> {
    return this.#call((tables) => tables.passwordResets.delete(tokenHash));
  }

  /** Removes the user's reset token, if any. */
  removePasswordResetForUser(username: string): Promise<void> {
    return this.#call((tables) => removeTokensOf(tables.passwordResets, username));
  }

  /** Creates a role without permissions; false: it exists. */
  createRole(role: string): Promise<boolean> {
    return this.#call((tables) => createRole(tables, role));
  }

  /** Removes the role and its grants. */
  deleteRole(role: string): Promise<boolean> {
    return this.#call((tables) => deleteRole(tables, role));
  }

  /** Whether the role exists. */
  roleExists(role: string): Promise<boolean> {
    return this.#call((tables) => tables.roles.has(role));
  }

  /** Every role. */
  listRoles(): Promise<Set<string>> {
    return this.#call((tables) => new Set(tables.roles.keys()));
  }

  /** True if the user has the role afterwards. */
  grantRoleToUser(username: string, role: string): Promise<boolean> {
    return this.#call((tables) => grantRoleToUser(tables, { username, role }));
  }

  /** False: the user did not have it. */
  revokeRoleFromUser(username: string, role: string): Promise<boolean> {
    return this.#call((tables) => revokeRoleFromUser(tables, { username, role }));
  }

  /** The user's roles. */
  getUserRoles(username: string): Promise<Set<string>> {
    return this.#call((tables) => new Set(tables.userRoles.get(username)));
  }

  /** Creates a permission; false: it exists. */
  createPermission(permission: string): Promise<boolean> {
    return this.#call((tables) => createPermission(tables, permission));
  }

  /** Removes the permission, also from every role. */
  deletePermission(permission: string): Promise<boolean> {
    return this.#call((tables) => deletePermission(tables, permission));
  }

  /** Whether the permission exists. */
  permissionExists(permission: string): Promise<boolean> {
    return this.#call((tables) => tables.permissions.has(permission));
  }

  /** Every permission. */
  listPermissions(): Promise<Set<string>> {
    return this.#call((tables) => new Set(tables.permissions));
  }

  /** True if the role carries the permission afterwards. */
  grantPermissionToRole(role: string, permission: string): Promise<boolean> {
    return this.#call((tables) => grantPermissionToRole(tables, { role, permission }));
  }

  /** False: the role did not carry it. */
  revokePermissionFromRole(role: string, permission: string): Promise<boolean> {
    return this.#call((tables) => revokePermissionFromRole(tables, { role, permission }));
  }

  /** The role's permissions. */
  getRolePermissions(role: string): Promise<Set<string>> {
    return this.#call((tables) => new Set(tables.roles.get(role)));
  }

  /** The union over the user's roles. */
  getUserPermissions(username: string): Promise<Set<string>> {
    return this.#call((tables) => getUserPermissions(tables, username));
  }

  /** Removes at most `limit` dead rows and answers how many. */
  purgeExpired(request: PurgeRequest): Promise<number> {
    return this.#call((tables) => purgeExpired(tables, request));
  }

  /** The one way to the tables: through the transaction's scope, or through the gate, which waits for it. */
  #call<T>(call: (tables: Tables) => T): Promise<T> {
    return (this.#scope ?? this.#gate).run(() => call(this.#tables));
  }

  /** The store that `work` is handed: the same calls on the copy, for as long as the transaction is open. */
  #handle(copy: Tables, scope: TransactionScope): MemoryUserStore {
    const handle = new MemoryUserStore();
    handle.#tables = copy;
    handle.#scope = scope;
    return handle;
  }
}
