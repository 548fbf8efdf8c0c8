import type { User } from "../interfaces.ts";
import { changeTogether } from "./_change.ts";
import { endCredentials } from "./_end_credentials.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import { writeUnderPassword } from "./_password_check.ts";
import { requireAcceptablePassword } from "./_password_policy.ts";
import { mintSession, type OpenedSession, refuseEndedSession, requireAnySession } from "./_sessions.ts";

/** A live session, the password it was opened with, and the next one. */
export interface ChangePasswordInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** The current password. */
  readonly oldPassword: string;
  /** Judged as at registration. */
  readonly newPassword: string;
}

/**
 * Replaces the password and opens a fresh session; every earlier session and outstanding token ends.
 *
 * @throws {UserHarborError} `invalid_session_token`, `rate_limited`, `invalid_credentials`, `weak_password`, judged in
 * this order
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.2.3, 7.2.4 and 7.4.3}
 */
export async function changePassword<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, oldPassword, newPassword }, context, trace }: Call<ChangePasswordInput>,
): Promise<OpenedSession<U>> {
  const current = await requireAnySession(harbor, { sessionToken, trace });
  const { user } = current;
  const { username, email } = user;
  return await writeUnderPassword(harbor, {
    user,
    password: oldPassword,
    trace,
    write: async (guard) => {
      await requireAcceptablePassword(harbor, { password: newPassword, owner: { username, email } });
      const passwordHash = await harbor.passwordHasher.hash(newPassword);
      const fresh = await mintSession(harbor, { username, context });
      return await changeTogether(harbor, {
        trace,
        mails: () => [{ kind: "password_changed", message: mailTo(user, context), context, user }],
        work: async (tx) => {
          if (!await tx.setPasswordHash(username, passwordHash, guard)) return null;
          // A session revoked since it was looked up must not change the password any more.
          if (!await tx.removeSession(current.tokenHash)) refuseEndedSession(trace);
          await endCredentials(tx, username);
          await tx.setUserFlags?.(username, { mustChangePassword: false }, { userId: user.id });
          if (!await tx.addSession(fresh.session, { ...guard, passwordHash })) refuseEndedSession(trace);
          const opened = await tx.getSession(fresh.session.tokenHash) ?? refuseEndedSession(trace);
          return { sessionToken: fresh.sessionToken, expiresAt: opened.expiresAt, user: opened.user };
        },
      });
    },
  });
}
