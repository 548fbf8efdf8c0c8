import type { User } from "../interfaces.ts";
import { changeTogether } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
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
  const { tokenHash, username } = await requireAnySession(harbor, { sessionToken, trace });
  await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      if (!await tx.removeSession(tokenHash)) refuseEndedSession(trace);
      await tx.removeAllSessions(username);
    },
  });
}
