import type { NewSession, User } from "../interfaces.ts";
import type { Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import type { MatchedHash } from "./_password_check.ts";
import { isLive } from "./_sessions.ts";

/**
 * Stores a session; where an account may have only so many, the oldest make room.
 *
 * The guarded insert writes the user's row first, so logins at once take turns: any number of them leaves exactly
 * as many sessions as the limit allows.
 *
 * @returns false, and nothing is written, when the guard refuses
 */
export async function addSessionWithinLimit<U extends User>(
  harbor: Harbor<U>,
  { session, guard }: { readonly session: NewSession; readonly guard: MatchedHash },
): Promise<boolean> {
  const { store, maxSessionsPerUser } = harbor;
  if (maxSessionsPerUser === null) return await store.addSession(session, guard);
  return await store.transaction(async (tx) => {
    if (!await tx.addSession(session, guard)) return false;
    const sessions = await requireStoreMethod(tx, "listSessions").call(tx, session.username);
    const live = sessions.filter((one) => one.tokenHash !== session.tokenHash && isLive(harbor, one));
    const stay = new Set(live.slice(Math.max(0, live.length - (maxSessionsPerUser - 1))));
    for (const one of sessions) {
      if (one.tokenHash !== session.tokenHash && !stay.has(one)) await tx.removeSession(one.tokenHash);
    }
    return true;
  });
}
