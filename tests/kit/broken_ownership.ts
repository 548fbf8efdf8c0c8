import { isUserHarborError } from "@userharbor/core";
import { type BrokenStore, mistaken } from "./_mistaken.ts";

/** Stores that are wrong about who holds an address. */
export const brokenOwnership: readonly BrokenStore[] = [
  {
    name: "createUser() resolves although a verified account holds the address",
    mistake: "the address is not unique: the second account is stored without it",
    caughtBy: "createUser() refuses an address of a verified account with email_taken (I1)",
    open: () =>
      mistaken((store) => ({
        createUser: (request) =>
          store.createUser(request).catch((error) => {
            if (!isUserHarborError(error) || error.code !== "email_taken") throw error;
            return store.createUser({ ...request, holdsEmail: false });
          }),
      })),
  },
  {
    name: "createUser() leaves the address with an unverified holder",
    mistake: "the newcomer is stored, but does not displace",
    caughtBy: "createUser() displaces an unverified holder from the address (I1)",
    open: () =>
      mistaken((store) => ({
        createUser: async (request) => {
          const holder = await store.getUserByEmail(request.email);
          const held = holder !== null && !holder.verified;
          await store.createUser(held ? { ...request, holdsEmail: false } : request);
        },
      })),
  },
  {
    name: "createUser() deletes the unverified holder",
    mistake: "displacing is taken for replacing",
    caughtBy: "createUser() leaves a displaced account its name, password hash and token",
    open: () =>
      mistaken((store) => ({
        createUser: async (request) => {
          const holder = await store.getUserByEmail(request.email);
          if (holder !== null && !holder.verified && request.holdsEmail !== false) {
            await store.deleteUser(holder.username);
          }
          await store.createUser(request);
        },
      })),
  },
  {
    name: "createUser() displaces although it is refused",
    mistake: "the holder is displaced in a statement of its own, before the insert that fails",
    caughtBy: "createUser() that is refused displaces nobody from an address (I5)",
    open: () =>
      mistaken((store) => ({
        createUser: async (request) => {
          const displacing = {
            ...request,
            id: "displacing",
            username: "~displacing",
            usernameKey: "~displacing",
          };
          const holder = await store.getUserByEmail(request.email);
          if (holder !== null && !holder.verified && request.holdsEmail !== false) {
            await store.createUser(displacing);
            await store.deleteUser("~displacing");
          }
          await store.createUser(request);
        },
      })),
  },
  {
    name: "getUserByEmail() still finds the displaced account",
    mistake: "the address is looked up among all accounts that asked for it; the oldest comes first",
    caughtBy: "createUser() displaces an unverified holder from the address (I1)",
    open: () => {
      const firstToAsk = new Map<string, string>();
      return mistaken((store) => ({
        createUser: async (request) => {
          await store.createUser(request);
          if (!firstToAsk.has(request.email)) {
            firstToAsk.set(request.email, request.usernameKey ?? request.username.toLowerCase());
          }
        },
        getUserByEmail: async (email) => {
          const first = firstToAsk.get(email);
          const user = first === undefined ? null : await store.getUserByUsername(first);
          return user?.email === email ? user : await store.getUserByEmail(email);
        },
      }));
    },
  },
  {
    name: "getUserByUsername() shows the placeholder of a displaced account",
    mistake: "the unique column is read where the claimed address is meant",
    caughtBy: "createUser() leaves a displaced account its name, password hash and token",
    open: () =>
      mistaken((store) => ({
        getUserByUsername: async (usernameKey) => {
          const user = await store.getUserByUsername(usernameKey);
          if (user === null) return null;
          const holder = await store.getUserByEmail(user.email);
          return holder?.id === user.id ? user : { ...user, email: `${user.id}@displaced.invalid` };
        },
      })),
  },
  {
    name: "setUserVerified() does not let a displaced account take the address back",
    mistake: "whoever was displaced is refused for good",
    caughtBy: "setUserVerified() with the address takes it back from an unverified holder (I1)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const holder = email === undefined ? null : await store.getUserByEmail(email);
          if (holder !== null && holder.username !== username && !holder.verified) return false;
          return await store.setUserVerified(username, email, guard);
        },
      })),
  },
  {
    name: "setUserVerified() without an address verifies an account that holds none",
    mistake: "the flag is set, whoever holds the address",
    caughtBy: "setUserVerified() without an address stays false once the other holder is gone",
    open: () => {
      const claims = new Map<string, string>();
      return mistaken((store) => ({
        createUser: async (request) => {
          await store.createUser(request);
          claims.set(request.username, request.email);
        },
        setUserVerified: async (username, email, guard) => {
          const claimed = claims.get(username);
          const isFree = claimed !== undefined && await store.getUserByEmail(claimed) === null;
          return await store.setUserVerified(username, isFree ? email ?? claimed : email, guard);
        },
      }));
    },
  },
  {
    name: "setUserVerified() answers false where the address is somebody's",
    mistake: "the unique key's error is caught and dropped",
    caughtBy: "setUserVerified() with the address somebody owns is email_taken and changes nothing (I1)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: (username, email, guard) =>
          store.setUserVerified(username, email, guard).catch(() => false),
      })),
  },
  {
    name: "createUser() with holdsEmail false displaces",
    mistake: "the optional field was overlooked where nobody owns the address",
    caughtBy: "createUser() with holdsEmail false does not displace an unverified holder",
    open: () =>
      mistaken((store) => ({
        createUser: async (request) => {
          const holder = await store.getUserByEmail(request.email);
          await store.createUser(holder?.verified ? request : { ...request, holdsEmail: true });
        },
      })),
  },
  {
    name: "createUser() with holdsEmail false is refused for an owned address",
    mistake: "the optional field was overlooked",
    caughtBy: "createUser() with holdsEmail false does not disturb the owner",
    open: () =>
      mistaken((store) => ({
        createUser: async (request) => {
          const holder = await store.getUserByEmail(request.email);
          await store.createUser(holder?.verified ? { ...request, holdsEmail: true } : request);
        },
      })),
  },
  {
    name: "getUserByEmail() finds owners only",
    mistake: "the lookup of a login by address is taken for all there is",
    caughtBy: "getUserByEmail() finds the unverified account that holds the address",
    open: () =>
      mistaken((store) => ({
        getUserByEmail: async (email) => {
          const user = await store.getUserByEmail(email);
          return user?.verified ? user : null;
        },
      })),
  },
  {
    name: "setUserVerified() takes the address from its owner",
    mistake: "the holder is displaced without a look at `verified`",
    caughtBy: "setUserVerified() with the address somebody owns is email_taken and changes nothing (I1)",
    open: () =>
      mistaken((store) => ({
        setUserVerified: async (username, email, guard) => {
          const holder = email === undefined ? null : await store.getUserByEmail(email);
          if (holder?.verified && holder.username !== username) {
            await store.setUserVerified(holder.username, `${holder.id}@displaced.invalid`);
          }
          return await store.setUserVerified(username, email, guard);
        },
      })),
  },
];
