import type { User } from "../interfaces.ts";
import type { Harbor } from "./_harbor.ts";
import { refuseSession, requireSession } from "./_sessions.ts";

/**
 * Ends every session of the account, this one included.
 *
 * @throws {UserHarborError} `invalid_session_token`, also for the later of two at once
 */
export async function logoutAll<U extends User>(harbor: Harbor<U>, sessionToken: string): Promise<void> {
  const session = await requireSession(harbor, sessionToken);
  await harbor.store.transaction(async (tx) => {
    if (!await tx.removeSession(session.tokenHash)) refuseSession();
    await tx.removeAllSessions(session.username);
  });
}
