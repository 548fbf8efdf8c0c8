import type { User } from "../interfaces.ts";
import { changeTogether } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { writeUnderPassword } from "./_password_check.ts";
import { mintSession, type OpenedSession, refuseEndedSession, requireSession } from "./_sessions.ts";

/** A live session and the password of its account. */
export interface ReauthenticateInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** The current password. */
  readonly password: string;
}

/**
 * Confirms that whoever holds the session knows the password, and replaces the session by a fresh one.
 *
 * The earlier token ends: a copy of it does not become fresh with it.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `rate_limited`,
 * `invalid_credentials`, judged in this order
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.2.4 and 7.5.3}
 */
export async function reauthenticate<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, password }, context, trace }: Call<ReauthenticateInput>,
): Promise<OpenedSession<U>> {
  const current = await requireSession(harbor, { sessionToken, trace });
  const { user } = current;
  return await writeUnderPassword(harbor, {
    user,
    password,
    trace,
    write: async (guard) => {
      const fresh = await mintSession(harbor, { username: user.username, context });
      return await changeTogether(harbor, {
        trace,
        work: async (tx) => {
          if (!await tx.addSession(fresh.session, guard)) return null;
          // A session revoked since it was looked up must not come back as a fresh one.
          if (!await tx.removeSession(current.tokenHash)) refuseEndedSession(trace);
          return { sessionToken: fresh.sessionToken, expiresAt: fresh.session.expiresAt, user };
        },
      });
    },
  });
}
