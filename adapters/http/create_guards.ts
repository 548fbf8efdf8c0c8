import { type RequestContext, type User, type UserHarbor, UserHarborError } from "@userharbor/core";
import { checkOptionNames } from "./check_option_names.ts";
import { isSessionRefusal } from "./is_session_refusal.ts";
import { requestContext } from "./request_context.ts";
import type { SessionCookie } from "./session_cookie.ts";
import { sessionTransport } from "./session_transport.ts";

/** How guards differ from the defaults. */
export interface GuardOptions {
  /**
   * What the harbor is told about a caller, for its events. Default: as for `createHandler`, the user agent and the
   * first language of `Accept-Language`; no address, for which a guard would have to know the connection.
   */
  readonly context?: (request: Request) => RequestContext;
  /** The cookie of the handler; a session token is taken from it, too. Default: none. */
  readonly cookie?: SessionCookie;
}

/**
 * Who is asking, and what they may do.
 *
 * Guards fail closed: whatever goes wrong, a store that is down included, rejects. Answer a rejection with
 * {@link errorResponse}.
 */
export interface Guards<U extends User = User> {
  /**
   * The account whose session token the request carries.
   *
   * @throws {UserHarborError} `invalid_session_token`, then `password_change_required`
   */
  currentUser(request: Request): Promise<U>;
  /** As `currentUser`, but null for a request without valid credentials; any other failure still rejects. */
  optionalUser(request: Request): Promise<U | null>;
  /**
   * The account behind the request, if it has a role.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, then `invalid_role`, `permission_denied`
   */
  requireRole(request: Request, role: string): Promise<U>;
  /**
   * The account behind the request, if it has a permission.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, then `invalid_permission`,
   * `permission_denied`
   */
  requirePermission(request: Request, permission: string): Promise<U>;
  /**
   * The account behind the request, if its password was given within a time, by default 600 seconds: beside another
   * guard, for what a forgotten session must not do, such as giving somebody a role.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, then `reauthentication_required`
   * @throws {TypeError} when `maxAgeSeconds` is no number
   * @throws {RangeError} when `maxAgeSeconds` is not above 0
   */
  requireFreshUser(request: Request, maxAgeSeconds?: number): Promise<U>;
}

/**
 * Makes the guards of an application's own routes.
 *
 * The session token is taken from `Authorization: Bearer <token>`, or else from the cookie, if one is
 * configured; two that differ are no credentials. Guards say who is asking, not which page does: with a cookie,
 * let {@link isSameSiteRequest} judge a request before a route changes something.
 *
 * @param harbor the accounts
 * @param options the cookie and the context, if the handler has them
 * @returns functions that need no `this`
 * @throws {TypeError} for an option of the wrong type, or one that does not exist
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { createGuards, errorResponse } from "@userharbor/http";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const harbor = new UserHarbor({
 *   store: new MemoryUserStore(),
 *   emailSender: new RecordingEmailSender(),
 *   passwordHasher: new FastPasswordHasher(), // for tests only
 * });
 * const { requireRole } = createGuards(harbor);
 *
 * async function showReports(request: Request): Promise<Response> {
 *   try {
 *     const user = await requireRole(request, "auditor");
 *     return Response.json({ reportsFor: user.username });
 *   } catch (error) {
 *     return errorResponse(error);
 *   }
 * }
 *
 * assert.equal((await showReports(new Request("https://example.org/reports"))).status, 401);
 * ```
 */
export function createGuards<U extends User>(harbor: UserHarbor<U>, options: GuardOptions = {}): Guards<U> {
  checkOptionNames(options, { known: ["context", "cookie"], of: "createGuards" });
  const { context = (request: Request) => requestContext(request) } = options;
  if (typeof context !== "function") throw new TypeError("context must be a function");
  const sessions = sessionTransport(options.cookie);

  function requireToken(request: Request): string {
    const sessionToken = sessions.token(request);
    if (sessionToken !== null) return sessionToken;
    throw new UserHarborError(
      "invalid_session_token",
      "Cannot use the request: it carries no well-formed session token, or two",
    );
  }

  return {
    async currentUser(request) {
      return await harbor.getCurrentUser(requireToken(request), context(request));
    },
    async optionalUser(request) {
      const sessionToken = sessions.token(request);
      if (sessionToken === null) return null;
      try {
        return await harbor.getCurrentUser(sessionToken, context(request));
      } catch (error) {
        if (isSessionRefusal(error)) return null;
        throw error;
      }
    },
    async requireRole(request, role) {
      return await harbor.requireRole(requireToken(request), role, context(request));
    },
    async requirePermission(request, permission) {
      return await harbor.requirePermission(requireToken(request), permission, context(request));
    },
    async requireFreshUser(request, maxAgeSeconds) {
      const input = { sessionToken: requireToken(request) };
      const within = maxAgeSeconds === undefined ? input : { ...input, maxAgeSeconds };
      return await harbor.sessions.requireFresh(within, context(request));
    },
  };
}
