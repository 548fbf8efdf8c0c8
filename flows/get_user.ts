import type { User } from "../interfaces.ts";
import { findUser } from "./_accounts.ts";
import type { Call, Harbor } from "./_harbor.ts";

/** The account of this name, in the store's own type; null for none, and for one that lapsed. */
export async function getUser<U extends User>(
  harbor: Harbor<U>,
  { input: username, trace }: Call<string>,
): Promise<U | null> {
  return await findUser(harbor, { username, trace });
}
