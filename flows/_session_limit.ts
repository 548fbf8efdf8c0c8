import type { NewSession, User } from "../interfaces.ts";
import { change, changeTogether } from "./_change.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import type { MatchedHash } from "./_password_check.ts";
import { isLive } from "./_sessions.ts";

/** A session to be opened, and what must hold for it. */
interface NewLogin {
  readonly session: NewSession;
  readonly guard: MatchedHash;
  readonly trace: OperationTrace;
}

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
  { session, guard, trace }: NewLogin,
): Promise<boolean> {
  const { maxSessionsPerUser } = harbor;
  if (maxSessionsPerUser === null) {
    return await change(harbor, { trace, work: (store) => store.addSession(session, guard) });
  }
  return await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      if (!await tx.addSession(session, guard)) return false;
      const sessions = await requireStoreMethod(tx, "listSessions").call(tx, session.username);
      const live = sessions.filter((one) => one.tokenHash !== session.tokenHash && isLive(harbor, one));
      const stay = new Set(live.slice(Math.max(0, live.length - (maxSessionsPerUser - 1))));
      for (const one of sessions) {
        if (one.tokenHash !== session.tokenHash && !stay.has(one)) await tx.removeSession(one.tokenHash);
      }
      return true;
    },
  });
}
