import type { User, UserFlags, UserStore } from "../interfaces.ts";
import { refuseGoneUser } from "./_grant_names.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";

interface FlagSwitch {
  readonly user: Pick<User, "id" | "username">;
  readonly flags: UserFlags;
  readonly trace: OperationTrace;
}

/**
 * Switches flags of an account that still is the one that was looked up.
 *
 * @throws {UserHarborError} `unknown_user` for one that is gone, or has another name now
 * @throws {TypeError} when the store has no `setUserFlags`
 */
export async function switchFlags(store: UserStore, { user, flags, trace }: FlagSwitch): Promise<void> {
  const { id: userId, username } = user;
  const setUserFlags = requireStoreMethod(store, "setUserFlags");
  if (!await setUserFlags.call(store, username, flags, { userId })) refuseGoneUser(trace);
}
