import type { User, UserStore } from "../interfaces.ts";
import { findHolder, whileEnabled } from "./_accounts.ts";
import { recordUnchanged } from "./_audit_trail.ts";
import { change } from "./_change.ts";
import { requireClientAttempt } from "./_client_limits.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireMailAttempt } from "./_mail_limits.ts";
import { mintPasswordReset, resetMail } from "./_password_reset.ts";

/**
 * Mails a token that sets a new password, which replaces the earlier one, to the account holding an address.
 *
 * The answer, and the time it takes, are the same whether or not there is such an account. Nothing about the
 * account changes until the token is used.
 *
 * @throws {UserHarborError} `rate_limited`, to a client that asks for many mails, whoever they are for
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html | OWASP}
 */
export async function sendPasswordReset<U extends User>(
  harbor: Harbor<U>,
  { input: email, context, trace }: Call<string>,
): Promise<void> {
  await requireClientAttempt(harbor, { limit: "mailRequestsPerClient", context });
  const user = await findHolder(harbor, { email, trace });
  if (user === null) trace.because("unknown_user");
  else if (user.disabled) trace.because("account_disabled");
  else trace.isRecorded = true; // with the token
  harbor.background.start({ name: "mail.password_reset", context, user: trace.user }, async () => {
    if (user === null || user.disabled) return;
    const account = { id: user.id, limit: "resetMailsPerAccount" } as const;
    await requireMailAttempt(harbor, { email: user.email, account });
    const ttlMs = harbor.passwordResetTtlMs;
    const minted = await mintPasswordReset(harbor, { username: user.username, ttlMs });
    const guard = { userId: user.id, ...whileEnabled(harbor) };
    const work = (store: UserStore) => store.setPasswordReset(minted.reset, guard);
    // In a mailbox that the account has left since it was looked up, the token would be a way back.
    const isDue = async () => (await harbor.store.getUserByEmail(user.email))?.id === user.id;
    const mails = () => [{ ...resetMail({ ...minted, user, context }), isDue }];
    if (!await change(harbor, { trace, work, mails })) await recordUnchanged(harbor, trace);
  });
}
