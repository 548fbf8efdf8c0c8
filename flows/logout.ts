import type { User } from "../interfaces.ts";
import { change } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { refuseEndedSession, requireAnySession } from "./_sessions.ts";

/**
 * Ends one session.
 *
 * @throws {UserHarborError} `invalid_session_token`, also for the later of two at once
 */
export async function logout<U extends User>(
  harbor: Harbor<U>,
  { input: sessionToken, trace }: Call<string>,
): Promise<void> {
  const { tokenHash } = await requireAnySession(harbor, { sessionToken, trace });
  const ended = await change(harbor, { trace, work: (store) => store.removeSession(tokenHash) });
  if (!ended) refuseEndedSession(trace);
}
