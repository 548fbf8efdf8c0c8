import type { Session, User } from "../interfaces.ts";
import { refusePermission } from "./_grant_names.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { checkSession, refuseSession, requireRefreshedSession } from "./_sessions.ts";

/** As often as a name may change between two reads before nobody waits any longer. */
const MAX_ATTEMPTS = 8;

/** A role or a permission, and the session whose account may have it. */
interface GrantQuestion {
  readonly sessionToken: string;
  readonly name: string;
  /** Refuses a name that is malformed, once the session is known to be good. */
  readonly requireName: (name: string, trace: OperationTrace) => void;
  /** How a store tells roles or permissions, which it knows by the name of an account. */
  readonly read: "getUserRoles" | "getUserPermissions";
  readonly trace: OperationTrace;
}

/** Roles or permissions, and whose they are. */
interface OwnGrants<U extends User> {
  readonly user: U;
  readonly names: ReadonlySet<string>;
}

/** Whether the account behind a session has a role or a permission. */
export async function hasGrant<U extends User>(harbor: Harbor<U>, question: GrantQuestion): Promise<boolean> {
  const session = await checkSession(harbor, question);
  return session !== null &&
    (await findOwnGrants(harbor, { session, ...question }))?.names.has(question.name) === true;
}

/** The account behind a session, if it has a role or a permission. */
export async function requireGrant<U extends User>(harbor: Harbor<U>, question: GrantQuestion): Promise<U> {
  const session = await requireRefreshedSession(harbor, question);
  const { names, user } = await findOwnGrants(harbor, { session, ...question }) ?? refuseSession();
  return names.has(question.name) ? user : refusePermission();
}

/**
 * What the account behind a session has, and nobody else's: between the two reads its name may have become another
 * account's. So the session is read once more, and what was read counts only if that is still the name of its account.
 *
 * @returns null for a session that was ended meanwhile
 * @throws {Error} when the name is another one each time
 */
async function findOwnGrants<U extends User>(
  { store }: Harbor<U>,
  { session, name, requireName, read, trace }: GrantQuestion & { readonly session: Session<U> },
): Promise<OwnGrants<U> | null> {
  requireName(name, trace);
  let { user } = session;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const names = await store[read](user.username);
    const now = (await store.getSession(session.tokenHash))?.user;
    if (now === undefined || now.id !== user.id) {
      trace.because("ended_meanwhile");
      return null;
    }
    if (now.username === user.username) return { user: now, names };
    user = now;
  }
  throw new Error("Cannot proceed: the username is another one each time");
}
