import {
  type CreateUserRequest,
  type User,
  type UserFlags,
  type UserGuard,
  UserHarborError,
} from "@userharbor/core";
import { matches } from "./guard.ts";
import type { Account, Tables } from "./tables.ts";
import { removeTokensOf, replaceToken } from "./tokens.ts";

/**
 * Stores the account and its first token; every check comes before the first write, so a refusal leaves nothing.
 *
 * @param tables what to write to
 * @param request as the port describes it
 * @throws {UserHarborError} `username_taken`; `email_taken` when a verified account holds the address
 */
export function createUser(tables: Tables, request: CreateUserRequest): void {
  const { id, username, usernameKey = username.toLowerCase(), email, passwordHash } = request;
  const { verificationTokenHash: tokenHash, expiresAt } = request;
  if (tables.usernameKeys.has(usernameKey) || tables.accounts.has(username)) {
    throw new UserHarborError("username_taken", "Cannot create the account: the username is taken");
  }
  if (tokenHash !== undefined && tables.emailVerifications.has(tokenHash)) {
    throw new Error("Cannot create the account: its token hash is already stored");
  }
  if (request.holdsEmail !== false) holdEmail(tables, { username, email });
  const created = request.createdAt === undefined ? {} : { createdAt: new Date(request.createdAt) };
  const user: User = { id, username, email, verified: false, ...created };
  tables.accounts.set(username, { user, usernameKey, passwordHash });
  tables.usernameKeys.set(usernameKey, username);
  if (tokenHash === undefined || expiresAt === undefined) return;
  replaceToken(tables.emailVerifications, { username, tokenHash, expiresAt, ...created });
}

/**
 * Marks the account verified, taking `email` if one is given.
 *
 * @param tables what to write to
 * @param change whom to verify, for which address, and under which guard
 * @returns false for a missing account, a failed guard, or no `email` and an account that holds no address
 * @throws {UserHarborError} `email_taken` when another, verified account holds `email`
 */
export function setUserVerified(
  tables: Tables,
  change: { username: string; email: string | undefined; guard: UserGuard | undefined },
): boolean {
  const { username, email, guard } = change;
  const account = tables.accounts.get(username);
  if (!matches(account, guard)) return false;
  if (email === undefined && !holdsItsEmail(tables, account)) return false;
  const user: User = { ...account.user, email: email ?? account.user.email, verified: true };
  holdEmail(tables, user);
  if (user.email !== account.user.email) releaseEmail(tables, account);
  tables.accounts.set(username, { ...account, user });
  return true;
}

/**
 * Removes the account and all that refers to it: a name used again inherits nothing.
 *
 * @param tables what to write to
 * @param request whom to remove, and under which guard
 * @returns false for a missing account or a failed guard
 */
export function deleteUser(
  tables: Tables,
  { username, guard }: { username: string; guard?: UserGuard | undefined },
): boolean {
  const account = tables.accounts.get(username);
  if (!matches(account, guard)) return false;
  tables.accounts.delete(username);
  tables.usernameKeys.delete(account.usernameKey);
  releaseEmail(tables, account);
  removeTokensOf(tables.emailVerifications, username);
  removeTokensOf(tables.passwordResets, username);
  removeTokensOf(tables.sessions, username);
  tables.userRoles.delete(username);
  return true;
}

/**
 * Follows one of the two unique indexes.
 *
 * @param tables what to read from
 * @param username what the index answered
 * @returns a copy of the account's public part, or null
 */
export function getUser(tables: Tables, username: string | undefined): User | null {
  return username === undefined ? null : structuredClone(tables.accounts.get(username)?.user ?? null);
}

/**
 * Replaces the password hash.
 *
 * @param tables what to write to
 * @param change whose hash, the new one, and under which guard
 * @returns false for a missing account or a failed guard
 */
export function setPasswordHash(
  tables: Tables,
  change: { username: string; passwordHash: string; guard: UserGuard | undefined },
): boolean {
  const { username, passwordHash, guard } = change;
  const account = tables.accounts.get(username);
  if (!matches(account, guard)) return false;
  tables.accounts.set(username, { ...account, passwordHash });
  return true;
}

/**
 * Switches flags on and off; a flag left out stays as it is.
 *
 * @param tables what to write to
 * @param change whose flags, which, and under which guard
 * @returns false for a missing account or a failed guard
 */
export function setUserFlags(
  tables: Tables,
  change: { username: string; flags: UserFlags; guard: UserGuard | undefined },
): boolean {
  const { username, flags, guard } = change;
  const account = tables.accounts.get(username);
  if (!matches(account, guard)) return false;
  const { disabled, mustChangePassword, ...rest } = account.user;
  // A flag that is off is absent, as it is in an account that never had one.
  const user: User = {
    ...rest,
    ...(flags.disabled ?? disabled) ? { disabled: true } : {},
    ...(flags.mustChangePassword ?? mustChangePassword) ? { mustChangePassword: true } : {},
  };
  tables.accounts.set(username, { ...account, user });
  return true;
}

/**
 * Whether `User.email` is the account's, not only asked for.
 *
 * @param tables what to read from
 * @param account a stored row
 * @returns false for an account that was displaced, or never held its address
 */
export function holdsItsEmail(tables: Tables, { user }: Account): boolean {
  return tables.emailHolders.get(user.email) === user.username;
}

/** Whoever held the address unverified is displaced by losing the index entry; its row stays as it is. */
function holdEmail(tables: Tables, { username, email }: { username: string; email: string }): void {
  const holder = tables.emailHolders.get(email);
  if (holder !== undefined && holder !== username && tables.accounts.get(holder)?.user.verified) {
    throw new UserHarborError("email_taken", "Cannot take the address: a verified account holds it");
  }
  tables.emailHolders.set(email, username);
}

function releaseEmail(tables: Tables, account: Account): void {
  if (holdsItsEmail(tables, account)) tables.emailHolders.delete(account.user.email);
}
