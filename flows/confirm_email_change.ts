import { UserHarborError } from "../errors.ts";
import type { HiddenReason } from "../events.ts";
import type { User } from "../interfaces.ts";
import { isRefusal } from "../primitives/is_refusal.ts";
import { findActiveUser, whileEnabled } from "./_accounts.ts";
import { changeTogether } from "./_change.ts";
import { endMailedTokens } from "./_end_credentials.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { findLiveToken } from "./_stored_token.ts";

/**
 * Moves an account to the address that a token was mailed to; its sessions stay, its other mailed tokens end.
 *
 * The address is the one stored with the token, and the token is spent by one caller only. Whoever verified the
 * address first owns it. The earlier address is told.
 *
 * @throws {UserHarborError} `invalid_email_change_token` for a token that is unknown, used, expired, or late
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.3.7}
 */
export async function confirmEmailChange<U extends User>(
  harbor: Harbor<U>,
  { input: emailChangeToken, context, trace }: Call<string>,
): Promise<void> {
  const { store } = harbor;
  const request = await findLiveToken(harbor, {
    token: emailChangeToken,
    find: (tokenHash) => store.getEmailVerification(tokenHash),
    trace,
  });
  if (request === null) refuseToken(trace);
  const { username, email } = request;
  const user = await findActiveUser(harbor, { username, trace }) ?? refuseToken(trace, "unknown_user");
  // What proves the address that an account has, or asks for, is a verification token.
  if (!user.verified || email === undefined || email === user.email) refuseToken(trace, "unknown_token");

  const proved = mailTo({ username, email }, context);
  try {
    await changeTogether(harbor, {
      trace,
      mails: () => [
        { kind: "email_changed", message: mailTo(user, context), context, user },
        { kind: "email_verified", message: proved, context, user },
      ],
      work: async (tx) => {
        const guard = { userId: user.id, verified: true, ...whileEnabled(harbor) };
        if (!await tx.setUserVerified(username, email, guard)) refuseToken(trace, "ended_meanwhile");
        if (!await tx.removeEmailVerification(request.tokenHash)) refuseToken(trace, "used_token");
        await endMailedTokens(tx, username);
      },
    });
  } catch (error) {
    if (isRefusal(error, "email_taken")) refuseToken(trace, "address_in_use");
    throw error;
  }
}

/** The reason is for the event; without one it is known already. */
function refuseToken(trace: OperationTrace, reason?: HiddenReason): never {
  if (reason !== undefined) trace.because(reason);
  throw new UserHarborError(
    "invalid_email_change_token",
    "Cannot change the address: the token is unknown, used or expired",
  );
}
