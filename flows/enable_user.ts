import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import { change } from "./_change.ts";
import { refuseUnknownUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { switchFlags } from "./_switch_flags.ts";

/**
 * Switches a disabled account on again; its password works, and what ended when it was disabled does not come back.
 *
 * @throws {UserHarborError} `unknown_user`
 * @throws {TypeError} when the store has no `setUserFlags`
 */
export async function enableUser<U extends User>(
  harbor: Harbor<U>,
  { input: username, trace }: Call<string>,
): Promise<void> {
  requireStoreMethod(harbor.store, "setUserFlags");
  const user = await findUser(harbor, { username, trace }) ?? refuseUnknownUser();
  if (!user.disabled) trace.because("no_change");
  await change(harbor, {
    trace,
    work: (store) => switchFlags(store, { user, flags: { disabled: false }, trace }),
  });
}
