import type { User, UserStore } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { change } from "./_change.ts";
import { refuseGoneUser, refuseUnknownUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo, type PlannedMail } from "./_mail.ts";

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
  const told: PlannedMail = { kind: "account_deleted", message: mailTo(user, context), context, user };
  const work = (store: UserStore<U>) => store.deleteUser(user.username, guard);
  const mails = () => user.verified && !user.disabled ? [told] : [];
  if (!await change(harbor, { trace, work, mails })) refuseGoneUser(trace);
}
