import type { User } from "../interfaces.ts";
import { changeTogether } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { refuseEndedSession, requireSession } from "./_sessions.ts";

/**
 * Ends every session of the account but the one that asks.
 *
 * It only ever removes: no race with a logout or a new password can leave a session behind that the other ended.
 *
 * @throws {UserHarborError} `invalid_session_token`, also when the session itself is ended meanwhile; then
 * `password_change_required`
 * @throws {TypeError} when the store has no `listSessions`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.4.3}
 */
export async function revokeOtherSessions<U extends User>(
  harbor: Harbor<U>,
  { input: sessionToken, trace }: Call<string>,
): Promise<void> {
  requireStoreMethod(harbor.store, "listSessions");
  const { tokenHash: current, username } = await requireSession(harbor, { sessionToken, trace });
  const ended = await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      const sessions = await requireStoreMethod(tx, "listSessions").call(tx, username);
      // Ended meanwhile, it no longer speaks for the account, nor for a newcomer under its name.
      if (!sessions.some(({ tokenHash }) => tokenHash === current)) refuseEndedSession(trace);
      let ended = false;
      for (const { tokenHash } of sessions) {
        if (tokenHash !== current && await tx.removeSession(tokenHash)) ended = true;
      }
      return ended;
    },
  });
  if (!ended) trace.because("no_change");
}
