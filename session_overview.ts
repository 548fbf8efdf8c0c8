import type { OperationName, RequestContext } from "./events.ts";
import type { Harbor } from "./flows/_harbor.ts";
import { listSessions, type SessionSummary } from "./flows/list_sessions.ts";
import { revokeOtherSessions } from "./flows/revoke_other_sessions.ts";
import { revokeSession, type RevokeSessionInput } from "./flows/revoke_session.ts";
import { fieldsOf } from "./primitives/fields_of.ts";

/**
 * A person's sessions: where they are logged in, and how to end that; reached as `harbor.sessions`.
 *
 * Needs a store with the optional `listSessions` and `removeSessionById`. `logoutAll` ends all of them.
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
 * const credentials = { username: "ada", password: "correct horse battery staple" };
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
export interface Sessions {
  /**
   * The live sessions of the account behind a session, oldest first; neither their tokens nor the hashes.
   *
   * @throws {UserHarborError} `invalid_session_token`
   * @throws {TypeError} when the store has no `listSessions`
   */
  list(sessionToken: string, context?: RequestContext): Promise<readonly SessionSummary[]>;
  /**
   * Ends one session of the account behind a session, by the id that `list` gives; its own, too.
   *
   * @throws {UserHarborError} `invalid_session_token`, then `unknown_session`, also for somebody else's session and
   * for the later of two at once
   * @throws {TypeError} when the store has no `removeSessionById`
   */
  revoke(input: RevokeSessionInput, context?: RequestContext): Promise<void>;
  /**
   * Ends every session of the account but the one that asks.
   *
   * @throws {UserHarborError} `invalid_session_token`, also when the session itself is ended meanwhile
   * @throws {TypeError} when the store has no `listSessions`
   */
  revokeOthers(sessionToken: string, context?: RequestContext): Promise<void>;
}

/** Binds the operations on a person's sessions to one harbor. */
export function bindSessions(harbor: Harbor): Sessions {
  const event = <T>(name: OperationName, outcome: Promise<T>, context?: RequestContext): Promise<T> =>
    harbor.events.operation({ name, context }, outcome);
  return Object.freeze<Sessions>({
    list: (sessionToken, context) => event("sessions.list", listSessions(harbor, sessionToken), context),
    revoke: (input, context) =>
      event("sessions.revoke", revokeSession(harbor, { input: fieldsOf(input), context }), context),
    revokeOthers: (sessionToken, context) =>
      event("sessions.revoke_others", revokeOtherSessions(harbor, sessionToken), context),
  });
}
