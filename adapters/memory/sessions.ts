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
