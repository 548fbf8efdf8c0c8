import { UserHarborError } from "../errors.ts";
import type { User } from "../interfaces.ts";
import { change } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { requireSession } from "./_sessions.ts";

/** A live session, and the one to end. */
export interface RevokeSessionInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** As `sessions.list` names it; a session of the same account. */
  readonly sessionId: string;
}

/**
 * Ends one session of the account behind a session, perhaps that very session.
 *
 * Somebody else's session is refused as one that does not exist.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, then `unknown_session`, also for the
 * later of two at once
 * @throws {TypeError} when the store has no `removeSessionById`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.5.2}
 */
export async function revokeSession<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, sessionId }, trace }: Call<RevokeSessionInput>,
): Promise<void> {
  requireStoreMethod(harbor.store, "removeSessionById");
  const { username } = await requireSession(harbor, { sessionToken, trace });
  const ended = isSessionId(sessionId) && await change(harbor, {
    trace,
    work: (store) => requireStoreMethod(store, "removeSessionById").call(store, username, sessionId),
  });
  if (!ended) {
    throw new UserHarborError("unknown_session", "Cannot end the session: the account has none of this id");
  }
}

/** What a column of ids holds in a SQL store; no id that the core or a database makes is as long. */
const MAX_ID_UNITS = 255;

/** Whether a store could have it; controls and lone surrogates make some databases reject. */
function isSessionId(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_ID_UNITS &&
    !/[\p{Cc}\p{Cs}]/u.test(value);
}
