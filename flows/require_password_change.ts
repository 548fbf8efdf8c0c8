import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { change } from "./_change.ts";
import { refuseUnknownUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { switchFlags } from "./_switch_flags.ts";

/**
 * Demands another password: until then every session of the account is good for changing it, and for leaving.
 *
 * The present password still works, once more; where somebody else may know it, take `forceReset`.
 *
 * @throws {UserHarborError} `unknown_user`
 * @throws {TypeError} when the store has no `setUserFlags`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.2.10 and 6.4.6}
 */
export async function requirePasswordChange<U extends User>(
  harbor: Harbor<U>,
  { input: username, trace }: Call<string>,
): Promise<void> {
  requireStoreMethod(harbor.store, "setUserFlags");
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  if (user.mustChangePassword) trace.because("no_change");
  const flags = { mustChangePassword: true };
  await change(harbor, { trace, work: (store) => switchFlags(store, { user, flags, trace }) });
}
