import { type ErrorCode, isUserHarborError } from "@userharbor/core";

/** Why a request was refused before the harbor was asked, or could not be served. */
export type HttpErrorCode =
  | "invalid_request"
  | "not_found"
  | "method_not_allowed"
  | "payload_too_large"
  | "unsupported_media_type"
  | "unavailable"
  | "internal_error";

/** Complete by its type: a code without a status does not compile. The sentences are public and never vary. */
const REFUSALS: Readonly<Record<ErrorCode | HttpErrorCode, readonly [status: number, detail: string]>> = {
  invalid_request: [400, "The request body does not have the expected form"],
  invalid_username: [400, "This username is not allowed"],
  invalid_email: [400, "This is not an e-mail address"],
  weak_password: [400, "This password does not meet the policy"],
  invalid_verification_token: [400, "The verification token is unknown, used or expired"],
  invalid_password_reset_token: [400, "The password reset token is unknown, used or expired"],
  invalid_email_change_token: [400, "The email change token is unknown, used or expired"],
  invalid_role: [400, "The name of the role is malformed"],
  invalid_permission: [400, "The name of the permission is malformed"],
  invalid_credentials: [401, "The username or password is wrong"],
  invalid_session_token: [401, "A valid bearer token is required"],
  reauthentication_required: [403, "The password has to be given again"],
  password_change_required: [403, "The password has to be changed first"],
  unverified_user: [403, "The e-mail address is not verified yet"],
  permission_denied: [403, "The account lacks the role or permission"],
  not_found: [404, "There is nothing at this path"],
  unknown_user: [404, "There is no such account"],
  unknown_session: [404, "There is no such session"],
  unknown_role: [404, "There is no such role"],
  unknown_permission: [404, "There is no such permission"],
  method_not_allowed: [405, "This path does not allow the method"],
  username_taken: [409, "This username is taken"],
  email_taken: [409, "This e-mail address is taken"],
  role_already_exists: [409, "This role exists already"],
  permission_already_exists: [409, "This permission exists already"],
  payload_too_large: [413, "The request body is too large"],
  unsupported_media_type: [415, "The request body must be application/json in UTF-8"],
  rate_limited: [429, "There were too many attempts"],
  internal_error: [500, "The request could not be served"],
  overloaded: [503, "The service is overloaded"],
  unavailable: [503, "The service is unavailable at the moment"],
};

/** Answers are about one person and may hold a secret: nobody caches them, guesses their type or passes on where they came from. */
const HEADERS_OF_EVERY_ANSWER = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

interface Head {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes the answer that carries this value; throws a `TypeError` for what JSON cannot express. */
export function jsonResponse(value: unknown, { status, headers }: Head): Response {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError("Cannot answer: the value has no form in JSON");
  return new Response(text, { status, headers: { ...HEADERS_OF_EVERY_ANSWER, ...headers } });
}

/** Makes the answer that goes with a code. */
export function refuse(
  code: ErrorCode | HttpErrorCode,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const [status, detail] = REFUSALS[code];
  // RFC 9110, 15.5.2: a 401 names the scheme that would be accepted.
  const challenge: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return jsonResponse({ detail, code }, { status, headers: { ...challenge, ...headers } });
}

/** Makes the answer to a request that a foreign page may have sent. */
export function refuseForeignPage(): Response {
  const [status] = REFUSALS.permission_denied;
  const detail = "The request does not come from a page of this origin";
  return jsonResponse({ detail, code: "permission_denied" }, { status });
}

/**
 * Answers what a guard, or any operation of a harbor, rejected with, just as the handler does.
 *
 * The answer depends on the error's code alone: no message, stack or cause is shown. What is no refusal by
 * UserHarbor, such as a database's error, becomes 503 `unavailable`, never "not logged in".
 *
 * @param error what was caught
 * @returns `{ detail, code }` under the status of the code
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarborError } from "@userharbor/core";
 * import { errorResponse } from "@userharbor/http";
 *
 * const denied = errorResponse(new UserHarborError("permission_denied", "Cannot proceed: no such role"));
 * assert.equal(denied.status, 403);
 * assert.equal((await denied.json()).code, "permission_denied");
 *
 * assert.equal(errorResponse(new Error("connection refused")).status, 503);
 * ```
 */
export function errorResponse(error: unknown): Response {
  if (!isUserHarborError(error)) return refuse("unavailable");
  // Another version of the core may know codes that this one does not.
  if (!Object.hasOwn(REFUSALS, error.code)) return refuse("internal_error");
  if (error.retryAfterSeconds === undefined) return refuse(error.code);
  return refuse(error.code, { "retry-after": String(Math.ceil(error.retryAfterSeconds)) });
}
