import { UserHarborError } from "../errors.ts";
import type { User } from "../interfaces.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireRefreshedSession } from "./_sessions.ts";

/** A session, and how fresh it has to be. */
export interface RequireFreshSessionInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** The password must have been given within this time, in seconds. Default: 600, ten minutes. */
  readonly maxAgeSeconds?: number;
}

/** Between the five minutes and the day of others; a person finishes what a dialog asks within it. */
const DEFAULT_MAX_AGE_SECONDS = 600;

/**
 * The account behind a session that was opened a short while ago, for what a forgotten session must not do.
 *
 * A session without `createdAt` is never fresh.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, then `reauthentication_required`
 * @throws {TypeError} when `maxAgeSeconds` is no number
 * @throws {RangeError} when `maxAgeSeconds` is not above 0
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.5.1 and 7.5.3}
 */
export async function requireFreshSession<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS }, trace }: Call<RequireFreshSessionInput>,
): Promise<U> {
  if (typeof maxAgeSeconds !== "number") throw new TypeError("maxAgeSeconds must be a number of seconds");
  if (!(maxAgeSeconds > 0)) throw new RangeError("maxAgeSeconds must be above 0");
  const { user, createdAt } = await requireRefreshedSession(harbor, { sessionToken, trace });
  const isFresh = createdAt !== undefined &&
    harbor.clock().getTime() < createdAt.getTime() + maxAgeSeconds * 1000;
  if (!isFresh) {
    throw new UserHarborError(
      "reauthentication_required",
      "Cannot proceed: it is too long since the password was given",
    );
  }
  return user;
}
