import type { Session, User } from "../interfaces.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";

/** As often as a name may change between two reads before nobody waits any longer. */
const MAX_ATTEMPTS = 8;

/** A session, and what is asked of its account. */
interface GrantSearch<U extends User> {
  readonly session: Session<U>;
  /** Reads roles or permissions, which a store knows by the name of an account. */
  readonly read: (username: string) => Promise<ReadonlySet<string>>;
  readonly trace: OperationTrace;
}

/** Roles or permissions, and whose they are. */
interface OwnGrants<U extends User> {
  readonly user: U;
  readonly names: ReadonlySet<string>;
}

/**
 * What the account behind a session has, and nobody else's: between the two reads its name may have become another
 * account's. So the session is read once more, and what was read counts only if that is still the name of its account.
 *
 * @returns null for a session that was ended meanwhile
 * @throws {Error} when the name is another one each time
 */
export async function findOwnGrants<U extends User>(
  { store }: Harbor<U>,
  { session, read, trace }: GrantSearch<U>,
): Promise<OwnGrants<U> | null> {
  let { user } = session;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const names = await read(user.username);
    const now = (await store.getSession(session.tokenHash))?.user;
    if (now === undefined || now.id !== user.id) {
      trace.because("ended_meanwhile");
      return null;
    }
    if (now.username === user.username) return { user: now, names };
    user = now;
  }
  throw new Error("Cannot tell what the account may do: its name is another one each time it is read");
}
