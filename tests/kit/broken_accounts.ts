import { type CreateUserRequest, isUserHarborError, type UserStore } from "@userharbor/core";
import { type BrokenStore, mistaken } from "./_mistaken.ts";

/** Stores that are wrong about accounts: creation, lookup, verification, deletion. */
export const brokenAccounts: readonly BrokenStore[] = [
  {
    name: "createUser() rejects with what the driver threw",
    mistake: "the unique key does its work, and nobody translates its error",
    caughtBy: "createUser() refuses a username that is taken with username_taken (I1)",
    open: () =>
      mistaken((store) => ({
        createUser: (request) =>
          store.createUser(request).catch(() => {
            throw new Error("UNIQUE constraint failed");
          }),
      })),
  },
  {
    name: "createUser() resolves although the name is taken",
    mistake: "INSERT OR IGNORE, without a look at the row count",
    caughtBy: "createUser() refuses a username that is taken with username_taken (I1)",
    open: () =>
      mistaken((store) => ({
        createUser: (request) => ignoring("username_taken", store.createUser(request)),
      })),
  },
  {
    name: "createUser() says email_taken when both are taken",
    mistake: "whichever unique key the database reports first decides the code",
    caughtBy: "createUser() with name and address both taken says username_taken",
    open: () =>
      mistaken((store) => ({
        createUser: async (request) => {
          // A probe under a name that nobody has meets the conflict over the address first.
          const probe = { ...request, id: "probe", username: "~probe", usernameKey: "~probe" };
          const holder = await store.getUserByEmail(request.email);
          if (holder?.verified && request.holdsEmail !== false) return await store.createUser(probe);
          await store.createUser(request);
        },
      })),
  },
  {
    name: "createUser() forgets the first token",
    mistake: "the token is left to a second call that the core does not make",
    caughtBy: "createUser() stores the first verification token with the account (I5)",
    open: () =>
      mistaken((store) => ({
        createUser: ({ verificationTokenHash: _, ...request }) => store.createUser(request),
      })),
  },
  {
    name: "createUser() without usernameKey takes the username as it is",
    mistake: "usernames are looked up case-sensitively",
    caughtBy: "createUser() without usernameKey makes the username unique in lower case (I1)",
    open: () =>
      mistaken((store) => ({
        createUser: (request) => store.createUser({ usernameKey: request.username, ...request }),
      })),
  },
  {
    name: "createUser() cuts long keys off",
    mistake: "VARCHAR(64) in a database that truncates in silence",
    caughtBy: "getUserByUsername() tells apart names that differ after 254 characters (I1, R29)",
    open: () =>
      mistaken((store) => ({
        createUser: (request) => store.createUser({ ...request, usernameKey: keyOf(request).slice(0, 64) }),
        getUserByUsername: (usernameKey) => store.getUserByUsername(usernameKey.slice(0, 64)),
      })),
  },
  {
    name: "createUser() folds accents",
    mistake: "the default collation of the database decides what is the same name",
    caughtBy: "getUserByUsername() tells apart accented and plain letters (I1, R29)",
    open: () =>
      mistaken((store) => ({
        createUser: (request) => store.createUser({ ...request, usernameKey: folded(keyOf(request)) }),
        getUserByUsername: (usernameKey) => store.getUserByUsername(folded(usernameKey)),
      })),
  },
  {
    name: "setUserVerified() is true for a missing account",
    mistake: "no look at the row count of the UPDATE",
    caughtBy: "setUserVerified() is false for a missing account and creates none",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          await store.setUserVerified(username, email, guard);
          return true;
        },
      })),
  },
  {
    name: "setPasswordHash() is true for a missing account",
    mistake: "no look at the row count of the UPDATE",
    caughtBy: "setPasswordHash() is false for a missing account and creates none",
    open: () =>
      mistaken((store) => ({
        setPasswordHash: async (username, passwordHash, guard) => {
          await store.setPasswordHash(username, passwordHash, guard);
          return true;
        },
      })),
  },
  {
    name: "setPasswordHash() is false when the hash stays as it was",
    mistake: "a driver that counts changed rows, not matched ones",
    caughtBy: "setPasswordHash() is true also when the hash stays as it was",
    open: () =>
      mistaken((store) => ({
        setPasswordHash: async (username, passwordHash, guard) =>
          await store.getPasswordHash(username) !== passwordHash &&
          await store.setPasswordHash(username, passwordHash, guard),
      })),
  },
  {
    name: "setPasswordHash() ends the sessions",
    mistake: "what resetPassword does is put into the store, and a rehash does it too",
    caughtBy: "setPasswordHash() keeps sessions and tokens, as a rehash needs",
    open: () =>
      mistaken((store) => ({
        setPasswordHash: async (username, passwordHash, guard) => {
          const done = await store.setPasswordHash(username, passwordHash, guard);
          if (done) await store.removeAllSessions(username);
          return done;
        },
      })),
  },
  {
    name: "deleteUser() is always true",
    mistake: "no look at the row count of the DELETE",
    caughtBy: "deleteUser() is true once, then false",
    open: () =>
      mistaken((store) => ({
        deleteUser: async (username, guard) => {
          await store.deleteUser(username, guard);
          return true;
        },
      })),
  },
  {
    name: "deleteUser() leaves the password hash in a cache",
    mistake: "nothing empties it when the account goes",
    caughtBy: "deleteUser() removes the account and all that refers to it (I4, R43)",
    open: () => {
      const cache = new Map<string, string>();
      return mistaken((store) => ({
        getPasswordHash: async (username) => {
          const passwordHash = await store.getPasswordHash(username);
          if (passwordHash !== null) cache.set(username, passwordHash);
          return cache.get(username) ?? null;
        },
      }));
    },
  },
  {
    name: "deleteUser() leaves the sessions behind",
    mistake: "sessions refer to the username, without a foreign key",
    caughtBy: "deleteUser() leaves nothing to who uses the name again (I4)",
    open: () => {
      const left = new Map<string, Parameters<UserStore["addSession"]>[0]>();
      return mistaken((store) => ({
        addSession: async (session, guard) => {
          const added = await store.addSession(session, guard);
          if (added) left.set(session.tokenHash, session);
          return added;
        },
        createUser: async (request) => {
          await store.createUser(request);
          for (const session of left.values()) {
            if (session.username === request.username) await store.addSession(session);
          }
        },
      }));
    },
  },
  {
    name: "deleteUser() leaves the roles behind",
    mistake: "grants refer to the username, without a foreign key",
    caughtBy: "deleteUser() leaves nothing to who uses the name again (I4)",
    open: () => {
      const left: { readonly username: string; readonly role: string }[] = [];
      return mistaken((store) => ({
        grantRoleToUser: (username, role) => {
          left.push({ username, role });
          return store.grantRoleToUser(username, role);
        },
        createUser: async (request) => {
          await store.createUser(request);
          for (const { username, role } of left) {
            if (username === request.username) await store.grantRoleToUser(username, role);
          }
        },
      }));
    },
  },
];

function keyOf({ username, usernameKey = username.toLowerCase() }: CreateUserRequest): string {
  return usernameKey;
}

function folded(key: string): string {
  return key.normalize("NFD").replace(/\p{M}/gu, "");
}

async function ignoring(code: string, call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isUserHarborError(error) || error.code !== code) throw error;
  }
}
