import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { changeTogether } from "./_change.ts";
import { endCredentials } from "./_end_credentials.ts";
import { refuseUnknownUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { switchFlags } from "./_switch_flags.ts";

/**
 * Switches an account off: nobody acts for it any more, and its sessions and mailed tokens end with it.
 *
 * A login, a reset or a verification under way is guarded by the flag, so none of them leaves anything behind. The
 * account keeps its name, its address and its roles. Disabling it twice changes nothing more.
 *
 * @throws {UserHarborError} `unknown_user`
 * @throws {TypeError} when the store has no `setUserFlags`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.4.2}
 */
export async function disableUser<U extends User>(
  harbor: Harbor<U>,
  { input: username, trace }: Call<string>,
): Promise<void> {
  requireStoreMethod(harbor.store, "setUserFlags");
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  if (user.disabled) trace.because("no_change");
  await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      await switchFlags(tx, { user, flags: { disabled: true }, trace });
      await endCredentials(tx, user.username);
    },
  });
}
