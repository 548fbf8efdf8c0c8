import { UserHarborError } from "../errors.ts";
import type { HiddenReason } from "../events.ts";
import type { User } from "../interfaces.ts";
import { isRefusal } from "../primitives/is_refusal.ts";
import { findActiveUser, whileEnabled } from "./_accounts.ts";
import { changeTogether } from "./_change.ts";
import { endCredentials } from "./_end_credentials.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo, type PlannedMail } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { forgetPasswordAttempts } from "./_password_attempts.ts";
import { requireAcceptablePassword } from "./_password_policy.ts";
import { findLiveToken } from "./_stored_token.ts";

/** A mailed token and the password it is to set. */
export interface ResetPasswordInput {
  /** 43 characters of base64url, from the mail. */
  readonly resetToken: string;
  /** Judged as at registration. */
  readonly newPassword: string;
}

/**
 * Sets a new password against a mailed token, and ends every session and outstanding token of the account.
 *
 * It works however many wrong passwords there were, and ends that row: the next login is let through.
 * The token proves the address as well, so an unverified account becomes verified. A refusal changes nothing:
 * a token met by a weak password still works, and a bad token is told before the password is judged or hashed.
 *
 * @throws {UserHarborError} `invalid_password_reset_token`, `weak_password`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.4.3 and 7.4.3}
 */
export async function resetPassword<U extends User>(
  harbor: Harbor<U>,
  { input: { resetToken, newPassword }, context, trace }: Call<ResetPasswordInput>,
): Promise<void> {
  const { store } = harbor;
  const reset = await findLiveToken(harbor, {
    token: resetToken,
    find: (tokenHash) => store.getPasswordReset(tokenHash),
    trace,
  });
  if (reset === null) refuseToken(trace);
  const user = await findActiveUser(harbor, { username: reset.username, trace }) ??
    refuseToken(trace, "unknown_user");
  const { id: userId, username, email } = user;
  await requireAcceptablePassword(harbor, { password: newPassword, owner: { username, email } });
  const passwordHash = await harbor.passwordHasher.hash(newPassword);

  const message = mailTo(user, context);
  const changed: PlannedMail = { kind: "password_changed", message, context, user };
  const proved: PlannedMail = { kind: "email_verified", message, context, user };
  try {
    await changeTogether(harbor, {
      trace,
      mails: () => user.verified ? [changed] : [proved, changed],
      work: async (tx) => {
        const guard = { userId, ...whileEnabled(harbor) };
        if (!await tx.setPasswordHash(username, passwordHash, guard)) refuseToken(trace, "ended_meanwhile");
        if (!await tx.removePasswordReset(reset.tokenHash)) refuseToken(trace, "used_token");
        const owns = user.verified || await tx.setUserVerified(username, email, { userId });
        if (!owns) refuseToken(trace, "ended_meanwhile");
        await endCredentials(tx, username);
        await tx.setUserFlags?.(username, { mustChangePassword: false }, { userId });
      },
    });
  } catch (error) {
    if (isRefusal(error, "email_taken")) refuseToken(trace, "address_in_use");
    throw error;
  }
  await forgetPasswordAttempts(harbor, user);
}

/** The reason is for the event; without one it is known already. */
function refuseToken(trace: OperationTrace, reason?: HiddenReason): never {
  if (reason !== undefined) trace.because(reason);
  throw new UserHarborError(
    "invalid_password_reset_token",
    "Cannot reset the password: the token is unknown, used or expired",
  );
}
