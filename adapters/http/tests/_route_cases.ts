/** What the people of a test hold. */
export interface Secrets {
  /** Opens Ada's session. */
  readonly session: string;
  /** Verifies Bob's address. */
  readonly verification: string;
  /** Resets Ada's password. */
  readonly reset: string;
  /** Moves Ada to another address. */
  readonly emailChange: string;
  /** Names another session of Ada's; opens nothing. */
  readonly sessionId: string;
}

/** A route as the contract has it, and a request it serves. */
export interface RouteCase {
  readonly method: string;
  readonly path: string;
  readonly needsBearer: boolean;
  readonly status: number;
  /** Absent: the route reads no fields. */
  readonly body?: (secrets: Secrets) => Readonly<Record<string, string>>;
}

/** Ada's, who is verified; Bob chose it, too. */
export const PASSWORD = "seven quiet otters at dawn";

/** A password nobody has yet. */
export const NEW_PASSWORD = "another horse battery staple";

/** Written out from the contract, not taken from the code under test. */
export const ROUTE_CASES: readonly RouteCase[] = [
  {
    method: "POST",
    path: "/register",
    needsBearer: false,
    status: 201,
    body: () => ({ username: "cleo", email: "cleo@example.org", password: PASSWORD }),
  },
  {
    method: "POST",
    path: "/verify-email",
    needsBearer: false,
    status: 200,
    body: ({ verification }) => ({ token: verification }),
  },
  {
    method: "POST",
    path: "/resend-verification",
    needsBearer: false,
    status: 200,
    body: () => ({ email: "bob@example.org" }),
  },
  {
    method: "POST",
    path: "/login",
    needsBearer: false,
    status: 200,
    body: () => ({ username: "ada", password: PASSWORD }),
  },
  { method: "POST", path: "/logout", needsBearer: true, status: 200 },
  { method: "POST", path: "/logout-all", needsBearer: true, status: 200 },
  { method: "GET", path: "/me", needsBearer: true, status: 200 },
  {
    method: "POST",
    path: "/password-reset/request",
    needsBearer: false,
    status: 200,
    body: () => ({ email: "ada@example.org" }),
  },
  {
    method: "POST",
    path: "/password-reset/confirm",
    needsBearer: false,
    status: 200,
    body: ({ reset }) => ({ token: reset, new_password: NEW_PASSWORD }),
  },
  {
    method: "POST",
    path: "/password/change",
    needsBearer: true,
    status: 200,
    body: () => ({ old_password: PASSWORD, new_password: NEW_PASSWORD }),
  },
  {
    method: "POST",
    path: "/email/change",
    needsBearer: true,
    status: 200,
    body: () => ({ password: PASSWORD, new_email: "ada@example.com" }),
  },
  {
    method: "POST",
    path: "/email/change/confirm",
    needsBearer: false,
    status: 200,
    body: ({ emailChange }) => ({ token: emailChange }),
  },
  {
    method: "POST",
    path: "/username/change",
    needsBearer: true,
    status: 200,
    body: () => ({ password: PASSWORD, new_username: "lovelace" }),
  },
  {
    method: "POST",
    path: "/reauthenticate",
    needsBearer: true,
    status: 200,
    body: () => ({ password: PASSWORD }),
  },
  { method: "GET", path: "/sessions", needsBearer: true, status: 200 },
  {
    method: "POST",
    path: "/sessions/revoke",
    needsBearer: true,
    status: 200,
    body: ({ sessionId }) => ({ session_id: sessionId }),
  },
  { method: "POST", path: "/sessions/revoke-others", needsBearer: true, status: 200 },
  {
    method: "DELETE",
    path: "/account",
    needsBearer: true,
    status: 200,
    body: () => ({ password: PASSWORD }),
  },
];

/** The routes that read fields. */
export const ROUTES_WITH_FIELDS: readonly Required<RouteCase>[] = ROUTE_CASES.filter(
  (route): route is Required<RouteCase> => route.body !== undefined,
);

/** The routes that read none, and may be asked with a body nonetheless. */
export const ROUTES_WITHOUT_FIELDS: readonly RouteCase[] = ROUTE_CASES.filter(
  ({ body, method }) => body === undefined && method === "POST",
);

/** The case of a path. */
export function routeCase(path: string): RouteCase {
  const found = ROUTE_CASES.find((route) => route.path === path);
  if (found === undefined) throw new RangeError(`There is no case for ${path}`);
  return found;
}
