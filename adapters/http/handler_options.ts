import type { RequestContext, User } from "@userharbor/core";
import { AddressNetworks } from "./address_networks.ts";
import { checkOptionNames } from "./check_option_names.ts";
import type { Connection } from "./client_address.ts";
import { contextBehind } from "./request_context.ts";
import type { SessionCookie } from "./session_cookie.ts";
import { type SessionTransport, sessionTransport } from "./session_transport.ts";

/** How a handler differs from the defaults. */
export interface HandlerOptions<U extends User = User> {
  /** Where the routes are mounted: starts with `/` and does not end with one, unless it is `/`. Default: `/auth`. */
  readonly basePath?: string;
  /**
   * What `GET /me` answers; may be async. Default: `username`, `email` and `verified`, whatever else the store's
   * user has.
   */
  readonly serializeUser?: (user: U) => unknown;
  /**
   * What the harbor is told about a caller, given what it is told by default: the address, if the handler was told
   * that of the peer, the user agent, 512 characters at most, and the first language of `Accept-Language`.
   */
  readonly context?: (request: Request, byDefault: RequestContext) => RequestContext;
  /**
   * The proxies that are believed about where a request comes from, as they write it in `X-Forwarded-For`: addresses,
   * and networks such as `10.0.0.0/8`. Default: none, and a request comes from the peer.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Told of every error behind a 500 or 503, which the answer hides; for logs, and it may hold secrets of the
   * database. What it throws is ignored. Default: nobody is told.
   */
  readonly onError?: (error: unknown) => void;
  /**
   * Keeps session tokens in this cookie, out of the reach of scripts, and refuses whatever change a foreign page
   * may have asked for. Default: none; tokens are handed to the caller.
   */
  readonly cookie?: SessionCookie;
}

/** The options of a handler, complete. */
export interface CheckedHandlerOptions<U extends User>
  extends Required<Pick<HandlerOptions<U>, "basePath" | "serializeUser" | "onError">> {
  /** What the harbor is told about a caller. */
  readonly context: (request: Request, connection: Connection) => RequestContext;
  /** What came of the cookie, or of its absence. */
  readonly sessions: SessionTransport;
}

const KNOWN_OPTIONS: readonly (keyof HandlerOptions)[] = [
  "basePath",
  "serializeUser",
  "context",
  "trustedProxies",
  "onError",
  "cookie",
];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} for an option of the wrong type, or one that does not exist
 * @throws {RangeError} for a base path, or a network, of another form; both name the option
 */
export function checkHandlerOptions<U extends User>(
  options: HandlerOptions<U>,
): CheckedHandlerOptions<U> {
  checkOptionNames(options, { known: KNOWN_OPTIONS, of: "createHandler" });
  for (const name of ["serializeUser", "context", "onError"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "function") throw new TypeError(`${name} must be a function`);
  }
  return {
    basePath: checkBasePath(options.basePath ?? "/auth"),
    serializeUser: options.serializeUser ?? publicUser,
    context: contextOf(options),
    onError: options.onError ?? (() => {}),
    sessions: sessionTransport(options.cookie),
  };
}

function contextOf<U extends User>(
  { context, trustedProxies = [] }: HandlerOptions<U>,
): CheckedHandlerOptions<U>["context"] {
  const byDefault = contextBehind(new AddressNetworks(trustedProxies));
  if (context === undefined) return byDefault;
  return (request, connection) => context(request, byDefault(request, connection));
}

function checkBasePath(basePath: unknown): string {
  if (typeof basePath !== "string") throw new TypeError("basePath must be a string");
  // What a URL spells otherwise, such as "/a/../b" or "/ü", would never match the path of a request.
  const isPath = basePath.startsWith("/") && !basePath.startsWith("//") &&
    new URL(basePath, "http://localhost").pathname === basePath;
  if (!isPath || (basePath !== "/" && basePath.endsWith("/"))) {
    throw new RangeError(
      'basePath must be "/", or start with "/" and not end with it, spelt as in the URL of a request',
    );
  }
  return basePath;
}

function publicUser({ username, email, verified }: User): object {
  return { username, email, verified };
}
