import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { change } from "./_change.ts";
import { refuseGoneUser, refuseUnknownUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";

/**
 * Removes an account with its sessions, tokens and grants; whoever takes the name later inherits nothing.
 *
 * Its owner is told. Nobody is where the address was never proved, or the account was disabled before.
 *
 * @throws {UserHarborError} `unknown_user`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.4.2}
 */
export async function deleteUser<U extends User>(
  harbor: Harbor<U>,
  { input: username, context, trace }: Call<string>,
): Promise<void> {
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  const guard = { userId: user.id };
  if (!await change(harbor, { trace, work: (store) => store.deleteUser(user.username, guard) })) {
    refuseGoneUser(trace);
  }
  if (!user.verified || user.disabled) return;
  harbor.background.start(
    { name: "mail.account_deleted", context },
    () => harbor.emailSender.sendAccountDeleted(mailTo(user, context)),
  );
}
