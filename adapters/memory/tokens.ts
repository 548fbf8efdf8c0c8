import type { UserToken } from "@userharbor/core";

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
