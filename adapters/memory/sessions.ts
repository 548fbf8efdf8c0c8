import type { NewSession, Session, UserGuard } from "@userharbor/core";
import { getUser } from "./accounts.ts";
import { matches } from "./guard.ts";
import type { Tables } from "./tables.ts";

/**
 * Stores a session only while the guard holds: no session outlives the password it was opened with.
 *
 * @param tables what to write to
 * @param request the session, and the guard on its user
 * @returns false for a missing user, a failed guard or a token hash already stored
 */
export function addSession(
  tables: Tables,
  { session, guard }: { session: NewSession; guard: UserGuard | undefined },
): boolean {
  if (!matches(tables.accounts.get(session.username), guard)) return false;
  if (tables.sessions.has(session.tokenHash)) return false;
  tables.sessions.set(session.tokenHash, structuredClone(session));
  return true;
}

/**
 * The session and its user, expired or not: the core has the clock.
 *
 * @param tables what to read from
 * @param tokenHash which session
 * @returns copies, or null
 */
export function getSession(tables: Tables, tokenHash: string): Session | null {
  const session = tables.sessions.get(tokenHash);
  if (session === undefined) return null;
  const user = getUser(tables, session.username);
  return user && { ...structuredClone(session), user };
}

/**
 * Every session of a user, oldest first.
 *
 * @param tables what to read from
 * @param username whose, in the spelling the person chose
 * @returns copies; a session without `createdAt` before all others, those of one instant as they were stored
 */
export function listSessions(tables: Tables, username: string): readonly NewSession[] {
  return [...tables.sessions.values()]
    .filter((session) => session.username === username)
    .sort((one, other) => openedAtMs(one) - openedAtMs(other))
    .map((session) => structuredClone(session));
}

/**
 * Removes a session by its public id, but only for the user whose it is.
 *
 * @param tables what to write to
 * @param target whose session, and which
 * @returns whether this call removed it
 */
export function removeSessionById(
  { sessions }: Tables,
  { username, id }: { username: string; id: string },
): boolean {
  for (const session of sessions.values()) {
    if (session.id === id && session.username === username) return sessions.delete(session.tokenHash);
  }
  return false;
}

/**
 * Moves the expiry of a session that is still there; it never brings one back and never shortens one.
 *
 * @param tables what to write to
 * @param change which session, its new expiry, and the expiry it must still have
 * @returns whether this call moved it
 */
export function refreshSession(
  tables: Tables,
  change: { tokenHash: string; expiresAt: Date; ifExpiresAt: Date | undefined },
): boolean {
  const { tokenHash, expiresAt, ifExpiresAt } = change;
  const session = tables.sessions.get(tokenHash);
  if (session === undefined || session.expiresAt >= expiresAt) return false;
  // Two Dates of one instant are not `===`.
  if (ifExpiresAt !== undefined && session.expiresAt.getTime() !== ifExpiresAt.getTime()) return false;
  tables.sessions.set(tokenHash, { ...session, expiresAt: new Date(expiresAt) });
  return true;
}

/** Finite, so that two sessions without `createdAt` compare as equal. */
function openedAtMs({ createdAt }: NewSession): number {
  return createdAt?.getTime() ?? Number.MIN_SAFE_INTEGER;
}
