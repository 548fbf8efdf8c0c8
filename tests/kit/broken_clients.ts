import type { NewSession, SessionClient, UserStore } from "@userharbor/core";
import { type BrokenStore, mistaken } from "./_mistaken.ts";

/** Stores that are wrong about where a session was opened. */
export const brokenClients: readonly BrokenStore[] = [
  {
    name: "addSession() keeps the address of a client alone",
    mistake: "one column where there should be two",
    caughtBy: "addSession() keeps the client of a session as it is given",
    open: () => keeping(({ address }) => address === undefined ? {} : { address }),
  },
  {
    name: "addSession() cuts a long user agent short",
    mistake: "a column of 255 characters",
    caughtBy: "addSession() keeps the client of a session as it is given",
    open: () =>
      keeping((client) =>
        client.userAgent === undefined ? client : { ...client, userAgent: client.userAgent.slice(0, 255) }
      ),
  },
  {
    name: "addSession() makes a client up",
    mistake: "empty columns read as empty texts",
    caughtBy: "addSession() without a client gives a session without the field",
    open: () =>
      mistaken((store) => ({
        getSession: async (tokenHash) => {
          const session = await store.getSession(tokenHash);
          return session && { client: { address: "", userAgent: "" }, ...session };
        },
      })),
  },
  {
    name: "refreshSession() forgets the client",
    mistake: "a row that is replaced by the fields its author knew",
    caughtBy: "addSession() keeps the client of a session as it is given",
    open: () =>
      mistaken((store) => ({
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) => {
          const session = await store.getSession(tokenHash);
          const refreshed = await store.refreshSession(tokenHash, expiresAt, ifExpiresAt);
          if (refreshed && session !== null) await replace(store, withoutClient({ ...session, expiresAt }));
          return refreshed;
        },
      })),
  },
  {
    name: "listSessions() gives no client",
    mistake: "a statement that selects the columns it always did",
    caughtBy: "listSessions() gives the client of each session as getSession() does",
    open: () =>
      mistaken((store) => ({
        listSessions: async (username) => (await store.listSessions?.(username) ?? []).map(withoutClient),
      })),
  },
  {
    name: "purgeExpired() forgets clients of the very instant, too",
    mistake: "<= for <",
    caughtBy: "purgeExpired() forgets the clients of sessions opened before an instant, and no other",
    open: () =>
      mistaken((store) => ({
        purgeExpired: ({ clientsBefore, ...request }) =>
          store.purgeExpired({
            ...request,
            ...clientsBefore && { clientsBefore: new Date(clientsBefore.getTime() + 1) },
          }),
      })),
  },
  {
    name: "purgeExpired() ends the sessions whose client it is to forget",
    mistake: "DELETE for UPDATE",
    caughtBy: "purgeExpired() that forgets clients leaves all else as it is",
    open: () => {
      const opened: NewSession[] = [];
      return mistaken((store) => ({
        addSession: (session, guard) => {
          opened.push(session);
          return store.addSession(session, guard);
        },
        purgeExpired: async (request) => {
          const { clientsBefore = new Date(0) } = request;
          const purged = await store.purgeExpired(request);
          for (const { tokenHash, createdAt } of opened) {
            if (createdAt !== undefined && createdAt < clientsBefore) await store.removeSession(tokenHash);
          }
          return purged;
        },
      }));
    },
  },
  {
    name: "purgeExpired() forgets clients whenever it runs",
    mistake: "a default for an instant that was not given",
    caughtBy: "purgeExpired() forgets no client unless clientsBefore says so",
    open: () =>
      mistaken((store) => ({
        purgeExpired: (request) => store.purgeExpired({ clientsBefore: request.before, ...request }),
      })),
  },
  {
    name: "purgeExpired() forgets every client, whatever its limit",
    mistake: "no LIMIT in one of its statements",
    caughtBy: "purgeExpired() counts forgotten clients towards its limit",
    open: () =>
      mistaken((store) => ({
        purgeExpired: async ({ clientsBefore, ...request }) => {
          const purged = await store.purgeExpired(request);
          if (clientsBefore === undefined) return purged;
          return purged + await store.purgeExpired({ ...request, clientsBefore, limit: 1000 });
        },
      })),
  },
  {
    name: "purgeExpired() does not count the clients that it forgets",
    mistake: "only rows that are gone are counted",
    caughtBy: "purgeExpired() counts forgotten clients towards its limit",
    open: () =>
      mistaken((store) => ({
        purgeExpired: async ({ clientsBefore, ...request }) => {
          const purged = await store.purgeExpired(request);
          if (clientsBefore !== undefined) await store.purgeExpired({ ...request, clientsBefore });
          return purged;
        },
      })),
  },
  {
    name: "purgeExpired() counts clients that were forgotten before",
    mistake: "a count of the sessions that are old, not of those that changed",
    caughtBy: "purgeExpired() forgets the clients of sessions opened before an instant, and no other",
    open: () => {
      let forgotten = 0;
      return mistaken((store) => ({
        purgeExpired: async (request) => {
          forgotten += await store.purgeExpired(request);
          return Math.min(forgotten, request.limit);
        },
      }));
    },
  },
];

/** A store that keeps something else of a client. */
function keeping(change: (client: SessionClient) => SessionClient): UserStore {
  return mistaken((store) => ({
    addSession: ({ client, ...session }, guard) =>
      store.addSession(client === undefined ? session : { ...session, client: change(client) }, guard),
  }));
}

async function replace(store: UserStore, session: NewSession): Promise<void> {
  await store.removeSession(session.tokenHash);
  await store.addSession(session);
}

function withoutClient({ client: _, ...session }: NewSession): NewSession {
  return session;
}
