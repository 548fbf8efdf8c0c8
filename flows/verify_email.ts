import { isUserHarborError, UserHarborError } from "../errors.ts";
import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
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
  { input: verificationToken, context }: Call<string>,
): Promise<void> {
  const { store } = harbor;
  const verification = await findLiveToken(harbor, {
    token: verificationToken,
    find: (tokenHash) => store.getEmailVerification(tokenHash),
  });
  const user = verification === null ? null : await findUser(harbor, verification.username);
  if (verification === null || user === null) refuseToken();

  // The address the token was mailed to, which may not be the user's any more.
  const email = verification.email ?? user.email;
  try {
    await store.transaction(async (tx) => {
      const verified = await tx.setUserVerified(user.username, email, { userId: user.id, verified: false });
      if (!verified || !await tx.removeEmailVerification(verification.tokenHash)) refuseToken();
    });
  } catch (error) {
    if (isUserHarborError(error) && error.code === "email_taken") refuseToken();
    throw error;
  }
  harbor.background.start(
    { name: "mail.email_verified", context },
    () => harbor.emailSender.sendEmailVerified(mailTo({ username: user.username, email }, context)),
  );
}

function refuseToken(): never {
  throw new UserHarborError(
    "invalid_verification_token",
    "Cannot verify the address: the token is unknown, used or expired",
  );
}
