import { UserHarborError } from "../errors.ts";
import type { HiddenReason } from "../events.ts";
import type { User, UserGuard } from "../interfaces.ts";
import { exceededPasswordLimit } from "../primitives/password_limits.ts";
import { whileEnabled } from "./_accounts.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";

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
  readonly password: string;
  /** Makes the change under the guard; null: the guard refused, and nothing was written. */
  readonly write: (guard: MatchedHash) => Promise<Result | null>;
}

/**
 * Makes a change only under the password hash that the password was verified against.
 *
 * Known account or not, it costs one read and one slow hash. A write refused by its guard is tried once more, and
 * only if the hash changed meanwhile: a rehash must not fail anybody, and a new password must not be bypassed.
 *
 * @throws {UserHarborError} `invalid_credentials`
 */
export async function writeUnderPassword<Result>(
  harbor: Harbor,
  { user, password, write, trace }: PasswordCheck<Result>,
): Promise<Result> {
  const { store, passwordHasher } = harbor;
  if (exceededPasswordLimit(password) !== null) refuseCredentials(trace, "malformed_credentials");
  const passwordHash = await store.getPasswordHash(user === null ? NOBODY : user.username);
  if (user === null || passwordHash === null) {
    await passwordHasher.hash(password);
    refuseCredentials(trace, user === null ? "unknown_user" : "ended_meanwhile");
  }
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
