import type { OpenedSession, RequestContext, User, UserHarbor } from "@userharbor/core";

/** What was read from a request. */
export interface RouteCall<Field extends string> {
  /** The body. */
  readonly fields: Readonly<Record<Field, string>>;
  /** The bearer token; empty for a route that needs none. */
  readonly sessionToken: string;
  /** Where the request came from. */
  readonly context: RequestContext;
}

/**
 * One path, and what it does.
 *
 * `run` and `body` are methods, so that routes with different fields fit into one list.
 */
export interface Route<U extends User = User, Field extends string = string, Result = unknown> {
  /** The only method the path allows. */
  readonly method: "GET" | "POST" | "DELETE";
  /** After the base path. */
  readonly path: string;
  /** The fields of the body: all of them required, and no other allowed. */
  readonly fields: readonly Field[];
  /** Whether the request must carry a session token. */
  readonly needsBearer: boolean;
  /** The status of success. */
  readonly status: 200 | 201;
  /** Asks the harbor. */
  run(harbor: UserHarbor<U>, call: RouteCall<Field>): Promise<Result>;
  /** The body of success. */
  body(result: Result): unknown;
}

/** Every route; `serializeUser` makes the answer of `GET /me`. */
export function makeRoutes<U extends User>(serializeUser: (user: U) => unknown): readonly Route<U>[] {
  const me: Route<U, never, U> = {
    method: "GET",
    path: "/me",
    fields: [],
    needsBearer: true,
    status: 200,
    run: (harbor, { sessionToken, context }) => harbor.getCurrentUser(sessionToken, context),
    body: serializeUser,
  };
  return [...ROUTES, me];
}

const ROUTES: readonly Route[] = [
  withoutSession("/register", {
    fields: ["username", "email", "password"],
    status: 201,
    run: (harbor, { fields, context }) => harbor.register(fields, context),
    body: () => ({ detail: "User registered" }),
  }),
  withoutSession("/verify-email", {
    fields: ["token"],
    run: (harbor, { fields, context }) => harbor.verifyEmail(fields.token, context),
    body: () => ({ detail: "Email verified" }),
  }),
  withoutSession("/resend-verification", {
    fields: ["email"],
    run: (harbor, { fields, context }) => harbor.resendVerification(fields.email, context),
    body: () => ({ detail: "Verification email sent" }),
  }),
  withoutSession("/login", {
    fields: ["username", "password"],
    run: (harbor, { fields, context }) => harbor.login(fields, context),
    body: sessionBody,
  }),
  withoutSession("/password-reset/request", {
    fields: ["email"],
    run: (harbor, { fields, context }) => harbor.sendPasswordReset(fields.email, context),
    body: () => ({ detail: "Password reset email sent" }),
  }),
  withoutSession("/password-reset/confirm", {
    fields: ["token", "new_password"],
    run: (harbor, { fields, context }) =>
      harbor.resetPassword({ resetToken: fields.token, newPassword: fields.new_password }, context),
    body: () => ({ detail: "Password reset" }),
  }),
  withSession("/logout", {
    fields: [],
    run: (harbor, { sessionToken, context }) => harbor.logout(sessionToken, context),
    body: () => ({ detail: "Logged out" }),
  }),
  withSession("/logout-all", {
    fields: [],
    run: (harbor, { sessionToken, context }) => harbor.logoutAll(sessionToken, context),
    body: () => ({ detail: "Logged out from all sessions" }),
  }),
  withSession("/password/change", {
    fields: ["old_password", "new_password"],
    run: (harbor, { fields, sessionToken, context }) => {
      const { old_password: oldPassword, new_password: newPassword } = fields;
      return harbor.changePassword({ sessionToken, oldPassword, newPassword }, context);
    },
    body: (opened) => ({ detail: "Password changed", ...sessionBody(opened) }),
  }),
  withSession("/account", {
    method: "DELETE",
    fields: ["password"],
    run: (harbor, { fields, sessionToken, context }) =>
      harbor.deleteAccount({ sessionToken, password: fields.password }, context),
    body: () => ({ detail: "Account deleted" }),
  }),
];

type Definition<Field extends string, Result> =
  & Pick<Route<User, Field, Result>, "fields" | "run" | "body">
  & Partial<Pick<Route, "method" | "status">>;

function withoutSession<Field extends string, Result>(
  path: string,
  definition: Definition<Field, Result>,
): Route {
  const route: Route<User, Field, Result> = {
    method: "POST",
    status: 200,
    needsBearer: false,
    path,
    ...definition,
  };
  return route;
}

function withSession<Field extends string, Result>(
  path: string,
  definition: Definition<Field, Result>,
): Route {
  return { ...withoutSession(path, definition), needsBearer: true };
}

function sessionBody({ sessionToken, expiresAt }: OpenedSession): object {
  // RFC 6749, 5.1, for the first two names; RFC 3339 in UTC for the instant.
  return { access_token: sessionToken, token_type: "bearer", expires_at: expiresAt.toISOString() };
}
