import type { User } from "../interfaces.ts";
import { changeTogether } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import { writeUnderPassword } from "./_password_check.ts";
import { refuseEndedSession, requireSession } from "./_sessions.ts";

/** A live session and the password of its account. */
export interface DeleteAccountInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** The current password. */
  readonly password: string;
}

/**
 * Removes the account with its sessions, tokens and grants; whoever takes the name later inherits nothing.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `rate_limited`,
 * `invalid_credentials`, judged in this order
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.4.2 and 7.5.1}
 */
export async function deleteAccount<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, password }, context, trace }: Call<DeleteAccountInput>,
): Promise<void> {
  const current = await requireSession(harbor, { sessionToken, trace });
  const { user } = current;
  await writeUnderPassword(harbor, {
    user,
    password,
    trace,
    write: (guard) =>
      changeTogether(harbor, {
        trace,
        mails: () => [{ kind: "account_deleted", message: mailTo(user, context), context, user }],
        work: async (tx) => {
          // Writes what the row says already: whoever changes it meanwhile waits, or is told to try again.
          if (!await tx.setPasswordHash(user.username, guard.passwordHash, guard)) return null;
          // A session revoked since it was looked up must not delete the account any more.
          if (!await tx.removeSession(current.tokenHash)) refuseEndedSession(trace);
          if (!await tx.deleteUser(user.username, guard)) refuseEndedSession(trace);
          return true;
        },
      }),
  });
}
