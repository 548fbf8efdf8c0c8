import type { NewSession, UserGuard, UserRenaming, UserStore } from "@userharbor/core";
import { MemoryUserStore } from "@userharbor/memory";
import { type BrokenStore, type Mistake, mistaken, wholeSeconds, without } from "./_mistaken.ts";

/** Stores that are wrong about another name for an account. */
export const brokenRenaming: readonly BrokenStore[] = [
  ...(["userId", "passwordHash", "verified"] as const).map((condition): BrokenStore => ({
    name: `setUsername() ignores guard.${condition}`,
    mistake: "a condition that is missing from the WHERE of one statement",
    caughtBy: "setUsername() with a guard that does not match is false and writes nothing (I4)",
    open: () => renaming((change) => rename({ ...change, guard: without(condition, change.guard) })),
  })),
  {
    name: "setUsername() leaves the sessions behind",
    mistake: "one of the tables that refer to an account is forgotten",
    caughtBy: "setUsername() takes all that belongs to the account along (I4)",
    open: () =>
      renaming(async (change) => {
        const done = await rename(change);
        if (done) await change.store.removeAllSessions(change.to.username);
        return done;
      }),
  },
  {
    name: "setUsername() leaves the roles behind",
    mistake: "one of the tables that refer to an account is forgotten",
    caughtBy: "setUsername() takes all that belongs to the account along (I4)",
    open: () =>
      renaming(async (change) => {
        const done = await rename(change);
        const roles = done ? await change.store.getUserRoles(change.to.username) : [];
        for (const role of roles) await change.store.revokeRoleFromUser(change.to.username, role);
        return done;
      }),
  },
  {
    name: "setUsername() makes an account anew, under an id of its own",
    mistake: "a copy of the row whose id is left to its default",
    caughtBy: "setUsername() of an unverified account keeps the address that it holds",
    open: () =>
      renaming(async ({ store, username, to, guard }) => {
        const user = await store.getUserByUsername(username.toLowerCase());
        const passwordHash = await store.getPasswordHash(username) ?? "";
        if (user === null || !await store.deleteUser(username, guard)) return false;
        await store.createUser({ ...user, ...to, id: `${user.id}-2`, passwordHash });
        return true;
      }),
  },
  {
    name: "setUsername() cuts the fractions of a second off",
    mistake: "sessions that are written anew, through a column of whole seconds",
    caughtBy: "setUsername() keeps every instant to the millisecond (T10)",
    open: () =>
      renaming(async (change) => {
        const { store, username, to } = change;
        const sessions = await store.listSessions?.(username) ?? [];
        if (!await rename(change)) return false;
        await store.removeAllSessions(to.username);
        for (const session of sessions) await store.addSession(wholeSession(session, to.username));
        return true;
      }),
  },
  {
    name: "setUsername() keeps the earlier name taken",
    mistake: "the key of a name is written, and never removed",
    caughtBy: "setUsername() gives the earlier name free, and it inherits nothing (I1, I4)",
    open: () =>
      renaming(async (change) => {
        const earlier = await change.store.getUserByUsername(change.username.toLowerCase());
        const done = await rename(change);
        if (done && earlier !== null && change.to.username.toLowerCase() !== change.username.toLowerCase()) {
          await change.store.createUser({
            ...earlier,
            id: "tombstone",
            email: "tombstone@example.org",
            passwordHash: "",
          });
        }
        return done;
      }),
  },
  {
    name: "setUsername() refuses another spelling of the own name",
    mistake: "a look for the key that finds the account itself",
    caughtBy: "setUsername() to another spelling of the own name is done",
    open: () =>
      renaming(async (change) => {
        const holder = await change.store.getUserByUsername(change.to.usernameKey);
        return holder === null && await rename(change);
      }),
  },
  {
    name: "setUsername() to the very same name is false",
    mistake: "an engine that counts the rows that changed, not those that were found",
    caughtBy: "setUsername() to the very name the account has is true and changes nothing",
    open: () => renaming(async (change) => change.username !== change.to.username && await rename(change)),
  },
  {
    name: "setUsername() answers false for a name that is taken",
    mistake: "ON CONFLICT DO NOTHING, and no look at why nothing was done",
    caughtBy: "setUsername() to another account's name is username_taken and changes nothing (I1)",
    open: () => renaming((change) => rename(change).catch(() => false)),
  },
  {
    name: "setUsername() lets the driver's error through for a name that is taken",
    mistake: "no look at what the engine says",
    caughtBy: "setUsername() to another account's name is username_taken and changes nothing (I1)",
    open: () =>
      renaming((change) =>
        rename(change).catch(() => {
          throw new Error("UNIQUE constraint failed: users.username_key");
        })
      ),
  },
  {
    name: "setUsername() ends the sessions before it is refused",
    mistake: "what refers to the account is moved first, without a transaction",
    caughtBy: "setUsername() to another account's name is username_taken and changes nothing (I1)",
    open: () =>
      renaming(async (change) => {
        await change.store.removeAllSessions(change.username);
        return await rename(change);
      }),
  },
  {
    name: "setUsername() takes a free spelling although its key is taken",
    mistake: "unique by spelling",
    caughtBy: "setUsername() makes a name unique by its key and by nothing else (I1, R29)",
    open: () =>
      renaming(async (change) => {
        const { usernameKey } = change.to;
        const holder = await change.store.getUserByUsername(usernameKey);
        const isTaken = holder !== null && holder.username !== change.username;
        return await rename({
          ...change,
          to: { ...change.to, usernameKey: isTaken ? `${usernameKey}-2` : usernameKey },
        });
      }),
  },
  {
    name: "setUsername() looks a username up among the keys",
    mistake: "a WHERE over the wrong one of two columns",
    caughtBy: "setUsername() for a missing account is false and makes none",
    open: () =>
      renaming(async (change) => {
        const user = await change.store.getUserByUsername(change.username);
        return await rename({ ...change, username: user?.username ?? change.username });
      }),
  },
  {
    name: "setUsername() makes the account that it does not find",
    mistake: "an upsert",
    caughtBy: "setUsername() for a missing account is false and makes none",
    open: () =>
      renaming(async (change) => {
        const done = await rename(change);
        if (!done && change.guard === undefined) {
          await change.store.createUser({ ...change.to, id: "x", email: "x@example.org", passwordHash: "" });
        }
        return done;
      }),
  },
  {
    name: "setUsername() looks whether the name is free, then writes without looking again",
    mistake: "a SELECT, and a round trip later an UPDATE of a column that is not unique",
    caughtBy: "setUsername() of 20 accounts to one name is done for exactly one (I1)",
    open: () =>
      renaming(async (change) => {
        const holder = await change.store.getUserByUsername(change.to.usernameKey);
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (holder !== null) return await rename(change);
        await change.store.deleteUser(change.to.username);
        return await rename(change);
      }),
  },
  {
    name: "setUsername() is done for everybody who found the account",
    mistake: "the answer comes from a read, not from the row count",
    caughtBy: "setUsername() of one account to 20 names is done for exactly one (I1)",
    open: () =>
      renaming(async (change) => {
        const hash = await change.store.getPasswordHash(change.username);
        await rename(change);
        return hash !== null;
      }),
  },
  {
    name: "a login during setUsername() is kept under a name that nobody has",
    mistake: "the guard is judged by id, and the session stored by the name that was read before",
    caughtBy: "setUsername() racing logins takes along, or refuses, every session (I3, I4)",
    open: () => {
      const orphans = new Set<string>();
      return mistaken((store) => ({
        addSession: async (session, guard) => {
          const user = await store.getUserByUsername(session.username.toLowerCase());
          await new Promise((resolve) => setTimeout(resolve, 1));
          if (await store.addSession(session, guard)) return true;
          if (user === null || guard?.userId !== user.id) return false;
          orphans.add(session.tokenHash);
          return true;
        },
        removeSession: async (tokenHash) => orphans.delete(tokenHash) || await store.removeSession(tokenHash),
      }));
    },
  },
  {
    name: "setUsername() inside a transaction is committed at once",
    mistake: "the statement goes over another connection",
    caughtBy: "setUsername() in a transaction is seen inside, and undone with it (I5)",
    open: () => {
      const outer = new MemoryUserStore();
      const done: Change[] = [];
      const noting: Mistake = (inside) => ({
        setUsername: (username, to, guard) => {
          done.push({ store: outer, username, to, guard });
          return rename({ store: inside, username, to, guard });
        },
      });
      return mistaken(() => ({
        transaction: (work) =>
          outer.transaction((inside) => work(mistaken(noting, inside))).finally(async () => {
            for (const change of done) await rename(change);
          }),
      }), outer);
    },
  },
];

interface Change {
  readonly store: UserStore;
  readonly username: string;
  readonly to: UserRenaming;
  readonly guard: UserGuard | undefined;
}

async function rename({ store, username, to, guard }: Change): Promise<boolean> {
  return await store.setUsername?.(username, to, guard) ?? false;
}

/** A store that renames otherwise. */
function renaming(change: (change: Change) => Promise<boolean>): UserStore {
  return mistaken((store) => ({
    setUsername: (username, to, guard) => change({ store, username, to, guard }),
  }));
}

function wholeSession(session: NewSession, username: string): NewSession {
  return { ...session, username, expiresAt: wholeSeconds(session.expiresAt) };
}
