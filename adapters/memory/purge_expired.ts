import type { PurgeRequest } from "@userharbor/core";
import { deleteUser } from "./accounts.ts";
import type { Tables } from "./tables.ts";

/**
 * Removes dead rows, and what sessions know of their clients, until the limit is reached; a purged account takes
 * its tokens with it.
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
function* deadRows(tables: Tables, request: PurgeRequest): Iterable<() => void> {
  const { before, unverifiedBefore, clientsBefore } = request;
  for (const table of [tables.sessions, tables.emailVerifications, tables.passwordResets]) {
    for (const { tokenHash, expiresAt } of table.values()) {
      if (expiresAt < before) yield () => table.delete(tokenHash);
    }
  }
  if (unverifiedBefore !== undefined) yield* lapsedAccounts(tables, unverifiedBefore);
  if (clientsBefore !== undefined) yield* oldClients(tables, clientsBefore);
}

function* lapsedAccounts(tables: Tables, unverifiedBefore: Date): Iterable<() => void> {
  for (const { user: { username, verified, createdAt } } of tables.accounts.values()) {
    if (!verified && createdAt !== undefined && createdAt < unverifiedBefore) {
      yield () => deleteUser(tables, { username });
    }
  }
}

function* oldClients({ sessions }: Tables, clientsBefore: Date): Iterable<() => void> {
  for (const { client, ...session } of sessions.values()) {
    if (client !== undefined && session.createdAt !== undefined && session.createdAt < clientsBefore) {
      yield () => sessions.set(session.tokenHash, session);
    }
  }
}
