import type { User } from "../interfaces.ts";
import { makeToken } from "../primitives/tokens.ts";
import { findHolder, whileEnabled } from "./_accounts.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";

/**
 * Mails a new verification token, which replaces the earlier one, to an account still unverified.
 *
 * The answer, and the time it takes, are the same whether or not there is such an account.
 */
export async function resendVerification<U extends User>(
  harbor: Harbor<U>,
  { input: email, context, trace }: Call<string>,
): Promise<void> {
  const user = await findHolder(harbor, email);
  if (user === null) trace.reason = "unknown_user";
  else if (trace.about(user).disabled) trace.reason = "account_disabled";
  else if (user.verified) trace.reason = "already_verified";
  harbor.background.start({ name: "mail.verification", context }, async () => {
    if (user === null || user.disabled || user.verified) return;
    const verificationToken = makeToken();
    const createdAt = harbor.clock();
    const expiresAt = new Date(createdAt.getTime() + harbor.emailVerificationTtlMs);
    const stored = await harbor.store.setEmailVerification({
      username: user.username,
      email: user.email,
      tokenHash: await harbor.tokenHasher.hash(verificationToken),
      createdAt,
      expiresAt,
    }, { userId: user.id, verified: false, ...whileEnabled(harbor) });
    if (!stored) return;
    await harbor.emailSender.sendVerification({ ...mailTo(user, context), verificationToken, expiresAt });
  });
}
