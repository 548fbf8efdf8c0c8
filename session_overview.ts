import type { RequestContext } from "./events.ts";
import type { Harbor } from "./flows/_harbor.ts";
import { operationsOf, readsOf } from "./flows/_operation.ts";
import type { OpenedSession } from "./flows/_sessions.ts";
import { listSessions, type SessionSummary } from "./flows/list_sessions.ts";
import { reauthenticate, type ReauthenticateInput } from "./flows/reauthenticate.ts";
import { requireFreshSession, type RequireFreshSessionInput } from "./flows/require_fresh_session.ts";
import { revokeOtherSessions } from "./flows/revoke_other_sessions.ts";
import { revokeSession, type RevokeSessionInput } from "./flows/revoke_session.ts";
import type { User } from "./interfaces.ts";

/**
 * A person's sessions: where they are logged in, and how to end that; reached as `harbor.sessions`.
 *
 * Listing and revoking need a store with the optional `listSessions` and `removeSessionById`. `logoutAll` ends all
 * of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const store = new MemoryUserStore();
 * const emailSender = new RecordingEmailSender();
 * const harbor = new UserHarbor({ store, emailSender, passwordHasher: new FastPasswordHasher() });
 * const credentials = { username: "ada", password: "seven quiet otters at dawn" };
 * await harbor.register({ ...credentials, email: "ada@example.org" });
 * await harbor.settled();
 * await harbor.verifyEmail(emailSender.tokenFor("verification", "ada@example.org"));
 * const laptop = await harbor.login(credentials);
 * const phone = await harbor.login(credentials);
 *
 * const sessions = await harbor.sessions.list(laptop.sessionToken);
 * assert.equal(sessions.length, 2);
 * const lost = sessions.find(({ current }) => !current);
 * assert(lost);
 * await harbor.sessions.revoke({ sessionToken: laptop.sessionToken, sessionId: lost.id });
 * assert.equal(await harbor.verifySession(phone.sessionToken), false);
 * ```
 */
export interface Sessions<U extends User = User> {
  /**
   * The live sessions of the account behind a session, oldest first; neither their tokens nor the hashes.
   *
   * @throws {UserHarborError} `invalid_session_token`, then `password_change_required`
   * @throws {TypeError} when the store has no `listSessions`
   */
  list(sessionToken: string, context?: RequestContext): Promise<readonly SessionSummary[]>;
  /**
   * Ends one session of the account behind a session, by the id that `list` gives; its own, too.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, then `unknown_session`, also for
   * somebody else's session and for the later of two at once
   * @throws {TypeError} when the store has no `removeSessionById`
   */
  revoke(input: RevokeSessionInput, context?: RequestContext): Promise<void>;
  /**
   * Ends every session of the account but the one that asks.
   *
   * @throws {UserHarborError} `invalid_session_token`, also when the session itself is ended meanwhile; then
   * `password_change_required`
   * @throws {TypeError} when the store has no `listSessions`
   */
  revokeOthers(sessionToken: string, context?: RequestContext): Promise<void>;
  /**
   * Confirms that whoever holds the session knows the password, and replaces the session by a fresh one.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `rate_limited`,
   * `invalid_credentials`, in this order
   */
  reauthenticate(input: ReauthenticateInput, context?: RequestContext): Promise<OpenedSession<U>>;
  /**
   * The account behind a session that was opened a short while ago, for what a forgotten session must not do.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, then `reauthentication_required`
   * @throws {TypeError} when `maxAgeSeconds` is no number
   * @throws {RangeError} when `maxAgeSeconds` is not above 0
   */
  requireFresh(input: RequireFreshSessionInput, context?: RequestContext): Promise<U>;
}

/** Binds the operations on a person's sessions to one harbor. */
export function bindSessions<U extends User>(harbor: Harbor<U>): Sessions<U> {
  const operate = operationsOf(harbor);
  const read = readsOf(harbor);
  return Object.freeze<Sessions<U>>({
    list: read("sessions.list", listSessions),
    revoke: operate("sessions.revoke", revokeSession),
    revokeOthers: operate("sessions.revoke_others", revokeOtherSessions),
    reauthenticate: operate("sessions.reauthenticate", reauthenticate<U>),
    requireFresh: read("sessions.require_fresh", requireFreshSession<U>),
  });
}
