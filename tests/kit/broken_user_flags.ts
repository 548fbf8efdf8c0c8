import type { User, UserFlags, UserGuard, UserStore } from "@userharbor/core";
import { MemoryUserStore } from "@userharbor/memory";
import { withoutOptionalMethods } from "../_without_optional_methods.ts";
import { type BrokenStore, type Mistake, mistaken, without } from "./_mistaken.ts";

/** Each required guarded method, without the condition on `disabled`. */
const NOT_LOOKING: Readonly<Record<string, Mistake>> = {
  addSession: (store) => ({
    addSession: (session, guard) => store.addSession(session, without("disabled", guard)),
  }),
  setPasswordHash: (store) => ({
    setPasswordHash: (username, passwordHash, guard) =>
      store.setPasswordHash(username, passwordHash, without("disabled", guard)),
  }),
  setUserVerified: (store) => ({
    setUserVerified: (username, email, guard) =>
      store.setUserVerified(username, email, without("disabled", guard)),
  }),
  deleteUser: (store) => ({
    deleteUser: (username, guard) => store.deleteUser(username, without("disabled", guard)),
  }),
  setEmailVerification: (store) => ({
    setEmailVerification: (verification, guard) =>
      store.setEmailVerification(verification, without("disabled", guard)),
  }),
  setPasswordReset: (store) => ({
    setPasswordReset: (reset, guard) => store.setPasswordReset(reset, without("disabled", guard)),
  }),
};

/** Stores that are wrong about the flags of an account. */
export const brokenUserFlags: readonly BrokenStore[] = [
  ...Object.entries(NOT_LOOKING).map(([method, mistake]): BrokenStore => ({
    name: `${method}() ignores guard.disabled`,
    mistake: "a guard that was written before there was this condition",
    caughtBy: `${method}() honours a guard on disabled, which setUserFlags() switches`,
    open: () => mistaken(mistake),
  })),
  {
    name: "addSession() looks at guard.disabled, then inserts without it",
    mistake: "a SELECT that checks, and a round trip later a statement that does not look again",
    caughtBy: "setUserFlags() disabling among 20 logins, then ending sessions, leaves none (R94)",
    open: () =>
      mistaken((store) => ({
        addSession: async (session, guard) => {
          const user = await store.getUserByUsername(session.username.toLowerCase());
          if ((user?.disabled ?? false) !== (guard?.disabled ?? user?.disabled ?? false)) return false;
          await new Promise((resolve) => setTimeout(resolve, 1));
          return await store.addSession(session, without("disabled", guard));
        },
      })),
  },
  {
    name: "setUserFlags() is false when nothing changes",
    mistake: "an engine that counts the rows that changed, not those that were found",
    caughtBy: "setUserFlags() is true whether or not anything changed",
    open: () =>
      flagging(async ({ store, username, flags, guard }) => {
        const user = await store.getUserByUsername(username.toLowerCase());
        const same = user !== null && (flags.disabled ?? user.disabled ?? false) === (user.disabled ?? false);
        return await setFlags({ store, username, flags, guard }) && !(same && flags.disabled !== undefined);
      }),
  },
  {
    name: "setUserFlags() switches off what is left out",
    mistake: "both columns in one fixed statement",
    caughtBy: "setUserFlags() leaves a flag that is left out as it is",
    open: () =>
      flagging((change) =>
        setFlags({ ...change, flags: { disabled: false, mustChangePassword: false, ...change.flags } })
      ),
  },
  {
    name: "setUserFlags() ignores its guard",
    mistake: "an administrator's statement that is not guarded like the others",
    caughtBy: "setUserFlags() with a guard that does not match is false and writes nothing",
    open: () => flagging((change) => setFlags({ ...change, guard: undefined })),
  },
  {
    name: "setUserFlags() is true for a missing account",
    mistake: "no look at the row count",
    caughtBy: "setUserFlags() for a missing account is false and leaves nothing for a newcomer",
    open: () =>
      flagging(async (change) => {
        await setFlags(change);
        return true;
      }),
  },
  {
    name: "setUserFlags() for a missing account waits for a newcomer",
    mistake: "an upsert into a table of flags by name",
    caughtBy: "setUserFlags() for a missing account is false and leaves nothing for a newcomer",
    open: () => {
      const waiting = new Map<string, UserFlags>();
      return mistaken((store) => ({
        setUserFlags: async (username, flags, guard) => {
          const done = await setFlags({ store, username, flags, guard });
          if (!done && guard === undefined) waiting.set(username, flags);
          return done;
        },
        createUser: async (request) => {
          await store.createUser(request);
          const flags = waiting.get(request.username) ?? {};
          await setFlags({ store, username: request.username, flags });
        },
      }));
    },
  },
  {
    name: "setUserFlags() are inherited under a name used again",
    mistake: "a table of flags by name, which deleteUser() does not know",
    caughtBy: "setUserFlags() are not inherited under a name used again (I4)",
    open: () => {
      const flagged = new Map<string, UserFlags>();
      return mistaken((store) => ({
        setUserFlags: async (username, flags, guard) => {
          const done = await setFlags({ store, username, flags, guard });
          if (done) flagged.set(username, { ...flagged.get(username), ...flags });
          return done;
        },
        createUser: async (request) => {
          await store.createUser(request);
          await setFlags({ store, username: request.username, flags: flagged.get(request.username) ?? {} });
        },
      }));
    },
  },
  {
    name: "setUserVerified() writes the account anew, without its flags",
    mistake: "a row that is replaced by the fields its author knew",
    caughtBy: "setUserFlags() stay through every other change of the account",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const done = await store.setUserVerified(username, email, guard);
          const flags = { disabled: false, mustChangePassword: false };
          if (done) await setFlags({ store, username, flags });
          return done;
        },
      })),
  },
  {
    name: "getSession() gives the account without its flags",
    mistake: "a join that selects the columns it always did",
    caughtBy: "setUserFlags() switches each flag on and off, for every way to read the account",
    open: () =>
      mistaken((store) => ({
        getSession: async (tokenHash) => {
          const session = await store.getSession(tokenHash);
          return session && { ...session, user: withoutFlags(session.user) };
        },
      })),
  },
  {
    name: "setUserFlags() looks a username up among the keys",
    mistake: "a WHERE over the wrong one of two columns",
    caughtBy: "setUserFlags() takes the spelling of a username, not the key",
    open: () =>
      flagging(async (change) => {
        const user = await change.store.getUserByUsername(change.username);
        return user !== null && await setFlags({ ...change, username: user.username });
      }),
  },
  {
    name: "setUserFlags() ends the sessions, too",
    mistake: "the store decides what disabling means",
    caughtBy: "setUserFlags() changes nothing else of the account, and nothing of another",
    open: () =>
      flagging(async (change) => {
        const done = await setFlags(change);
        if (done) await change.store.removeAllSessions(change.username);
        return done;
      }),
  },
  {
    name: "setUserFlags() inside a transaction is committed at once",
    mistake: "the statement goes over another connection",
    caughtBy: "setUserFlags() in a transaction is seen inside, and undone with it (I5)",
    open: () => {
      const outer = new MemoryUserStore();
      const done: Change[] = [];
      const noting: Mistake = (inside) => ({
        setUserFlags: (username, flags, guard) => {
          done.push({ store: outer, username, flags, guard });
          return setFlags({ store: inside, username, flags, guard });
        },
      });
      return mistaken(() => ({
        transaction: (work) =>
          outer.transaction((inside) => work(mistaken(noting, inside))).finally(async () => {
            for (const change of done) await setFlags(change);
          }),
      }), outer);
    },
  },
  {
    name: "the handle of a transaction lacks setUserFlags()",
    mistake: "a handle that lists the methods of the port, made before there was this one",
    caughtBy: "setUserFlags() in a transaction is seen inside, and undone with it (I5)",
    open: () => {
      const store = new MemoryUserStore();
      return mistaken(() => ({
        transaction: (work) => store.transaction((inside) => work(withoutOptionalMethods(inside))),
      }), store);
    },
  },
];

interface Change {
  readonly store: UserStore;
  readonly username: string;
  readonly flags: UserFlags;
  readonly guard?: UserGuard | undefined;
}

async function setFlags({ store, username, flags, guard }: Change): Promise<boolean> {
  return await store.setUserFlags?.(username, flags, guard) ?? false;
}

/** A store that switches flags otherwise. */
function flagging(change: (change: Change) => Promise<boolean>): UserStore {
  return mistaken((store) => ({
    setUserFlags: (username, flags, guard) => change({ store, username, flags, guard }),
  }));
}

function withoutFlags({ disabled: _, mustChangePassword: __, ...user }: User): User {
  return user;
}
