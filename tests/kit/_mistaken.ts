import type { UserGuard, UserStore } from "@userharbor/core";
import { MemoryUserStore } from "@userharbor/memory";

/** A store with one mistake, which one case of the contract is there to catch. */
export interface BrokenStore {
  /** What it does wrong. */
  readonly name: string;
  /** How somebody comes to write it. */
  readonly mistake: string;
  /** The case meant for it. */
  readonly caughtBy: string;
  /** Opens an empty one. */
  open(): UserStore;
}

/** The methods that are wrong, in terms of the right ones; asked again for the handle of each transaction. */
export type Mistake = (store: UserStore) => Partial<UserStore>;

/** A store that is right but for the mistake, inside its transactions too. */
export function mistaken(mistake: Mistake, store: UserStore = new MemoryUserStore()): UserStore {
  const wrong: Partial<UserStore> = {
    transaction: (work) => store.transaction((inside) => work(mistaken(mistake, inside))),
    ...mistake(store),
  };
  return new Proxy(store, {
    get(_, name) {
      if (Reflect.has(wrong, name)) return Reflect.get(wrong, name);
      const value: unknown = Reflect.get(store, name);
      return typeof value === "function" ? value.bind(store) : value;
    },
  });
}

/** A guard that one condition fell out of. */
export function without(condition: keyof UserGuard, guard: UserGuard = {}): UserGuard {
  const { [condition]: _, ...rest } = guard;
  return rest;
}

/** An instant as a column without fractions of a second keeps it. */
export function wholeSeconds(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000);
}
