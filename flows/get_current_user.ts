import type { User } from "../interfaces.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { checkSession, refuseSession } from "./_sessions.ts";

/**
 * The account whose session a token opens; moves the session's expiry on when that is due.
 *
 * @throws {UserHarborError} `invalid_session_token`
 */
export async function getCurrentUser<U extends User>(
  harbor: Harbor<U>,
  { input: sessionToken, trace }: Call<string>,
): Promise<U> {
  return (await checkSession(harbor, { sessionToken, trace }) ?? refuseSession()).user;
}
