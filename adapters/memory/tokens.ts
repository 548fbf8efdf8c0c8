import type { UserGuard, UserToken } from "@userharbor/core";
import { matches } from "./guard.ts";
import type { Tables } from "./tables.ts";

/**
 * Stores a token of an existing user, while that one matches the guard.
 *
 * @param tables where the user is
 * @param request verifications or resets, what to store there, and the guard on its user
 * @returns false for a missing user, a failed guard, or a token hash stored for somebody else
 */
export function setToken<Row extends UserToken>(
  tables: Tables,
  request: { table: Map<string, Row>; token: Row; guard: UserGuard | undefined },
): boolean {
  const { table, token, guard } = request;
  return matches(tables.accounts.get(token.username), guard) && replaceToken(table, token);
}

/**
 * Stores a copy of the token in place of the user's earlier one.
 *
 * @param table verifications or resets, by token hash
 * @param token what to store
 * @returns false, writing nothing, when the same token hash is stored for somebody else
 */
export function replaceToken<Row extends UserToken>(table: Map<string, Row>, token: Row): boolean {
  const stored = table.get(token.tokenHash);
  if (stored !== undefined && stored.username !== token.username) return false;
  removeTokensOf(table, token.username);
  table.set(token.tokenHash, structuredClone(token));
  return true;
}

/**
 * Removes whatever the table holds for one user.
 *
 * @param table verifications, resets or sessions, by token hash
 * @param username whose rows go
 */
export function removeTokensOf(table: Map<string, UserToken>, username: string): void {
  for (const token of table.values()) {
    if (token.username === username) table.delete(token.tokenHash);
  }
}

/**
 * Hands whatever the table holds for one name to another.
 *
 * @param table verifications, resets or sessions, by token hash
 * @param names from whom, to whom
 */
export function renameTokensOf<Row extends UserToken>(
  table: Map<string, Row>,
  { from, to }: { from: string; to: string },
): void {
  for (const token of table.values()) {
    if (token.username === from) table.set(token.tokenHash, { ...token, username: to });
  }
}
