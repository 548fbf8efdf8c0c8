import type { NewSession, UserStore } from "@userharbor/core";
import { MemoryUserStore } from "@userharbor/memory";
import { withoutOptionalMethods } from "../_without_optional_methods.ts";
import { type BrokenStore, type Mistake, mistaken, wholeSeconds } from "./_mistaken.ts";

/** Stores that are wrong about a user's sessions by public id. */
export const brokenSessionOverview: readonly BrokenStore[] = [
  {
    name: "listSessions() hides expired sessions",
    mistake: "the store has a clock of its own",
    caughtBy: "listSessions() gives expired sessions as they are (I6)",
    open: () => listing((sessions) => sessions.filter(({ expiresAt }) => expiresAt > new Date())),
  },
  {
    name: "listSessions() gives the newest first",
    mistake: "the order of a page, taken for the order of the port",
    caughtBy: "listSessions() gives the oldest first, whatever was stored or ends first",
    open: () => listing((sessions) => sessions.toReversed()),
  },
  {
    name: "listSessions() gives what ends first, first",
    mistake: "ORDER BY the wrong one of two instants",
    caughtBy: "listSessions() gives the oldest first, whatever was stored or ends first",
    open: () => listing((sessions) => sessions.toSorted((one, other) => +one.expiresAt - +other.expiresAt)),
  },
  {
    name: "listSessions() gives those without createdAt last",
    mistake: "an engine that sorts nulls last",
    caughtBy: "listSessions() gives those without createdAt first, and without that field",
    open: () =>
      listing((sessions) => [
        ...sessions.filter(({ createdAt }) => createdAt !== undefined),
        ...sessions.filter(({ createdAt }) => createdAt === undefined),
      ]),
  },
  {
    name: "listSessions() gives those of one instant in the order of their expiry",
    mistake: "no tie-break in the ORDER BY",
    caughtBy: "listSessions() gives those of one instant in the same order each time",
    open: () =>
      listing((sessions) =>
        sessions.toSorted((one, other) =>
          +(one.createdAt ?? 0) - +(other.createdAt ?? 0) || +one.expiresAt - +other.expiresAt
        )
      ),
  },
  {
    name: "listSessions() gives a page of 100",
    mistake: "a LIMIT that nobody asked for",
    caughtBy: "listSessions() gives all of 200 sessions",
    open: () => listing((sessions) => sessions.slice(0, 100)),
  },
  {
    name: "listSessions() forgets the public id",
    mistake: "a column that was left out",
    caughtBy: "listSessions() gives every field as it was stored (T10)",
    open: () => listing((sessions) => sessions.map(({ id: _, ...session }) => session)),
  },
  {
    name: "listSessions() cuts the fractions of a second off",
    mistake: "instants read as whole seconds in this one statement",
    caughtBy: "listSessions() gives every field as it was stored (T10)",
    open: () =>
      listing((sessions) =>
        sessions.map((session) => ({ ...session, expiresAt: wholeSeconds(session.expiresAt) }))
      ),
  },
  {
    name: "listSessions() compares usernames without case",
    mistake: "a collation",
    caughtBy: "listSessions() gives that user's sessions alone (R68)",
    open: () => {
      const usernames = new Set<string>();
      return mistaken((store) => ({
        addSession: (session, guard) => {
          usernames.add(session.username);
          return store.addSession(session, guard);
        },
        listSessions: async (username) => {
          const same = [...usernames].filter((each) => each.toLowerCase() === username.toLowerCase());
          return (await Promise.all(same.map((each) => list(store, each)))).flat();
        },
      }));
    },
  },
  {
    name: "listSessions() looks a username up among the keys",
    mistake: "a WHERE over the wrong one of two columns",
    caughtBy: "listSessions() takes the spelling of a username, not the key",
    open: () =>
      mistaken((store) => ({
        listSessions: async (username) => {
          const user = await store.getUserByUsername(username);
          return user === null ? [] : await list(store, user.username);
        },
      })),
  },
  {
    name: "listSessions() answers from an index that removals forget",
    mistake: "a set of ids beside the sessions",
    caughtBy: "listSessions() gives what is stored now (R65, R66)",
    open: () => {
      const index: NewSession[] = [];
      return mistaken((store) => ({
        addSession: async (session, guard) => {
          const added = await store.addSession(session, guard);
          if (added) index.push(session);
          return added;
        },
        listSessions: (username) => Promise.resolve(index.filter((each) => each.username === username)),
      }));
    },
  },
  {
    name: "listSessions() answers the Dates that are stored",
    mistake: "rows are handed out as they are",
    caughtBy: "listSessions() gives a snapshot, not the stored objects",
    open: () => {
      const rows = new Map<string, Date>();
      const keep = (session: NewSession): NewSession => {
        const kept = rows.get(session.tokenHash);
        if (kept === undefined || kept.getTime() > 0) rows.set(session.tokenHash, session.expiresAt);
        return { ...session, expiresAt: rows.get(session.tokenHash) ?? session.expiresAt };
      };
      return listing((sessions) => sessions.map(keep));
    },
  },
  {
    name: "listSessions() in a transaction gives what was committed",
    mistake: "the statement goes over another connection",
    caughtBy: "listSessions() in a transaction sees the work's own writes",
    open: () => {
      const outer = new MemoryUserStore();
      let committed: readonly NewSession[] = [];
      return mistaken((store) => ({
        listSessions: async (username) => {
          if (store === outer) committed = await list(store, username);
          return committed;
        },
      }), outer);
    },
  },
  {
    name: "the handle of a transaction lacks listSessions() and removeSessionById()",
    mistake: "a handle that lists the methods of the port, made before there were these",
    caughtBy: "listSessions() in a transaction sees the work's own writes",
    open: () => {
      const store = new MemoryUserStore();
      return mistaken(() => ({
        transaction: (work) => store.transaction((inside) => work(withoutOptionalMethods(inside))),
      }), store);
    },
  },
  {
    name: "removeSessionById() takes anybody's session",
    mistake: "a WHERE over the id alone",
    caughtBy: "removeSessionById() of another user's session is false and leaves it (R68)",
    open: () => {
      const owners = new Map<string, string>();
      return mistaken((store) => ({
        addSession: (session, guard) => {
          owners.set(session.id ?? "", session.username);
          return store.addSession(session, guard);
        },
        removeSessionById: (username, id) => removeById(store, { username: owners.get(id) ?? username, id }),
      }));
    },
  },
  {
    name: "removeSessionById() is always true",
    mistake: "no look at the row count of the DELETE",
    caughtBy: "removeSessionById() is true once, then false",
    open: () =>
      mistaken((store) => ({
        removeSessionById: async (username, id) => {
          await removeById(store, { username, id });
          return true;
        },
      })),
  },
  {
    name: "removeSessionById() reads, then removes",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "removeSessionById() is true for exactly one of 100 callers (I2, R49)",
    open: () =>
      mistaken((store) => ({
        removeSessionById: async (username, id) => {
          if (!(await list(store, username)).some((each) => each.id === id)) return false;
          await removeById(store, { username, id });
          return true;
        },
      })),
  },
  {
    name: "removeSessionById() takes the id in any case",
    mistake: "a column of type UUID, or a collation",
    caughtBy: "removeSessionById() matches the whole id exactly",
    open: () =>
      mistaken((store) => ({
        removeSessionById: (username, id) => removeById(store, { username, id: id.toLowerCase() }),
      })),
  },
  {
    name: "removeSessionById() takes the beginning of an id",
    mistake: "LIKE, or a search by key prefix",
    caughtBy: "removeSessionById() matches the whole id exactly",
    open: () =>
      mistaken((store) => ({
        removeSessionById: async (username, id) => {
          const found = (await list(store, username)).find((each) => each.id?.startsWith(id));
          return await removeById(store, { username, id: found?.id ?? id });
        },
      })),
  },
  {
    name: "removeSessionById() takes a token hash for an id",
    mistake: "sessions without an id are known by their hash",
    caughtBy: "removeSessionById() takes neither a token hash nor a missing id for one",
    open: () =>
      mistaken((store) => ({
        removeSessionById: async (username, id) =>
          await store.removeSession(id) || await removeById(store, { username, id }),
      })),
  },
  {
    name: "removeSessionById() removes all sessions of the user",
    mistake: "half of the WHERE",
    caughtBy: "removeSessionById() ends that session and leaves the user's others",
    open: () =>
      mistaken((store) => ({
        removeSessionById: async (username, id) => {
          const removed = await removeById(store, { username, id });
          if (removed) await store.removeAllSessions(username);
          return removed;
        },
      })),
  },
  {
    name: "removeSessionById() marks the session as ended, and a refresh revives it",
    mistake: "a revocation that is a date of its own, which refreshSession() does not look at",
    caughtBy: "refreshSession() racing removeSessionById() never brings the session back (R71)",
    open: () => {
      const marked = new Map<string, NewSession>();
      return mistaken((store) => ({
        removeSessionById: async (username, id) => {
          const session = (await list(store, username)).find((each) => each.id === id);
          if (session !== undefined) marked.set(session.tokenHash, session);
          return await removeById(store, { username, id });
        },
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) => {
          const session = marked.get(tokenHash);
          if (session === undefined) return await store.refreshSession(tokenHash, expiresAt, ifExpiresAt);
          return await store.addSession({ ...session, expiresAt });
        },
      }));
    },
  },
  {
    name: "removeSessionById() inside a transaction is committed at once",
    mistake: "the statement goes over another connection",
    caughtBy: "removeSessionById() in a transaction that rejects removes nothing (I5)",
    open: () => {
      const outer = new MemoryUserStore();
      const removed: Target[] = [];
      const noting: Mistake = (inside) => ({
        removeSessionById: (username, id) => {
          removed.push({ username, id });
          return removeById(inside, { username, id });
        },
      });
      return mistaken(() => ({
        transaction: (work) =>
          outer.transaction((inside) => work(mistaken(noting, inside))).finally(async () => {
            for (const target of removed) await removeById(outer, target);
          }),
      }), outer);
    },
  },
];

/** A store that gives a user's sessions otherwise. */
function listing(change: (sessions: readonly NewSession[]) => readonly NewSession[]): UserStore {
  return mistaken((store) => ({
    listSessions: async (username) => change(await list(store, username)),
  }));
}

async function list(store: UserStore, username: string): Promise<readonly NewSession[]> {
  return await store.listSessions?.(username) ?? [];
}

interface Target {
  readonly username: string;
  readonly id: string;
}

async function removeById(store: UserStore, { username, id }: Target): Promise<boolean> {
  return await store.removeSessionById?.(username, id) ?? false;
}
