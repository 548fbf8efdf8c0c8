/** Why an operation was refused. Codes are stable; messages are not. */
export type ErrorCode =
  | "invalid_username"
  | "username_taken"
  | "invalid_email"
  | "email_taken"
  | "weak_password"
  | "invalid_verification_token"
  | "invalid_credentials"
  | "unverified_user"
  | "invalid_session_token"
  | "unknown_session"
  | "reauthentication_required"
  | "password_change_required"
  | "invalid_password_reset_token"
  | "invalid_email_change_token"
  | "unknown_user"
  | "invalid_role"
  | "role_already_exists"
  | "unknown_role"
  | "invalid_permission"
  | "permission_already_exists"
  | "unknown_permission"
  | "permission_denied"
  | "rate_limited"
  | "overloaded";

/** What a {@link UserHarborError} may carry beside its code and message. */
export interface UserHarborErrorDetails {
  /** Why a password was refused: what the password validator answered. */
  readonly reason?: string;
  /** Whole seconds after which trying again makes sense; goes with `overloaded` and `rate_limited`. */
  readonly retryAfterSeconds?: number;
  /** What led to the refusal, for logs; never shown to a caller. */
  readonly cause?: unknown;
}

const BRAND: unique symbol = Symbol.for("userharbor.error");

/**
 * The one error that UserHarbor refuses with.
 *
 * Switch on `code`. The message says what could not be done and never holds a token, an address or a
 * password. Recognise it with {@link isUserHarborError}: a copy from JSR and a copy from npm may meet in one
 * process, where `instanceof` tells them apart.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isUserHarborError, UserHarborError } from "@userharbor/core";
 *
 * const error = new UserHarborError("weak_password", "Cannot set the password: too short", { reason: "too_short" });
 * assert.equal(error.code, "weak_password");
 * assert.equal(isUserHarborError(error), true);
 * ```
 */
export class UserHarborError extends Error {
  /** Fixed, so that copies from different registries look alike in logs. */
  override readonly name: "UserHarborError" = "UserHarborError";
  /** Stable, snake_case; what programs decide on. */
  readonly code: ErrorCode;
  /** Why a password was refused, if a validator said why. */
  declare readonly reason?: string;
  /** Whole seconds after which trying again makes sense. */
  declare readonly retryAfterSeconds?: number;

  /**
   * Makes a refusal.
   *
   * @param code what programs decide on
   * @param message what could not be done and why; without tokens, addresses or passwords
   * @param details a reason, a time to wait, a cause
   */
  constructor(code: ErrorCode, message: string, details: UserHarborErrorDetails = {}) {
    // Of the details it takes the cause, if there is one.
    super(message, details);
    this.code = code;
    if (details.reason !== undefined) this.reason = details.reason;
    if (details.retryAfterSeconds !== undefined) this.retryAfterSeconds = details.retryAfterSeconds;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Tells whether a caught value is a {@link UserHarborError}, whichever copy of the library made it.
 *
 * @param value anything that was thrown
 * @returns true for a refusal by UserHarbor, false for everything else
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isUserHarborError, UserHarborError } from "@userharbor/core";
 *
 * function status(error: unknown): number {
 *   if (!isUserHarborError(error)) throw error;
 *   return error.code === "invalid_session_token" ? 401 : 400;
 * }
 * assert.equal(status(new UserHarborError("invalid_session_token", "Cannot use the session: it has ended")), 401);
 * ```
 */
export function isUserHarborError(value: unknown): value is UserHarborError {
  return typeof value === "object" && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}
