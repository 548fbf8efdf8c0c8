import type { PurgeRequest } from "@userharbor/core";
import { deleteUser } from "./accounts.ts";
import type { Tables } from "./tables.ts";

/**
 * Removes dead rows until the limit is reached; a purged account takes its tokens with it.
 *
 * @param tables what to write to
 * @param request which rows are dead, and how many may go
 * @returns how many went
 */
export function purgeExpired(tables: Tables, request: PurgeRequest): number {
  let purged = 0;
  for (const remove of deadRows(tables, request)) {
    if (purged >= request.limit) break;
    remove();
    purged++;
  }
  return purged;
}

/** How to remove each dead row, found one by one, so that no more are looked for than may go. */
function* deadRows(tables: Tables, { before, unverifiedBefore }: PurgeRequest): Iterable<() => void> {
  for (const table of [tables.sessions, tables.emailVerifications, tables.passwordResets]) {
    for (const { tokenHash, expiresAt } of table.values()) {
      if (expiresAt < before) yield () => table.delete(tokenHash);
    }
  }
  if (unverifiedBefore === undefined) return;
  for (const { user: { username, verified, createdAt } } of tables.accounts.values()) {
    if (!verified && createdAt !== undefined && createdAt < unverifiedBefore) {
      yield () => deleteUser(tables, { username });
    }
  }
}
