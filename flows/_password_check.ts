import { UserHarborError } from "../errors.ts";
import type { HiddenReason } from "../events.ts";
import type { User, UserGuard } from "../interfaces.ts";
import { exceededPasswordLimit } from "../primitives/password_limits.ts";
import { whileEnabled } from "./_accounts.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { type TypedName, withinPasswordAttempts } from "./_password_attempts.ts";

/** No username is empty: the read costs what one for an account does, and finds nothing. */
const NOBODY = "";

/** The guard of a write that a password check allows: this account, enabled, with the very hash that matched. */
export interface MatchedHash extends UserGuard {
  readonly userId: string;
  readonly passwordHash: string;
}

interface PasswordCheck<Result> {
  readonly trace: OperationTrace;
  /** Null: there is no such account, and the answer must cost the same. */
  readonly user: User | null;
  /** Who it was said to be; absent: a live session says so. */
  readonly typed?: TypedName;
  readonly password: string;
  /** Makes the change under the guard; null: the guard refused, and nothing was written. */
  readonly write: (guard: MatchedHash) => Promise<Result | null>;
}

/**
 * Makes a change only under the password hash that the password was verified against.
 *
 * Known account or not, it costs one read, one attempt and one slow hash. A write refused by its guard is tried
 * once more, and only if the hash changed meanwhile: a rehash must not fail anybody, and a new password must not be
 * bypassed.
 *
 * @throws {UserHarborError} `invalid_credentials`; `rate_limited` where a live session says who it is
 */
export async function writeUnderPassword<Result>(
  harbor: Harbor,
  check: PasswordCheck<Result>,
): Promise<Result> {
  const { user, typed, password, trace } = check;
  if (exceededPasswordLimit(password) !== null) refuseCredentials(trace, "malformed_credentials");
  const passwordHash = await harbor.store.getPasswordHash(user === null ? NOBODY : user.username);
  return await withinPasswordAttempts(harbor, {
    user,
    typed,
    work: async (mayVerify) => {
      if (user !== null && passwordHash !== null && mayVerify) {
        return await verifyAndWrite(harbor, { ...check, user, passwordHash });
      }
      await harbor.passwordHasher.hash(password);
      if (user === null) refuseCredentials(trace, "unknown_user");
      refuseCredentials(trace, mayVerify ? "ended_meanwhile" : "attempts_exhausted");
    },
  });
}

interface Verification<Result> extends PasswordCheck<Result> {
  readonly user: User;
  readonly passwordHash: string;
}

async function verifyAndWrite<Result>(
  harbor: Harbor,
  { user, password, passwordHash, write, trace }: Verification<Result>,
): Promise<Result> {
  const { store, passwordHasher } = harbor;
  const attempt = async (hash: string, whenWrong: HiddenReason) =>
    await passwordHasher.verify(password, hash)
      ? await write({ userId: user.id, passwordHash: hash, ...whileEnabled(harbor) })
      : refuseCredentials(trace, whenWrong);
  const result = await attempt(passwordHash, "wrong_password");
  if (result !== null) return result;
  const newerHash = await store.getPasswordHash(user.username);
  if (newerHash === null || newerHash === passwordHash) {
    refuseCredentials(trace, "ended_meanwhile");
  }
  return await attempt(newerHash, "password_changed_meanwhile") ??
    refuseCredentials(trace, "password_changed_meanwhile");
}

/** The refusal that never tells whether the account, or only the password, was wrong. */
export function refuseCredentials(trace: OperationTrace, reason: HiddenReason): never {
  trace.because(reason);
  throw new UserHarborError("invalid_credentials", "Cannot confirm the credentials: they do not match");
}
