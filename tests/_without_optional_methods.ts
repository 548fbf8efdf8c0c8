import type { UserStore } from "../mod.ts";

const OPTIONAL: ReadonlySet<string | symbol> = new Set<keyof UserStore>([
  "listSessions",
  "removeSessionById",
  "setUsername",
  "setUserFlags",
  "listUsers",
  "append",
  "diagnose",
]);

type Transaction = UserStore["transaction"];

/** A store as third parties have written it: without the methods that the port makes optional. */
export function withoutOptionalMethods(store: UserStore): UserStore {
  const transaction: Transaction = (work) =>
    store.transaction((inside) => work(withoutOptionalMethods(inside)));
  return new Proxy(store, {
    get(target, name) {
      if (OPTIONAL.has(name)) return undefined;
      if (name === "transaction") return transaction;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
