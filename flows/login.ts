import { UserHarborError } from "../errors.ts";
import type { RequestContext } from "../events.ts";
import type { User, UserStore } from "../interfaces.ts";
import { isLoginName } from "../primitives/login_name.ts";
import { exceededPasswordLimit } from "../primitives/password_limits.ts";
import { findHolder, findUser } from "./_accounts.ts";
import { change } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { withinLoginLimits } from "./_login_limits.ts";
import { OperationTrace } from "./_operation_trace.ts";
import { type TypedName, typedName } from "./_password_attempts.ts";
import { type MatchedHash, refuseCredentials, writeUnderPassword } from "./_password_check.ts";
import { addSessionWithinLimit } from "./_session_limit.ts";
import { mintSession, type OpenedSession } from "./_sessions.ts";

/** What a person logs in with. */
export interface LoginInput {
  /** The username, in any case; with an `@`: the address of a verified account. */
  readonly username: string;
  /** The password as typed. */
  readonly password: string;
}

/**
 * Opens a session for whoever knows the password of a verified account that nobody disabled.
 *
 * Every well-formed attempt costs one slow hash, so that neither answer nor time tells whether the account
 * exists, was disabled, or was guessed at too often; `rate_limited` costs none, and follows from what was asked
 * before alone. The session is stored only while the account is enabled and has the password hash that matched: what
 * changed meanwhile leaves no session behind.
 *
 * @throws {UserHarborError} `rate_limited`, `invalid_credentials`; `unverified_user` once the password matched
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.3.8 and 7.2.4}
 */
export async function login<U extends User>(
  harbor: Harbor<U>,
  { input: { username, password }, context, trace }: Call<LoginInput>,
): Promise<OpenedSession<U>> {
  if (!isLoginName(username) || exceededPasswordLimit(password) !== null) {
    refuseCredentials(trace, "malformed_credentials");
  }
  const typed = typedName(harbor, username);
  const work = () => openSession(harbor, { username, password, typed, context, trace });
  return await withinLoginLimits(harbor, { typed, context, work });
}

interface Login extends LoginInput {
  readonly typed: TypedName;
  readonly context: RequestContext | undefined;
  readonly trace: OperationTrace;
}

async function openSession<U extends User>(
  harbor: Harbor<U>,
  { username, password, typed, context, trace }: Login,
): Promise<OpenedSession<U>> {
  const user = username.includes("@")
    ? await findOwner(harbor, { email: username, trace })
    : await findUser(harbor, { username, trace });
  return await writeUnderPassword(harbor, {
    user,
    typed,
    password,
    trace,
    write: async (guard) => {
      if (user === null) return null;
      if (user.disabled) refuseCredentials(trace, "account_disabled");
      if (!user.verified) {
        throw new UserHarborError("unverified_user", "Cannot log in: the address is not verified yet");
      }
      const { sessionToken, session } = await mintSession(harbor, { username: user.username, context });
      if (!await addSessionWithinLimit(harbor, { session, guard, trace })) return null;
      rehashIfOutdated(harbor, { user, password, guard, context });
      return { sessionToken, expiresAt: session.expiresAt, user };
    },
  });
}

/** Only verification makes an address somebody's. */
async function findOwner<U extends User>(
  harbor: Harbor<U>,
  { email, trace }: { readonly email: string; readonly trace: OperationTrace },
): Promise<U | null> {
  const holder = await findHolder(harbor, { email, trace });
  if (holder === null || holder.verified) return holder;
  trace.because("address_unverified");
  return null;
}

interface Rehash {
  readonly user: User;
  readonly password: string;
  readonly guard: MatchedHash;
  readonly context: RequestContext | undefined;
}

/** Brings a hash made at a lower cost up to today's; guarded, so that a password changed meanwhile stays. */
function rehashIfOutdated(harbor: Harbor, { user, password, guard, context }: Rehash): void {
  const { background, passwordHasher } = harbor;
  background.start({ name: "rehash", context, user }, async () => {
    if (!await passwordHasher.needsRehash(guard.passwordHash)) return;
    const passwordHash = await passwordHasher.hash(password);
    const trace = new OperationTrace("rehash", context);
    trace.about(user);
    const work = (store: UserStore) => store.setPasswordHash(user.username, passwordHash, guard);
    await change(harbor, { trace, work });
  });
}
