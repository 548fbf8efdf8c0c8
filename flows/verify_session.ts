import type { User } from "../interfaces.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { checkSession } from "./_sessions.ts";

/** Tells whether a token opens a live session; moves the session's expiry on when that is due. */
export async function verifySession<U extends User>(
  harbor: Harbor<U>,
  { input: sessionToken, trace }: Call<string>,
): Promise<boolean> {
  return await checkSession(harbor, { sessionToken, trace }) !== null;
}
