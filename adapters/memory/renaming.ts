import { type UserGuard, UserHarborError, type UserRenaming } from "@userharbor/core";
import { holdsItsEmail } from "./accounts.ts";
import { matches } from "./guard.ts";
import type { Tables } from "./tables.ts";
import { renameTokensOf } from "./tokens.ts";

/**
 * Gives an account another name, and all that refers to it along; every check comes before the first write.
 *
 * @param tables what to write to
 * @param change whose name, the new one, and under which guard
 * @returns false for a missing account or a failed guard
 * @throws {UserHarborError} `username_taken` when another account has the name
 */
export function setUsername(
  tables: Tables,
  change: { username: string; renaming: UserRenaming; guard: UserGuard | undefined },
): boolean {
  const { username: from, renaming: { username: to, usernameKey }, guard } = change;
  const account = tables.accounts.get(from);
  if (!matches(account, guard)) return false;
  const keyOwner = tables.usernameKeys.get(usernameKey) ?? from;
  if (keyOwner !== from || (to !== from && tables.accounts.has(to))) {
    throw new UserHarborError("username_taken", "Cannot rename the account: the username is taken");
  }
  if (holdsItsEmail(tables, account)) tables.emailHolders.set(account.user.email, to);
  tables.usernameKeys.delete(account.usernameKey);
  tables.usernameKeys.set(usernameKey, to);
  tables.accounts.delete(from);
  tables.accounts.set(to, { ...account, user: { ...account.user, username: to }, usernameKey });
  renameTokensOf(tables.emailVerifications, { from, to });
  renameTokensOf(tables.passwordResets, { from, to });
  renameTokensOf(tables.sessions, { from, to });
  const roles = tables.userRoles.get(from);
  tables.userRoles.delete(from);
  if (roles !== undefined) tables.userRoles.set(to, roles);
  return true;
}
