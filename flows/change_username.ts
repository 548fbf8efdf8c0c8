import type { RequestContext } from "../events.ts";
import type { Session, User, UserStore } from "../interfaces.ts";
import { changeTogether } from "./_change.ts";
import { removeLapsed, requireFreeUsername, requireUsernameKey, takeUsername } from "./_chosen_username.ts";
import { requireClientAttempt } from "./_client_limits.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo, type PlannedMail } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { type MatchedHash, writeUnderPassword } from "./_password_check.ts";
import { requireSession, requireStillOpen } from "./_sessions.ts";

/** A live session, the password of its account, and the name it is to have. */
export interface ChangeUsernameInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** The current password. */
  readonly password: string;
  /** Judged as at registration; another spelling of the present name will do. */
  readonly newUsername: string;
}

/**
 * Gives an account another name; its sessions, tokens and roles stay with it, and the old name is free.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `rate_limited`,
 * `invalid_credentials`, `invalid_username`, `username_taken`, judged in this order
 * @throws {TypeError} when the store has no `setUsername`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.3.7 and 7.5.1}
 */
export async function changeUsername<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, password, newUsername }, context, trace }: Call<ChangeUsernameInput>,
): Promise<void> {
  requireStoreMethod(harbor.store, "setUsername");
  const session = await requireSession(harbor, { sessionToken, trace });
  const { user } = session;
  // The answer tells whether a name is taken, as that of a registration does: one budget for both.
  await requireClientAttempt(harbor, { limit: "registrationsPerClient", context });
  await writeUnderPassword(harbor, {
    user,
    password,
    trace,
    write: (guard) => rename(harbor, { session, newUsername, guard, context, trace }),
  });
}

interface Renaming {
  readonly session: Session;
  readonly newUsername: string;
  readonly guard: MatchedHash;
  readonly context: RequestContext | undefined;
  readonly trace: OperationTrace;
}

/** Null when the guard refuses. */
async function rename(
  harbor: Harbor,
  { session, newUsername, guard, context, trace }: Renaming,
): Promise<true | null> {
  const { user } = session;
  const usernameKey = await requireUsernameKey(harbor, newUsername);
  const namesake = await harbor.store.getUserByUsername(usernameKey);
  if (namesake?.id !== user.id) {
    requireFreeUsername(harbor, namesake);
    await removeLapsed(harbor, { account: namesake, context });
  }
  const work = async (tx: UserStore) => {
    const renaming = { username: newUsername, usernameKey };
    if (!await requireStoreMethod(tx, "setUsername").call(tx, user.username, renaming, guard)) return null;
    await requireStillOpen(tx, { session, trace });
    if (newUsername === user.username) trace.because("no_change");
    return true;
  };
  const message = { ...mailTo(user, context), username: newUsername, earlierUsername: user.username };
  const mails = (): readonly PlannedMail[] =>
    newUsername === user.username ? [] : [{ kind: "username_changed", message, context, user }];
  return await takeUsername(() => changeTogether(harbor, { trace, work, mails }));
}
