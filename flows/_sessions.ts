import { UserHarborError } from "../errors.ts";
import type { RequestContext } from "../events.ts";
import type { NewSession, Session, User, UserStore } from "../interfaces.ts";
import { present } from "../primitives/present.ts";
import { makeToken } from "../primitives/tokens.ts";
import type { Harbor } from "./_harbor.ts";
import { inactivityOf } from "./_accounts.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { findLiveToken } from "./_stored_token.ts";

/** A token that is said to open a session, and the operation it is presented to. */
export interface PresentedSession {
  readonly sessionToken: unknown;
  readonly trace: OperationTrace;
}

/** What opening a session answers. */
export interface OpenedSession<U extends User = User> {
  /** 43 characters of base64url; shown once, and nowhere stored. */
  readonly sessionToken: string;
  /** Refused from this instant on, unless use slides it. */
  readonly expiresAt: Date;
  /** Whose session it is. */
  readonly user: U;
}

/** A session not yet stored, and the token that will open it. */
export async function mintSession(
  harbor: Harbor,
  { username, context }: { readonly username: string; readonly context: RequestContext | undefined },
): Promise<{ readonly sessionToken: string; readonly session: NewSession }> {
  const sessionToken = makeToken();
  const createdAt = harbor.clock();
  const session = {
    id: crypto.randomUUID(),
    username,
    tokenHash: await harbor.tokenHasher.hash(sessionToken),
    createdAt,
    expiresAt: slidExpiry(harbor, createdAt),
    ...clientOf(harbor, context),
  };
  return { sessionToken, session };
}

/** The session that a token opens, or null; writes nothing. */
async function findSession<U extends User>(
  harbor: Harbor<U>,
  { sessionToken, trace }: PresentedSession,
): Promise<Session<U> | null> {
  const session = await findLiveToken(harbor, {
    token: sessionToken,
    find: (tokenHash) => harbor.store.getSession(tokenHash),
    trace,
  });
  if (session === null) return null;
  const inactivity = inactivityOf(harbor, session.user);
  if (inactivity === undefined && isLive(harbor, session)) return session;
  trace.because(inactivity ?? "expired_token");
  return null;
}

/**
 * A session for changing the password and for leaving: it may be one that is good for nothing else.
 *
 * @throws {UserHarborError} `invalid_session_token`
 */
export async function requireAnySession<U extends User>(
  harbor: Harbor<U>,
  presented: PresentedSession,
): Promise<Session<U>> {
  return await findSession(harbor, presented) ?? refuseSession();
}

/**
 * A session that is good for everything; writes nothing.
 *
 * @throws {UserHarborError} `invalid_session_token`, then `password_change_required`
 */
export async function requireSession<U extends User>(
  harbor: Harbor<U>,
  presented: PresentedSession,
): Promise<Session<U>> {
  const session = await requireAnySession(harbor, presented);
  if (session.user.mustChangePassword) {
    throw new UserHarborError(
      "password_change_required",
      "Cannot proceed: the password has to be changed first",
    );
  }
  return session;
}

/**
 * As {@link requireSession}, its expiry moved on when that is due.
 *
 * @throws {UserHarborError} `invalid_session_token`, then `password_change_required`
 */
export async function requireRefreshedSession<U extends User>(
  harbor: Harbor<U>,
  presented: PresentedSession,
): Promise<Session<U>> {
  const session = await requireSession(harbor, presented);
  await refreshIfDue(harbor, session);
  return session;
}

/** As {@link requireRefreshedSession}, but null for a session that is not good for everything. */
export async function checkSession<U extends User>(
  harbor: Harbor<U>,
  { sessionToken, trace }: PresentedSession,
): Promise<Session<U> | null> {
  const session = await findSession(harbor, { sessionToken, trace });
  if (session === null) return null;
  if (session.user.mustChangePassword) {
    trace.reason = "password_change_required";
    return null;
  }
  await refreshIfDue(harbor, session);
  return session;
}

/** What is kept about the client; nothing, unless the application chose for how long. */
function clientOf(
  { sessionClientRetentionMs }: Harbor,
  { address, userAgent }: RequestContext = {},
): Pick<NewSession, "client"> {
  if (sessionClientRetentionMs === null || (address ?? userAgent) === undefined) return {};
  return { client: present({ address, userAgent }) };
}

/** Whether a stored session is within its expiry and its absolute limit. */
export function isLive({ clock, sessionMaxAgeMs }: Harbor, { createdAt, expiresAt }: NewSession): boolean {
  const now = clock().getTime();
  return now < expiresAt.getTime() &&
    (createdAt === undefined || now < createdAt.getTime() + sessionMaxAgeMs);
}

/** The refusal of every operation that needs a live session. */
export function refuseSession(): never {
  throw new UserHarborError("invalid_session_token", "Cannot use the session: it is unknown or has ended");
}

/**
 * Refuses a session that was ended since it was looked up: then it must not change the account any more.
 *
 * For a transaction that has written the account's row, which whatever ends all sessions writes, too.
 *
 * @returns the account as it is now
 */
export async function requireStillOpen(
  tx: UserStore,
  { session: { tokenHash }, trace }: { readonly session: NewSession; readonly trace: OperationTrace },
): Promise<User> {
  return (await tx.getSession(tokenHash) ?? refuseEndedSession(trace)).user;
}

/** The refusal of a session that was live when the operation began. */
export function refuseEndedSession(trace: OperationTrace): never {
  trace.because("ended_meanwhile");
  refuseSession();
}

/** A session without `createdAt` has no absolute limit to keep, so it never slides. */
function isRefreshDue({ clock, sessionRefreshThresholdMs }: Harbor, session: NewSession): boolean {
  return sessionRefreshThresholdMs !== null && session.createdAt !== undefined &&
    session.expiresAt.getTime() - clock().getTime() < sessionRefreshThresholdMs;
}

async function refreshIfDue(harbor: Harbor, session: Session): Promise<void> {
  if (!isRefreshDue(harbor, session)) return;
  const expiresAt = slidExpiry(harbor, session.createdAt);
  // At the absolute limit there is nothing left to move.
  if (expiresAt.getTime() <= session.expiresAt.getTime()) return;
  try {
    await harbor.store.refreshSession(session.tokenHash, expiresAt, session.expiresAt);
  } catch (error) {
    // The session is good as it stands; the next check tries again.
    harbor.events.failure({ name: "session_refresh", user: session.user }, error);
  }
}

/** A full term from now, but never past the session's absolute limit. */
function slidExpiry({ clock, sessionTtlMs, sessionMaxAgeMs }: Harbor, createdAt: Date = clock()): Date {
  return new Date(Math.min(clock().getTime() + sessionTtlMs, createdAt.getTime() + sessionMaxAgeMs));
}
