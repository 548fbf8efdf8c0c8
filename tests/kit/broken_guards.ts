import type { UserGuard, UserStore } from "@userharbor/core";
import { type BrokenStore, type Mistake, mistaken, without } from "./_mistaken.ts";

type Condition = keyof UserGuard;

/** Each guarded method, without one condition of its guard. */
const FORGETTING = {
  addSession: (condition: Condition): Mistake => (store) => ({
    addSession: (session, guard) => store.addSession(session, without(condition, guard)),
  }),
  setPasswordHash: (condition: Condition): Mistake => (store) => ({
    setPasswordHash: (username, passwordHash, guard) =>
      store.setPasswordHash(username, passwordHash, without(condition, guard)),
  }),
  setUserVerified: (condition: Condition): Mistake => (store) => ({
    setUserVerified: (username, email, guard) =>
      store.setUserVerified(username, email, without(condition, guard)),
  }),
  deleteUser: (condition: Condition): Mistake => (store) => ({
    deleteUser: (username, guard) => store.deleteUser(username, without(condition, guard)),
  }),
  setEmailVerification: (condition: Condition): Mistake => (store) => ({
    setEmailVerification: (verification, guard) =>
      store.setEmailVerification(verification, without(condition, guard)),
  }),
  setPasswordReset: (condition: Condition): Mistake => (store) => ({
    setPasswordReset: (reset, guard) => store.setPasswordReset(reset, without(condition, guard)),
  }),
} as const;

interface Guarded {
  readonly username: string;
  readonly guard: UserGuard | undefined;
}

/** Each guarded method, with the check and the write in two statements. */
const CHECKING_FIRST: Readonly<Record<keyof typeof FORGETTING, Mistake>> = {
  addSession: (store) => ({
    addSession: async (session, guard) =>
      await held(store, { username: session.username, guard }) && await store.addSession(session),
  }),
  setPasswordHash: (store) => ({
    setPasswordHash: async (username, passwordHash, guard) =>
      await held(store, { username, guard }) && await store.setPasswordHash(username, passwordHash),
  }),
  setUserVerified: (store) => ({
    setUserVerified: async (username, email, guard) =>
      await held(store, { username, guard }) && await store.setUserVerified(username, email),
  }),
  deleteUser: (store) => ({
    deleteUser: async (username, guard) =>
      await held(store, { username, guard }) && await store.deleteUser(username),
  }),
  setEmailVerification: (store) => ({
    setEmailVerification: async (verification, guard) =>
      await held(store, { username: verification.username, guard }) &&
      await store.setEmailVerification(verification),
  }),
  setPasswordReset: (store) => ({
    setPasswordReset: async (reset, guard) =>
      await held(store, { username: reset.username, guard }) && await store.setPasswordReset(reset),
  }),
};

const CAUGHT_RACING: Readonly<Record<keyof typeof FORGETTING, string>> = {
  addSession: "addSession() guarded by a hash racing its change leaves no session of the old one (I3, R57)",
  setPasswordHash: "setPasswordHash() guarded by the old hash is true for exactly one of 100 callers (R13)",
  setUserVerified: "setUserVerified() with guard verified false is true for exactly one of 100 callers (I2)",
  deleteUser: "deleteUser() and setPasswordHash() guarded by one hash: exactly one is done",
  setEmailVerification: "a deferred mint guarded by userId never serves who took the name meanwhile (I4)",
  setPasswordReset: "a deferred mint guarded by userId never serves who took the name meanwhile (I4)",
};

const METHODS = Object.keys(FORGETTING) as (keyof typeof FORGETTING)[];

const CONDITIONS: readonly Condition[] = ["userId", "passwordHash", "verified"];

/** Stores whose guarded writes happen when they must not. */
export const brokenGuards: readonly BrokenStore[] = [
  ...METHODS.flatMap((method) =>
    CONDITIONS.map((condition): BrokenStore => ({
      name: `${method}() ignores guard.${condition}`,
      mistake: "a condition that is missing from the WHERE of one statement",
      caughtBy: `${method}() with a guard that does not match is false and writes nothing (I3, I4)`,
      open: () => mistaken(FORGETTING[method](condition)),
    }))
  ),
  ...METHODS.map((method): BrokenStore => ({
    name: `${method}() checks its guard, then writes without it`,
    mistake: "a SELECT that checks, and a round trip later a statement that does not look again",
    caughtBy: CAUGHT_RACING[method],
    open: () => mistaken(CHECKING_FIRST[method]),
  })),
  {
    name: "deleteUser() ends the sessions before it looks at its guard",
    mistake: "what refers to the row goes first, in a statement of its own",
    caughtBy: "deleteUser() with a guard that does not match is false and writes nothing (I3, I4)",
    open: () =>
      mistaken((store) => ({
        deleteUser: async (username, guard) => {
          await store.removeAllSessions(username);
          return await store.deleteUser(username, guard);
        },
      })),
  },
  {
    name: "setPasswordHash() ends the sessions although its guard failed",
    mistake: "the row count is looked at after everything",
    caughtBy: "setPasswordHash() with a guard that does not match is false and writes nothing (I3, I4)",
    open: () =>
      mistaken((store) => ({
        setPasswordHash: async (username, passwordHash, guard) => {
          const done = await store.setPasswordHash(username, passwordHash, guard);
          if (!done) await store.removeAllSessions(username);
          return done;
        },
      })),
  },
];

/** Whether the guard holds now; by the time the caller knows, it may not. */
async function held(store: UserStore, { username, guard = {} }: Guarded): Promise<boolean> {
  const [user, passwordHash] = await Promise.all([
    store.getUserByUsername(username.toLowerCase()),
    store.getPasswordHash(username),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return user !== null &&
    (guard.userId ?? user.id) === user.id &&
    (guard.verified ?? user.verified) === user.verified &&
    (guard.passwordHash ?? passwordHash) === passwordHash;
}
