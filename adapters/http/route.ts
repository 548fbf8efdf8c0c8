import type { RequestContext, User, UserHarbor } from "@userharbor/core";
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

/** What a route says of itself. */
export type RouteDefinition<Field extends string, Result> =
  & Pick<Route<User, Field, Result>, "fields" | "run" | "answer">
  & Partial<Pick<Route, "method" | "status">>;

/** A route for anybody; by default `POST`, and 200 on success. */
export function withoutSession<Field extends string, Result>(
  path: string,
  definition: RouteDefinition<Field, Result>,
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

/** A route for whoever has a live session. */
export function withSession<Field extends string, Result>(
  path: string,
  definition: RouteDefinition<Field, Result>,
): Route {
  return { ...withoutSession(path, definition), needsSession: true };
}
