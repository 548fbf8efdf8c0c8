import type { User } from "@userharbor/core";
import { ACCOUNT_ROUTES } from "./account_routes.ts";
import type { Route } from "./route.ts";
import { SESSION_ROUTES } from "./session_routes.ts";

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
  return [...ACCOUNT_ROUTES, ...SESSION_ROUTES, me];
}
