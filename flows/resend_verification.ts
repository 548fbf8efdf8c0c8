import type { User, UserStore } from "../interfaces.ts";
import { makeToken } from "../primitives/tokens.ts";
import { findHolder, whileEnabled } from "./_accounts.ts";
import { recordUnchanged } from "./_audit_trail.ts";
import { change } from "./_change.ts";
import { requireClientAttempt } from "./_client_limits.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import { requireMailAttempt } from "./_mail_limits.ts";

/**
 * Mails a new verification token, which replaces the earlier one, to an account still unverified.
 *
 * The answer, and the time it takes, are the same whether or not there is such an account.
 *
 * @throws {UserHarborError} `rate_limited`, to a client that asks for many mails, whoever they are for
 */
export async function resendVerification<U extends User>(
  harbor: Harbor<U>,
  { input: email, context, trace }: Call<string>,
): Promise<void> {
  await requireClientAttempt(harbor, { limit: "mailRequestsPerClient", context });
  const user = await findHolder(harbor, { email, trace });
  if (user === null) trace.because("unknown_user");
  else if (user.disabled) trace.because("account_disabled");
  else if (user.verified) trace.because("already_verified");
  else trace.isRecorded = true; // with the token
  harbor.background.start({ name: "mail.verification", context, user: trace.user }, async () => {
    if (user === null || user.disabled || user.verified) return;
    const account = { id: user.id, limit: "verificationMailsPerAccount" } as const;
    await requireMailAttempt(harbor, { email: user.email, account });
    const verificationToken = makeToken();
    const createdAt = harbor.clock();
    const expiresAt = new Date(createdAt.getTime() + harbor.emailVerificationTtlMs);
    const tokenHash = await harbor.tokenHasher.hash(verificationToken);
    const { username, email } = user;
    const verification = { username, email, tokenHash, createdAt, expiresAt };
    const guard = { userId: user.id, verified: false, ...whileEnabled(harbor) };
    const work = (store: UserStore) => store.setEmailVerification(verification, guard);
    const message = { ...mailTo(user, context), verificationToken, expiresAt };
    const mails = () => [{ kind: "verification", message, tokenHash, context, user } as const];
    if (!await change(harbor, { trace, work, mails })) await recordUnchanged(harbor, trace);
  });
}
