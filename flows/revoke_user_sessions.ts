import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { changeTogether } from "./_change.ts";
import { refuseGoneUser, refuseUnknownUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { holdAccount } from "./_hold_account.ts";

/**
 * Ends every session of an account; its password, and whoever knows it, can open another one.
 *
 * @throws {UserHarborError} `unknown_user`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.4.5}
 */
export async function revokeUserSessions<U extends User>(
  harbor: Harbor<U>,
  { input: username, trace }: Call<string>,
): Promise<void> {
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      if (!await holdAccount(tx, user)) refuseGoneUser(trace);
      await tx.removeAllSessions(user.username);
    },
  });
}
