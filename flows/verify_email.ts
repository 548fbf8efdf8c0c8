import { UserHarborError } from "../errors.ts";
import type { HiddenReason } from "../events.ts";
import type { User } from "../interfaces.ts";
import { isRefusal } from "../primitives/is_refusal.ts";
import { findActiveUser, whileEnabled } from "./_accounts.ts";
import { changeTogether } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { findLiveToken } from "./_stored_token.ts";

/**
 * Makes an address its owner's, against the token mailed to it.
 *
 * The token is spent by one caller only. Of several accounts that asked for one address the first to verify
 * gets it.
 *
 * @throws {UserHarborError} `invalid_verification_token` for a token that is unknown, used, expired, or late
 */
export async function verifyEmail<U extends User>(
  harbor: Harbor<U>,
  { input: verificationToken, context, trace }: Call<string>,
): Promise<void> {
  const { store } = harbor;
  const verification = await findLiveToken(harbor, {
    token: verificationToken,
    find: (tokenHash) => store.getEmailVerification(tokenHash),
    trace,
  });
  if (verification === null) refuseToken(trace);
  const { username } = verification;
  const user = await findActiveUser(harbor, { username, trace }) ?? refuseToken(trace, "unknown_user");
  // What a verified account may hold is a token that changes its address.
  if (user.verified) refuseToken(trace, "already_verified");

  // The address the token was mailed to, which may not be the user's any more.
  const email = verification.email ?? user.email;
  const message = mailTo({ username: user.username, email }, context);
  try {
    await changeTogether(harbor, {
      trace,
      mails: () => [{ kind: "email_verified", message, context, user }],
      work: async (tx) => {
        const guard = { userId: user.id, verified: false, ...whileEnabled(harbor) };
        if (!await tx.setUserVerified(username, email, guard)) refuseToken(trace, "ended_meanwhile");
        if (!await tx.removeEmailVerification(verification.tokenHash)) refuseToken(trace, "used_token");
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
    "invalid_verification_token",
    "Cannot verify the address: the token is unknown, used or expired",
  );
}
