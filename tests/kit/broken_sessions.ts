import type { NewSession, User } from "@userharbor/core";
import { type BrokenStore, mistaken, wholeSeconds } from "./_mistaken.ts";

/** Stores that are wrong about sessions and instants. */
export const brokenSessions: readonly BrokenStore[] = [
  {
    name: "removeSession() reads, then removes",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "removeSession() is true for exactly one of 100 callers (I2, R49)",
    open: () =>
      mistaken((store) => ({
        removeSession: async (tokenHash) => {
          if (await store.getSession(tokenHash) === null) return false;
          await store.removeSession(tokenHash);
          return true;
        },
      })),
  },
  {
    name: "removeSession() is always true",
    mistake: "no look at the row count of the DELETE",
    caughtBy: "removeSession() is true once, then false",
    open: () =>
      mistaken((store) => ({
        removeSession: async (tokenHash) => {
          await store.removeSession(tokenHash);
          return true;
        },
      })),
  },
  {
    name: "removeAllSessions() removes the sessions of everybody",
    mistake: "a DELETE without its WHERE",
    caughtBy: "removeAllSessions() touches one account and no other",
    open: () => {
      const usernames = new Set<string>();
      return mistaken((store) => ({
        addSession: (session, guard) => {
          usernames.add(session.username);
          return store.addSession(session, guard);
        },
        removeAllSessions: async () => {
          for (const username of usernames) await store.removeAllSessions(username);
        },
      }));
    },
  },
  {
    name: "removeAllSessions() leaves all but the newest",
    mistake: "an index with one session for each user",
    caughtBy: "removeAllSessions() ends every session of the user, expired ones too (R57)",
    open: () => {
      const newest = new Map<string, string>();
      return mistaken((store) => ({
        addSession: (session, guard) => {
          newest.set(session.username, session.tokenHash);
          return store.addSession(session, guard);
        },
        removeAllSessions: async (username) => {
          await store.removeSession(newest.get(username) ?? "");
        },
      }));
    },
  },
  {
    name: "addSession() replaces the user's earlier session",
    mistake: "sessions are stored like mailed tokens",
    caughtBy: "refreshSession() moves the expiry and nothing else",
    open: () =>
      mistaken((store) => ({
        addSession: async (session, guard) => {
          const user = await store.getUserByUsername(session.username.toLowerCase());
          if (user !== null) await store.removeAllSessions(user.username);
          return await store.addSession(session, guard);
        },
      })),
  },
  {
    name: "addSession() forgets the public id",
    mistake: "a column that was left out",
    caughtBy: "getSession() gives the session and its user in one call",
    open: () =>
      mistaken((store) => ({
        addSession: ({ id: _, ...session }, guard) => store.addSession(session, guard),
      })),
  },
  {
    name: "addSession() takes a token hash that is stored already",
    mistake: "an upsert",
    caughtBy: "addSession() with a hash already stored is false and leaves the earlier session",
    open: () =>
      mistaken((store) => ({
        addSession: async (session, guard) => {
          await store.removeSession(session.tokenHash);
          return await store.addSession(session, guard);
        },
      })),
  },
  {
    name: "addSession() rejects a token hash that is stored already",
    mistake: "the unique key's error passes through",
    caughtBy: "addSession() with a hash already stored is false and leaves the earlier session",
    open: () =>
      mistaken((store) => ({
        addSession: async (session, guard) => {
          const isStored = await store.getSession(session.tokenHash) !== null;
          if (isStored) throw new Error("UNIQUE constraint failed");
          return await store.addSession(session, guard);
        },
      })),
  },
  {
    name: "addSession() rejects for a missing account",
    mistake: "the foreign key's error passes through",
    caughtBy: "addSession() for a missing account is false and writes nothing (I4)",
    open: () =>
      mistaken((store) => ({
        addSession: async (session, guard) => {
          const isMissing = await store.getPasswordHash(session.username) === null;
          if (isMissing) throw new Error("FOREIGN KEY constraint failed");
          return await store.addSession(session, guard);
        },
      })),
  },
  {
    name: "getSession() answers the user as it was at the login",
    mistake: "the user is kept in the session's document",
    caughtBy: "getSession() gives the user as stored now, not as at login (R67)",
    open: () => {
      const users = new Map<string, User>();
      return mistaken((store) => ({
        addSession: async (session, guard) => {
          const user = await store.getUserByUsername(session.username.toLowerCase());
          if (user !== null) users.set(session.tokenHash, user);
          return await store.addSession(session, guard);
        },
        getSession: async (tokenHash) => {
          const session = await store.getSession(tokenHash);
          return session && { ...session, user: users.get(tokenHash) ?? session.user };
        },
      }));
    },
  },
  {
    name: "getSession() hides expired sessions",
    mistake: "the store has a clock of its own",
    caughtBy: "getSession() gives an expired session as it is (I6)",
    open: () =>
      mistaken((store) => ({
        getSession: async (tokenHash) => {
          const session = await store.getSession(tokenHash);
          return session !== null && session.expiresAt > new Date() ? session : null;
        },
      })),
  },
  {
    name: "getEmailVerification() hides expired tokens",
    mistake: "the store has a clock of its own",
    caughtBy: "getEmailVerification() gives an expired token as it is (I6)",
    open: () =>
      mistaken((store) => ({
        getEmailVerification: async (tokenHash) => {
          const verification = await store.getEmailVerification(tokenHash);
          return verification !== null && verification.expiresAt > new Date() ? verification : null;
        },
      })),
  },
  {
    name: "refreshSession() brings a removed session back",
    mistake: "an upsert of the session that was read before",
    caughtBy: "refreshSession() of a missing or removed session is false and brings nothing back (R71)",
    open: () => {
      const read = new Map<string, NewSession>();
      return mistaken((store) => ({
        addSession: (session, guard) => {
          read.set(session.tokenHash, session);
          return store.addSession(session, guard);
        },
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) => {
          const session = read.get(tokenHash);
          if (session !== undefined && await store.getSession(tokenHash) === null) {
            return await store.addSession({ ...session, expiresAt });
          }
          return await store.refreshSession(tokenHash, expiresAt, ifExpiresAt);
        },
      }));
    },
  },
  {
    name: "refreshSession() shortens a session",
    mistake: "an UPDATE that does not compare the instants",
    caughtBy: "refreshSession() moves to a later instant only",
    open: () =>
      mistaken((store) => ({
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) => {
          const session = await store.getSession(tokenHash);
          if (session === null || expiresAt >= session.expiresAt) {
            return await store.refreshSession(tokenHash, expiresAt, ifExpiresAt);
          }
          await store.removeSession(tokenHash);
          const { user: _, ...row } = session;
          return await store.addSession({ ...row, expiresAt });
        },
      })),
  },
  {
    name: "refreshSession() forgets what it does not change",
    mistake: "the session is written anew from what the call was given",
    caughtBy: "refreshSession() moves the expiry and nothing else",
    open: () =>
      mistaken((store) => ({
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) => {
          const session = await store.getSession(tokenHash);
          if (session === null) return false;
          if (!await store.refreshSession(tokenHash, expiresAt, ifExpiresAt)) return false;
          await store.removeSession(tokenHash);
          return await store.addSession({ username: session.username, tokenHash, expiresAt });
        },
      })),
  },
  {
    name: "refreshSession() ignores ifExpiresAt",
    mistake: "an optional parameter that was overlooked",
    caughtBy: "refreshSession() moves only what still has ifExpiresAt",
    open: () =>
      mistaken((store) => ({
        refreshSession: (tokenHash, expiresAt) => store.refreshSession(tokenHash, expiresAt),
      })),
  },
  {
    name: "refreshSession() is true for a missing session",
    mistake: "no look at the row count of the UPDATE",
    caughtBy: "refreshSession() of a missing or removed session is false and brings nothing back (R71)",
    open: () =>
      mistaken((store) => ({
        refreshSession: async (tokenHash, expiresAt, ifExpiresAt) =>
          await store.getSession(tokenHash) === null ||
          await store.refreshSession(tokenHash, expiresAt, ifExpiresAt),
      })),
  },
  {
    name: "instants lose their fractions of a second",
    mistake: "DATETIME, which keeps whole seconds",
    caughtBy: "expiresAt and createdAt keep one millisecond before a second (T10)",
    open: () =>
      mistaken((store) => ({
        addSession: (session, guard) =>
          store.addSession({ ...session, expiresAt: wholeSeconds(session.expiresAt) }, guard),
      })),
  },
  {
    name: "getSession() answers the Date that is stored",
    mistake: "rows are handed out as they are",
    caughtBy: "instants given out are copies",
    open: () => {
      const rows = new Map<string, Date>();
      return mistaken((store) => ({
        getSession: async (tokenHash) => {
          const session = await store.getSession(tokenHash);
          if (session === null) return null;
          const expiresAt = rows.get(tokenHash) ?? session.expiresAt;
          rows.set(tokenHash, expiresAt);
          return { ...session, expiresAt };
        },
      }));
    },
  },
];
