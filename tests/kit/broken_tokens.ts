import type { UserToken } from "@userharbor/core";
import { type BrokenStore, mistaken } from "./_mistaken.ts";

/** Stores that are wrong about mailed tokens. */
export const brokenTokens: readonly BrokenStore[] = [
  {
    name: "removeEmailVerification() reads, then removes",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "removeEmailVerification() is true for exactly one of 100 callers (I2, R49)",
    open: () =>
      mistaken((store) => ({
        removeEmailVerification: async (tokenHash) => {
          if (await store.getEmailVerification(tokenHash) === null) return false;
          await store.removeEmailVerification(tokenHash);
          return true;
        },
      })),
  },
  {
    name: "removePasswordReset() reads, then removes",
    mistake: "the answer comes from the read, so everybody who read in time is told true",
    caughtBy: "removePasswordReset() is true for exactly one of 100 callers (I2, R49)",
    open: () =>
      mistaken((store) => ({
        removePasswordReset: async (tokenHash) => {
          if (await store.getPasswordReset(tokenHash) === null) return false;
          await store.removePasswordReset(tokenHash);
          return true;
        },
      })),
  },
  {
    name: "removeEmailVerification() is always true",
    mistake: "no look at the row count of the DELETE",
    caughtBy: "removeEmailVerification() is true once, then false",
    open: () =>
      mistaken((store) => ({
        removeEmailVerification: async (tokenHash) => {
          await store.removeEmailVerification(tokenHash);
          return true;
        },
      })),
  },
  {
    name: "removePasswordReset() is always true",
    mistake: "no look at the row count of the DELETE",
    caughtBy: "removePasswordReset() is true once, then false",
    open: () =>
      mistaken((store) => ({
        removePasswordReset: async (tokenHash) => {
          await store.removePasswordReset(tokenHash);
          return true;
        },
      })),
  },
  {
    name: "setEmailVerification() keeps the earlier token alive",
    mistake: "an INSERT without a unique key on the user",
    caughtBy: "setEmailVerification() replaces the earlier token of the user (R51)",
    open: () => {
      const earlier = new Map<string, UserToken>();
      return mistaken((store) => ({
        setEmailVerification: (verification, guard) => {
          earlier.set(verification.tokenHash, verification);
          return store.setEmailVerification(verification, guard);
        },
        getEmailVerification: async (tokenHash) =>
          await store.getEmailVerification(tokenHash) ?? earlier.get(tokenHash) ?? null,
        removeEmailVerification: async (tokenHash) => {
          const wasEarlier = earlier.delete(tokenHash);
          return await store.removeEmailVerification(tokenHash) || wasEarlier;
        },
        removeEmailVerificationForUser: async (username) => {
          for (const token of earlier.values()) {
            if (token.username === username) earlier.delete(token.tokenHash);
          }
          await store.removeEmailVerificationForUser(username);
        },
      }));
    },
  },
  {
    name: "setPasswordReset() keeps the earlier token alive",
    mistake: "an INSERT without a unique key on the user",
    caughtBy: "setPasswordReset() replaces the earlier token of the user (R51)",
    open: () => {
      const earlier = new Map<string, UserToken>();
      return mistaken((store) => ({
        setPasswordReset: (reset, guard) => {
          earlier.set(reset.tokenHash, reset);
          return store.setPasswordReset(reset, guard);
        },
        getPasswordReset: async (tokenHash) =>
          await store.getPasswordReset(tokenHash) ?? earlier.get(tokenHash) ?? null,
        removePasswordReset: async (tokenHash) => {
          const wasEarlier = earlier.delete(tokenHash);
          return await store.removePasswordReset(tokenHash) || wasEarlier;
        },
        removePasswordResetForUser: async (username) => {
          for (const token of earlier.values()) {
            if (token.username === username) earlier.delete(token.tokenHash);
          }
          await store.removePasswordResetForUser(username);
        },
      }));
    },
  },
  {
    name: "setEmailVerification() removes the tokens of everybody",
    mistake: "a DELETE before the INSERT, and its WHERE was forgotten",
    caughtBy: "setEmailVerification() touches one account and no other",
    open: () => {
      const usernames = new Set<string>();
      return mistaken((store) => ({
        setEmailVerification: async (verification, guard) => {
          usernames.add(verification.username);
          for (const username of usernames) await store.removeEmailVerificationForUser(username);
          return await store.setEmailVerification(verification, guard);
        },
      }));
    },
  },
  {
    name: "setPasswordReset() removes the tokens of everybody",
    mistake: "a DELETE before the INSERT, and its WHERE was forgotten",
    caughtBy: "setPasswordReset() touches one account and no other",
    open: () => {
      const usernames = new Set<string>();
      return mistaken((store) => ({
        setPasswordReset: async (reset, guard) => {
          usernames.add(reset.username);
          for (const username of usernames) await store.removePasswordResetForUser(username);
          return await store.setPasswordReset(reset, guard);
        },
      }));
    },
  },
  {
    name: "setEmailVerification() that is refused has removed the earlier token",
    mistake: "a DELETE before the guarded INSERT, outside its transaction",
    caughtBy: "setEmailVerification() whose guard fails leaves the earlier token (I5)",
    open: () =>
      mistaken((store) => ({
        setEmailVerification: async (verification, guard) => {
          await store.removeEmailVerificationForUser(verification.username);
          return await store.setEmailVerification(verification, guard);
        },
      })),
  },
  {
    name: "removeEmailVerificationForUser() removes the tokens of everybody",
    mistake: "a DELETE without its WHERE",
    caughtBy: "removeEmailVerificationForUser() touches one account and no other",
    open: () => {
      const usernames = new Set<string>();
      return mistaken((store) => ({
        setEmailVerification: (verification, guard) => {
          usernames.add(verification.username);
          return store.setEmailVerification(verification, guard);
        },
        removeEmailVerificationForUser: async () => {
          for (const username of usernames) await store.removeEmailVerificationForUser(username);
        },
      }));
    },
  },
  {
    name: "removePasswordResetForUser() removes the tokens of everybody",
    mistake: "a DELETE without its WHERE",
    caughtBy: "removePasswordResetForUser() touches one account and no other",
    open: () => {
      const usernames = new Set<string>();
      return mistaken((store) => ({
        setPasswordReset: (reset, guard) => {
          usernames.add(reset.username);
          return store.setPasswordReset(reset, guard);
        },
        removePasswordResetForUser: async () => {
          for (const username of usernames) await store.removePasswordResetForUser(username);
        },
      }));
    },
  },
  {
    name: "setPasswordReset() is true for a missing account",
    mistake: "no look at the row count of the INSERT … SELECT",
    caughtBy: "setPasswordReset() for a missing account is false and writes nothing (I4)",
    open: () =>
      mistaken((store) => ({
        setPasswordReset: async (reset, guard) => {
          const done = await store.setPasswordReset(reset, guard);
          return done || await store.getPasswordHash(reset.username) === null;
        },
      })),
  },
  {
    name: "setEmailVerification() rejects for a missing account",
    mistake: "the foreign key's error passes through",
    caughtBy: "setEmailVerification() for a missing account is false and writes nothing (I4)",
    open: () =>
      mistaken((store) => ({
        setEmailVerification: async (verification, guard) => {
          if (await store.getPasswordHash(verification.username) !== null) {
            return await store.setEmailVerification(verification, guard);
          }
          throw new Error("FOREIGN KEY constraint failed");
        },
      })),
  },
  {
    name: "getEmailVerification() forgets the address it proves",
    mistake: "verifications and resets share a table without that column",
    caughtBy: "setEmailVerification() keeps the address it proves, and its absence",
    open: () =>
      mistaken((store) => ({
        setEmailVerification: ({ email: _, ...verification }, guard) =>
          store.setEmailVerification(verification, guard),
      })),
  },
  {
    name: "mailed tokens share one table, and one token does for both",
    mistake: "no column for the purpose",
    caughtBy: "tokens of one kind are not found, removed or refreshed as another (R48)",
    open: () =>
      mistaken((store) => ({
        getPasswordReset: async (tokenHash) =>
          await store.getPasswordReset(tokenHash) ?? await store.getEmailVerification(tokenHash),
        removePasswordReset: async (tokenHash) =>
          await store.removePasswordReset(tokenHash) || await store.removeEmailVerification(tokenHash),
      })),
  },
];
