import type { User } from "../interfaces.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireRefreshedSession } from "./_sessions.ts";

/**
 * The account whose session a token opens; moves the session's expiry on when that is due.
 *
 * @throws {UserHarborError} `invalid_session_token`, then `password_change_required`
 */
export async function getCurrentUser<U extends User>(
  harbor: Harbor<U>,
  { input: sessionToken, trace }: Call<string>,
): Promise<U> {
  return (await requireRefreshedSession(harbor, { sessionToken, trace })).user;
}
