import type { OpenedSession, SessionSummary, UserHarbor } from "@userharbor/core";
import { isSessionRefusal } from "./is_session_refusal.ts";
import { type Route, type RouteCall, withoutSession, withSession } from "./route.ts";

/** How people log in, see where they are logged in, and log out. */
export const SESSION_ROUTES: readonly Route[] = [
  withoutSession("/login", {
    fields: ["username", "password"],
    run: logIn,
    answer: (opened, sessions) => sessions.opened(opened),
  }),
  withSession("/logout", {
    fields: [],
    run: (harbor, { sessionToken, context }) => harbor.logout(sessionToken, context),
    answer: (_, sessions) => sessions.ended({ detail: "Logged out" }),
  }),
  withSession("/logout-all", {
    fields: [],
    run: (harbor, { sessionToken, context }) => harbor.logoutAll(sessionToken, context),
    answer: (_, sessions) => sessions.ended({ detail: "Logged out from all sessions" }),
  }),
  withSession("/reauthenticate", {
    fields: ["password"],
    run: (harbor, { fields, sessionToken, context }) =>
      harbor.sessions.reauthenticate({ sessionToken, password: fields.password }, context),
    answer: (opened, sessions) => sessions.opened(opened),
  }),
  withSession("/sessions", {
    method: "GET",
    fields: [],
    run: (harbor, { sessionToken, context }) => harbor.sessions.list(sessionToken, context),
    answer: (sessions) => ({ body: sessions.map(serializeSession) }),
  }),
  withSession("/sessions/revoke", {
    fields: ["session_id"],
    run: (harbor, { fields, sessionToken, context }) =>
      harbor.sessions.revoke({ sessionToken, sessionId: fields.session_id }, context),
    answer: () => ({ body: { detail: "Session ended" } }),
  }),
  withSession("/sessions/revoke-others", {
    fields: [],
    run: (harbor, { sessionToken, context }) => harbor.sessions.revokeOthers(sessionToken, context),
    answer: () => ({ body: { detail: "Other sessions ended" } }),
  }),
];

async function logIn(
  harbor: UserHarbor,
  { fields, replacedToken, context }: RouteCall<"username" | "password">,
): Promise<OpenedSession> {
  const opened = await harbor.login(fields, context);
  if (replacedToken === null) return opened;
  try {
    // ASVS 5.0, 7.2.4: the browser forgets the earlier token, so nobody could end that session any more.
    await harbor.logout(replacedToken, context);
  } catch (error) {
    if (!isSessionRefusal(error)) throw error;
  }
  return opened;
}

/** RFC 3339 in UTC, as everywhere. */
function serializeSession({ id, createdAt, expiresAt, current, client }: SessionSummary): object {
  return {
    id,
    ...(createdAt === undefined ? {} : { created_at: createdAt.toISOString() }),
    expires_at: expiresAt.toISOString(),
    current,
    // JSON leaves out what is undefined.
    ...(client === undefined ? {} : { client: { address: client.address, user_agent: client.userAgent } }),
  };
}
