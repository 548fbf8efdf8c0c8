import type { UserStore } from "@userharbor/core";
import { type BrokenStore, type Mistake, mistaken } from "./_mistaken.ts";

/** The methods that take a username, in the spelling the person chose. */
const BY_USERNAME = [
  "setUserVerified",
  "deleteUser",
  "getPasswordHash",
  "setPasswordHash",
  "removeEmailVerificationForUser",
  "removeAllSessions",
  "removePasswordResetForUser",
  "grantRoleToUser",
  "revokeRoleFromUser",
  "getUserRoles",
  "getUserPermissions",
] as const satisfies (keyof UserStore)[];

type ByUsername = (typeof BY_USERNAME)[number];

/** Stores that take a username for its canonical key: "Ada" is nobody, for the key is "ada". */
export const brokenLookups: readonly BrokenStore[] = BY_USERNAME.map((method) => ({
  name: `${method}() looks a username up among the keys`,
  mistake: "a WHERE over the wrong one of two columns, which look alike in every test with lower case names",
  caughtBy: "every method takes the spelling of a username, getUserByUsername alone the key",
  open: () => mistaken(lookingUpKeys(method)),
}));

function lookingUpKeys(method: ByUsername): Mistake {
  return (store) => ({
    [method]: async (username: string, ...rest: readonly unknown[]) => {
      const user = await store.getUserByUsername(username);
      return await Reflect.apply(store[method], store, [user?.username ?? `no key: ${username}`, ...rest]);
    },
  });
}
