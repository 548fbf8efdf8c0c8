import type { User } from "../interfaces.ts";
import type { Harbor } from "./_harbor.ts";
import { refuseSession, requireSession } from "./_sessions.ts";

/**
 * Ends one session.
 *
 * @throws {UserHarborError} `invalid_session_token`, also for the later of two at once
 */
export async function logout<U extends User>(harbor: Harbor<U>, sessionToken: string): Promise<void> {
  const session = await requireSession(harbor, sessionToken);
  if (!await harbor.store.removeSession(session.tokenHash)) refuseSession();
}
