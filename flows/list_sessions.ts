import type { NewSession, SessionClient, User } from "../interfaces.ts";
import { present } from "../primitives/present.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { isLive, refuseEndedSession, requireRefreshedSession } from "./_sessions.ts";

/** One of a person's sessions, as the person may see it. */
export interface SessionSummary {
  /** Names the session to `sessions.revoke`; neither the token nor its hash. */
  readonly id: string;
  /** When it was opened; absent where the store does not know. */
  readonly createdAt?: Date;
  /** When it ends unless it is used. */
  readonly expiresAt: Date;
  /** Whether it is the session that asked. */
  readonly current: boolean;
  /** Where it was opened, as the application told then; absent where that is not kept, or no longer. */
  readonly client?: SessionClient;
}

/**
 * The live sessions of the account behind a session, oldest first.
 *
 * @throws {UserHarborError} `invalid_session_token`, also when the session itself is ended meanwhile; then
 * `password_change_required`
 * @throws {TypeError} when the store has no `listSessions`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.5.2}
 */
export async function listSessions<U extends User>(
  harbor: Harbor<U>,
  { input: sessionToken, trace }: Call<string>,
): Promise<readonly SessionSummary[]> {
  const { store } = harbor;
  const read = requireStoreMethod(store, "listSessions");
  const current = await requireRefreshedSession(harbor, { sessionToken, trace });
  const stored = await read.call(store, current.username);
  const sessions = stored.filter((session) => isLive(harbor, session));
  // The name may be a newcomer's by now, whose sessions are nobody else's to see.
  if (!sessions.some(({ tokenHash }) => tokenHash === current.tokenHash)) refuseEndedSession(trace);
  return sessions.flatMap((session) => {
    const { id, createdAt, expiresAt } = session;
    // Without a public id, which only a foreign writer leaves out, it cannot be named and is not shown.
    if (id === undefined) return [];
    const client = rememberedClient(harbor, session);
    return [{
      id,
      expiresAt,
      current: session.tokenHash === current.tokenHash,
      ...present({ createdAt, client }),
    }];
  });
}

/** What is kept longer than the application says, until a purge comes by, is forgotten all the same. */
function rememberedClient(
  { clock, sessionClientRetentionMs }: Harbor,
  { client, createdAt }: NewSession,
): SessionClient | undefined {
  if (sessionClientRetentionMs === null || createdAt === undefined) return undefined;
  return clock().getTime() < createdAt.getTime() + sessionClientRetentionMs ? client : undefined;
}
