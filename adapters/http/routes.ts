import type { OpenedSession, RequestContext, User, UserHarbor } from "@userharbor/core";
import { isSessionRefusal } from "./is_session_refusal.ts";
import type { Answer, SessionTransport } from "./session_transport.ts";

/** What was read from a request. */
export interface RouteCall<Field extends string> {
  /** The body. */
  readonly fields: Readonly<Record<Field, string>>;
  /** Opens the caller's session; empty for a route that needs none. */
  readonly sessionToken: string;
  /** The token that the caller's browser holds and would lose by getting another; null for none. */
  readonly replacedToken: string | null;
  /** Where the request came from. */
  readonly context: RequestContext;
}

/**
 * One path, and what it does.
 *
 * `run` and `answer` are methods, so that routes with different fields fit into one list.
 */
export interface Route<U extends User = User, Field extends string = string, Result = unknown> {
  /** The only method the path allows. */
  readonly method: "GET" | "POST" | "DELETE";
  /** After the base path. */
  readonly path: string;
  /** The fields of the body: all of them required, and no other allowed. */
  readonly fields: readonly Field[];
  /** Whether the request must carry a session token. */
  readonly needsSession: boolean;
  /** The status of success. */
  readonly status: 200 | 201;
  /** Asks the harbor. */
  run(harbor: UserHarbor<U>, call: RouteCall<Field>): Promise<Result>;
  /** What to answer on success. */
  answer(result: Result, sessions: SessionTransport): Answer | Promise<Answer>;
}

/** Every route; `serializeUser` makes the answer of `GET /me`. */
export function makeRoutes<U extends User>(serializeUser: (user: U) => unknown): readonly Route<U>[] {
  const me: Route<U, never, U> = {
    method: "GET",
    path: "/me",
    fields: [],
    needsSession: true,
    status: 200,
    run: (harbor, { sessionToken, context }) => harbor.getCurrentUser(sessionToken, context),
    answer: async (user) => ({ body: await serializeUser(user) }),
  };
  return [...ROUTES, me];
}

const ROUTES: readonly Route[] = [
  withoutSession("/register", {
    fields: ["username", "email", "password"],
    status: 201,
    run: (harbor, { fields, context }) => harbor.register(fields, context),
    answer: () => ({ body: { detail: "User registered" } }),
  }),
  withoutSession("/verify-email", {
    fields: ["token"],
    run: (harbor, { fields, context }) => harbor.verifyEmail(fields.token, context),
    answer: () => ({ body: { detail: "Email verified" } }),
  }),
  withoutSession("/resend-verification", {
    fields: ["email"],
    run: (harbor, { fields, context }) => harbor.resendVerification(fields.email, context),
    answer: () => ({ body: { detail: "Verification email sent" } }),
  }),
  withoutSession("/login", {
    fields: ["username", "password"],
    run: logIn,
    answer: (opened, sessions) => sessions.opened(opened),
  }),
  withoutSession("/password-reset/request", {
    fields: ["email"],
    run: (harbor, { fields, context }) => harbor.sendPasswordReset(fields.email, context),
    answer: () => ({ body: { detail: "Password reset email sent" } }),
  }),
  withoutSession("/password-reset/confirm", {
    fields: ["token", "new_password"],
    run: (harbor, { fields, context }) =>
      harbor.resetPassword({ resetToken: fields.token, newPassword: fields.new_password }, context),
    answer: () => ({ body: { detail: "Password reset" } }),
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
  withSession("/password/change", {
    fields: ["old_password", "new_password"],
    run: (harbor, { fields, sessionToken, context }) => {
      const { old_password: oldPassword, new_password: newPassword } = fields;
      return harbor.changePassword({ sessionToken, oldPassword, newPassword }, context);
    },
    answer: (opened, sessions) => sessions.opened(opened, { detail: "Password changed" }),
  }),
  withSession("/account", {
    method: "DELETE",
    fields: ["password"],
    run: (harbor, { fields, sessionToken, context }) =>
      harbor.deleteAccount({ sessionToken, password: fields.password }, context),
    answer: (_, sessions) => sessions.ended({ detail: "Account deleted" }),
  }),
];

type Definition<Field extends string, Result> =
  & Pick<Route<User, Field, Result>, "fields" | "run" | "answer">
  & Partial<Pick<Route, "method" | "status">>;

function withoutSession<Field extends string, Result>(
  path: string,
  definition: Definition<Field, Result>,
): Route {
  const route: Route<User, Field, Result> = {
    method: "POST",
    status: 200,
    needsSession: false,
    path,
    ...definition,
  };
  return route;
}

function withSession<Field extends string, Result>(
  path: string,
  definition: Definition<Field, Result>,
): Route {
  return { ...withoutSession(path, definition), needsSession: true };
}

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
