import type { StoreRecord, TransactionReach, UserStore } from "../../interfaces.ts";

/** One promise of the store port and what it takes to try it. */
export interface StoreCase {
  /** What is promised, as `symbol() promise`. */
  readonly name: string;
  /** How far `transaction(work)` has to reach for the promise to apply. */
  readonly reach: TransactionReach;
  /** How many stores on the same data the case takes. */
  readonly stores: 1 | 2;
  /** The optional method that the promise is about. */
  readonly needs?: OptionalMethod;
  /** Whether the case has to read what was appended, which no method of the port does. */
  readonly readsRecords?: true;
  /** Rejects when the promise is broken. */
  readonly run: StoreCaseRun;
}

/** A method of the port that a store may lack. */
export type OptionalMethod =
  | "listSessions"
  | "removeSessionById"
  | "setUsername"
  | "setUserFlags"
  | "listUsers"
  | "append"
  | "diagnose";

/** Every record that the first store of a case has, in whatever order. */
export type ReadRecords = () => Promise<readonly StoreRecord[]>;

/**
 * What a case does; in a case of one store both are the same. A sentence that it resolves to says why it does not
 * apply to the store after all.
 */
export type StoreCaseRun = (
  store: UserStore,
  another: UserStore,
  records: ReadRecords,
) => Promise<string | void>;

/** A promise about single calls. */
export function storeCase(name: string, run: StoreCaseRun): StoreCase {
  return { name, run, reach: "none", stores: 1 };
}

/** A promise about transactions whose work concerns one user. */
export function transactionCase(name: string, run: StoreCaseRun): StoreCase {
  return { name, run, reach: "one-user", stores: 1 };
}

/** A promise about transactions whose work spans users, or roles and permissions. */
export function wideTransactionCase(name: string, run: StoreCaseRun): StoreCase {
  return { name, run, reach: "any", stores: 1 };
}

/** A promise about single calls on two stores with the same data. */
export function twoStoreCase(name: string, run: StoreCaseRun): StoreCase {
  return { name, run, reach: "none", stores: 2 };
}

/** A promise about transactions on two stores with the same data. */
export function twoStoreTransactionCase(name: string, run: StoreCaseRun): StoreCase {
  return { name, run, reach: "one-user", stores: 2 };
}

/** The same promise, about a method that a store may lack. */
export function needing(needs: OptionalMethod, storeCase: StoreCase): StoreCase {
  return { ...storeCase, needs };
}

/** A promise about `append()` that is tried by reading what was appended. */
export function readingRecords(storeCase: StoreCase): StoreCase {
  return { ...needing("append", storeCase), readsRecords: true };
}
