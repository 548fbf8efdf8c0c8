/**
 * Accounts over HTTP: the routes and the guards of one application, on the `Request` and `Response` of the web.
 *
 * Runs wherever those exist: Deno, Bun, Node, and edge runtimes. Callers are known by a bearer token, or by
 * a cookie.
 *
 * @module
 */

export { errorResponse } from "./answers.ts";
export type { HttpErrorCode } from "./answers.ts";
export { clientAddress } from "./client_address.ts";
export type { ClientAddressInput, Connection } from "./client_address.ts";
export { createGuards } from "./create_guards.ts";
export type { GuardOptions, Guards } from "./create_guards.ts";
export { createHandler } from "./create_handler.ts";
export type { HandlerOptions } from "./handler_options.ts";
export { isSameSiteRequest } from "./is_same_site_request.ts";
export { requestContext } from "./request_context.ts";
export type { RequestContextOptions } from "./request_context.ts";
export { createSessionCookie } from "./session_cookie.ts";
export type { SessionCookie, SessionCookieOptions } from "./session_cookie.ts";
