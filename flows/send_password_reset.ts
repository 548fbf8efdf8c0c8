import type { User } from "../interfaces.ts";
import { makeToken } from "../primitives/tokens.ts";
import { findHolder, whileEnabled } from "./_accounts.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";

/**
 * Mails a token that sets a new password, which replaces the earlier one, to the account holding an address.
 *
 * The answer, and the time it takes, are the same whether or not there is such an account. Nothing about the
 * account changes until the token is used.
 *
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html | OWASP}
 */
export async function sendPasswordReset<U extends User>(
  harbor: Harbor<U>,
  { input: email, context, trace }: Call<string>,
): Promise<void> {
  const user = await findHolder(harbor, email);
  if (user === null) trace.reason = "unknown_user";
  else if (trace.about(user).disabled) trace.reason = "account_disabled";
  harbor.background.start({ name: "mail.password_reset", context }, async () => {
    if (user === null || user.disabled) return;
    const resetToken = makeToken();
    const createdAt = harbor.clock();
    const expiresAt = new Date(createdAt.getTime() + harbor.passwordResetTtlMs);
    const stored = await harbor.store.setPasswordReset({
      username: user.username,
      tokenHash: await harbor.tokenHasher.hash(resetToken),
      createdAt,
      expiresAt,
    }, { userId: user.id, ...whileEnabled(harbor) });
    if (!stored) return;
    await harbor.emailSender.sendPasswordReset({ ...mailTo(user, context), resetToken, expiresAt });
  });
}
