import { type User, UserHarborError } from "@userharbor/core";
import { type BrokenStore, mistaken, without } from "./_mistaken.ts";
import { unlessCode } from "./_unless_code.ts";

/** Stores that are wrong about an owner who moves to another address. */
export const brokenMoving: readonly BrokenStore[] = [
  {
    name: "setUserVerified() of an owner is false",
    mistake: "the update counts rows that changed, and a verified row does not",
    caughtBy: "setUserVerified() of an owner, without an address, is true again and changes nothing",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const user = await store.getUserByUsername(username.toLowerCase());
          const isIdle = user?.verified === true && (email ?? user.email) === user.email;
          return !isIdle && await store.setUserVerified(username, email, guard);
        },
      })),
  },
  {
    name: "setUserVerified() keeps an owner the old address as well",
    mistake: "the new address is added to an index, and the old entry is not taken out",
    caughtBy: "setUserVerified() with another address moves an owner, and the old one is free again (I1)",
    open: () => {
      const kept = new Map<string, User>();
      return mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const before = await store.getUserByUsername(username.toLowerCase());
          const done = await store.setUserVerified(username, email, guard);
          if (done && before?.verified && email !== before.email) kept.set(before.email, before);
          return done;
        },
        getUserByEmail: async (email) => await store.getUserByEmail(email) ?? kept.get(email) ?? null,
      }));
    },
  },
  {
    name: "setUserVerified() ignores the address of an owner",
    mistake: "whoever is verified is left alone",
    caughtBy: "setUserVerified() with another address moves an owner, and the old one is free again (I1)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const user = await store.getUserByUsername(username.toLowerCase());
          return await store.setUserVerified(username, user?.verified ? undefined : email, guard);
        },
      })),
  },
  {
    name: "setUserVerified() gives up the old address although the new one is somebody's",
    mistake: "the old entry is removed before the new one is judged, each in a statement of its own",
    caughtBy: "setUserVerified() with an owned address leaves an owner where it is (I1, I5)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const holder = email === undefined ? null : await store.getUserByEmail(email);
          if (holder?.verified && holder.username !== username) {
            await store.setUserVerified(username, `${username}@between.invalid`, guard);
          }
          return await store.setUserVerified(username, email, guard);
        },
      })),
  },
  {
    name: "setUserVerified() refuses an owner an address that somebody unverified holds",
    mistake: "the unique key on the address is all there is, and nobody is displaced",
    caughtBy: "setUserVerified() with another address displaces an unverified holder there (I1)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const holder = email === undefined ? null : await store.getUserByEmail(email);
          if (holder !== null && holder.username !== username) {
            throw new UserHarborError("email_taken", "Cannot take the address: it is held");
          }
          return await store.setUserVerified(username, email, guard);
        },
      })),
  },
  {
    name: "setUserVerified() with an address ignores guard.verified",
    mistake: "the statement that takes the address has no condition but the name",
    caughtBy: "setUserVerified() with another address and guard verified true moves owners only",
    open: () =>
      mistaken((store) => ({
        setUserVerified: (username, email, guard) =>
          store.setUserVerified(username, email, email === undefined ? guard : without("verified", guard)),
      })),
  },
  {
    name: "setUserVerified() with another address ends what was mailed to the old one",
    mistake: "the store decides what ends with an address, which is the core's to say",
    caughtBy: "setUserVerified() with another address keeps sessions, tokens, roles and password",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const done = await store.setUserVerified(username, email, guard);
          if (done && email !== undefined) await store.removePasswordResetForUser(username);
          return done;
        },
      })),
  },
  {
    name:
      "setUserVerified() of an owner reads whether the address is free, then answers whatever happened meanwhile",
    mistake: "no unique key: everybody who read in time is told the address is theirs",
    caughtBy: "setUserVerified() of one address by 40 owners at once moves one of them (I1)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const holder = email === undefined ? null : await store.getUserByEmail(email);
          if (holder?.verified && holder.username !== username) {
            throw new UserHarborError("email_taken", "Cannot take the address: a verified account holds it");
          }
          return await store.setUserVerified(username, email, guard).catch(unlessCode("email_taken")) ?? true;
        },
      })),
  },
];
