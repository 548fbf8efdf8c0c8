import type { User, UserStore } from "../interfaces.ts";

/** The members that a store may lack. */
type OptionalMethod =
  | "listSessions"
  | "removeSessionById"
  | "setUsername"
  | "setUserFlags"
  | "listUsers"
  | "append";

/**
 * A member that a store may lack, when a feature that needs it is used; to be called on that store.
 *
 * @throws {TypeError} naming the missing method
 */
export function requireStoreMethod<U extends User, Name extends OptionalMethod>(
  store: UserStore<U>,
  name: Name,
): NonNullable<UserStore<U>[Name]> {
  const method = store[name];
  if (method === undefined) throw new TypeError(`Cannot proceed: the store has no ${name}()`);
  return method;
}
