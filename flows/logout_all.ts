import type { Session, User } from "../interfaces.ts";
import { changeTogether } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { holdAccount } from "./_hold_account.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { refuseEndedSession, requireAnySession } from "./_sessions.ts";

/**
 * Ends every session of the account, this one included.
 *
 * @throws {UserHarborError} `invalid_session_token`, also for the later of two at once
 */
export async function logoutAll<U extends User>(
  harbor: Harbor<U>,
  { input: sessionToken, trace }: Call<string>,
): Promise<void> {
  let session = await requireAnySession(harbor, { sessionToken, trace });
  while (!await endAll(harbor, { session, trace })) {
    const { username } = session;
    session = await requireAnySession(harbor, { sessionToken, trace });
    if (session.username === username) refuseEndedSession(trace);
  }
}

/** False: the account has another name since the session was looked up, under which its other sessions are. */
async function endAll(
  harbor: Harbor,
  { session: { tokenHash, user }, trace }: { readonly session: Session; readonly trace: OperationTrace },
): Promise<boolean> {
  return await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      if (!await holdAccount(tx, user)) return false;
      if (!await tx.removeSession(tokenHash)) refuseEndedSession(trace);
      await tx.removeAllSessions(user.username);
      return true;
    },
  });
}
