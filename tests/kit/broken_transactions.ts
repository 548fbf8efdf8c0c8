import type { UserStore } from "@userharbor/core";
import { type BrokenStore, mistaken } from "./_mistaken.ts";
import { singleConnection } from "./_single_connection.ts";

/** Stores whose transactions are not what they say. */
export const brokenTransactions: readonly BrokenStore[] = [
  {
    name: "transaction() only runs the work",
    mistake: 'a stub that was meant for the prototype, with `transactions` still at "any"',
    caughtBy: "transaction() keeps nothing when work rejects (I5)",
    open: () => mistaken((store) => ({ transaction: (work) => work(store) })),
  },
  {
    name: "transaction() keeps what rejecting work wrote",
    mistake: "COMMIT in a `finally`",
    caughtBy: "transaction() keeps nothing when work rejects (I5)",
    open: () => singleConnection({ rollsBack: false }),
  },
  {
    name: "transaction() commits although its work swallowed a rejection",
    mistake: "only the outcome of `work` is looked at; SQLite goes on after an error",
    caughtBy: "transaction() with a caught username_taken rejects and keeps nothing (I5)",
    open: () => singleConnection({ swallowed: "commits" }),
  },
  {
    name: "transaction() resolves although everything is rolled back",
    mistake: "PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, and without an error",
    caughtBy: "transaction() with a caught username_taken rejects and keeps nothing (I5)",
    open: () => singleConnection({ swallowed: "resolves" }),
  },
  {
    name: "transaction() keeps the half after a swallowed rejection",
    mistake: "MariaDB rolls back at a deadlock, and what follows runs without a transaction",
    caughtBy: "transaction() with a caught username_taken rejects and keeps nothing (I5)",
    open: () => singleConnection({ swallowed: "continues" }),
  },
  {
    name: "transaction() commits the outer half when a nested one fails",
    mistake: "a savepoint for each nested transaction",
    caughtBy: "transaction() nested that fails dooms the outer one, caught or not (I5)",
    open: () => singleConnection({ nestedJoins: false }),
  },
  {
    name: "transaction() leaves its handle usable after the end",
    mistake: "the handle is the connection",
    caughtBy: "a handle used after its transaction committed is a TypeError and changes nothing",
    open: () => singleConnection({ handleEnds: false }),
  },
  {
    name: "reads from outside see what is not committed",
    mistake: "one connection, and only writes wait",
    caughtBy: "a read from outside never gives what a transaction has not committed",
    open: () => singleConnection({ readsWait: false }),
  },
  {
    name: "writes from outside vanish with a rollback",
    mistake: "one connection, and writes join the open transaction",
    caughtBy: "a write from outside survives the rollback of an open transaction (I5)",
    open: () => singleConnection({ writesWait: false }),
  },
  {
    name: "transaction() joins one that somebody else has open",
    mistake: "one connection, and a counter of open transactions",
    caughtBy: "a transaction from outside completes beside one that fails (I5)",
    open: () => singleConnection({ transactionsWait: false }),
  },
  {
    name: "transaction() resolves to nothing",
    mistake: "a driver's callback that has no result",
    caughtBy: "transaction() resolves to what work resolved to",
    open: () =>
      mistaken((store) => ({
        transaction: async <T>(work: (store: UserStore) => Promise<T>) => {
          await store.transaction(work);
          return undefined as T;
        },
      })),
  },
  {
    name: "transaction() rejects with an error of its own",
    mistake: "the rejection is wrapped, and with it the code is lost",
    caughtBy: "transaction() keeps nothing when work rejects (I5)",
    open: () =>
      mistaken((store) => ({
        transaction: (work) =>
          store.transaction(work).catch((cause) => {
            throw new Error("transaction failed", { cause });
          }),
      })),
  },
];
