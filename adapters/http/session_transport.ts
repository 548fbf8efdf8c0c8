import type { OpenedSession } from "@userharbor/core";
import { bearerToken } from "./bearer_token.ts";
import { cookieValues } from "./cookie_values.ts";
import { isSameSiteRequest } from "./is_same_site_request.ts";
import type { SessionCookie } from "./session_cookie.ts";

/** What a route answers with. */
export interface Answer {
  /** Of the JSON. */
  readonly body: unknown;
  /** Beside those of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How session tokens travel between a caller and the routes. */
export interface SessionTransport {
  /** Whether a request may be served, judged by its headers alone. */
  admits(request: Request): boolean;
  /** The session token a request carries; null without valid credentials. */
  token(request: Request): string | null;
  /** The session a browser would lose by opening another one; null for none. */
  replaceable(request: Request): string | null;
  /** Hands over a session, after the other members of the body. */
  opened(session: OpenedSession, body?: object): Answer;
  /** Tells that the caller has no session any more. */
  ended(body: object): Answer;
  /** The headers of an answer that refuses the session of this request. */
  refused(request: Request): Readonly<Record<string, string>>;
}

/**
 * By the bearer header, and by the cookie if there is one.
 *
 * @throws {TypeError} for what is no session cookie
 */
export function sessionTransport(cookie: SessionCookie | undefined): SessionTransport {
  return cookie === undefined ? BEARER : cookieTransport(checkCookie(cookie));
}

const BEARER: SessionTransport = {
  admits: () => true,
  token: bearerToken,
  replaceable: () => null,
  opened: ({ sessionToken, expiresAt }, body) => ({
    // RFC 6749, 5.1, for the first two names; RFC 3339 in UTC for the instant.
    body: { ...body, access_token: sessionToken, token_type: "bearer", expires_at: expiresAt.toISOString() },
  }),
  ended: (body) => ({ body }),
  refused: () => ({}),
};

function cookieTransport(cookie: SessionCookie): SessionTransport {
  return {
    admits: (request) => isSameSiteRequest(request, cookie.origin) || comesFromNoBrowser(request),
    token: (request) => agreedToken(request, cookie),
    replaceable: (request) => cookie.read(request),
    opened: ({ sessionToken, expiresAt }, body) => ({
      body: { ...body, token_type: "cookie", expires_at: expiresAt.toISOString() },
      headers: { "set-cookie": cookie.set(sessionToken) },
    }),
    ended: (body) => ({ body, headers: { "set-cookie": cookie.clear() } }),
    // What cannot be read is cleared as well: it would be refused for as long as the browser keeps it.
    refused: (request): Record<string, string> =>
      cookieValues(request, cookie.name).length === 0 ? {} : { "set-cookie": cookie.clear() },
  };
}

/** Browsers send one of these with whatever a page makes them change; any cookie at all betrays one. */
function comesFromNoBrowser({ headers }: Request): boolean {
  return !["cookie", "origin", "sec-fetch-site"].some((name) => headers.has(name));
}

/** Two sessions in one request are none: nobody could tell which of them is meant. */
function agreedToken(request: Request, cookie: SessionCookie): string | null {
  const held = cookie.read(request);
  // Another scheme is not ours to judge: a proxy may ask for Basic credentials before this server is reached.
  if (!/^Bearer/i.test(request.headers.get("authorization") ?? "")) return held;
  const shown = bearerToken(request);
  return held === null || held === shown ? shown : null;
}

function checkCookie(cookie: SessionCookie): SessionCookie {
  const { origin, name, read, set, clear } = Object(cookie) as Partial<SessionCookie>;
  const isCookie = [origin, name].every((text) => typeof text === "string") &&
    [read, set, clear].every((member) => typeof member === "function");
  if (!isCookie) throw new TypeError("cookie must be made by createSessionCookie");
  return cookie;
}
