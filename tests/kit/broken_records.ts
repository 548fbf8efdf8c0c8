import type { StoreRecord, UserStore } from "@userharbor/core";
import { MemoryUserStore } from "@userharbor/memory";
import { withoutOptionalMethods } from "../_without_optional_methods.ts";
import { type BrokenStore, mistaken, wholeSeconds } from "./_mistaken.ts";

/** Stores that are wrong about what commits with a change. */
export const brokenRecords: readonly BrokenStore[] = [
  {
    name: "append() in a transaction is committed at once",
    mistake: "a log beside the database",
    caughtBy: "append() in a transaction that rejects leaves nothing (I5)",
    open: () => {
      const outer = new MemoryUserStore();
      const log: StoreRecord[] = [];
      return mistaken((store) => ({
        append: async (record) => {
          log.push(record);
          await append(store, record);
        },
        ...{ records: () => Promise.resolve(log) },
      }), outer);
    },
  },
  {
    name: "append() in a transaction keeps nothing",
    mistake: "a record that is written when the transaction has ended",
    caughtBy: "append() in a transaction commits with the change (I5)",
    open: () => {
      const outer = new MemoryUserStore();
      return mistaken((store) => ({
        append: (record) => store === outer ? append(store, record) : Promise.resolve(),
      }), outer);
    },
  },
  {
    name: "append() swallows what goes wrong",
    mistake: "a record must not be in the way of the change, somebody thought",
    caughtBy: "append() that rejects dooms the change, even if it was caught (I5)",
    open: () =>
      mistaken((store) => ({
        append: async (record) => {
          const isStored = store instanceof MemoryUserStore &&
            (await store.records()).some(({ id }) => id === record.id);
          if (!isStored) await append(store, record);
        },
      })),
  },
  {
    name: "append() replaces a record of the same id",
    mistake: "an upsert",
    caughtBy: "append() of an id that is stored rejects and keeps the first",
    open: () => {
      const later = new Map<string, StoreRecord>();
      return mistaken((store) => ({
        append: (record) => append(store, record).catch(() => void later.set(record.id, record)),
        ...{
          records: async () =>
            store instanceof MemoryUserStore
              ? (await store.records()).map((record) => later.get(record.id) ?? record)
              : [],
        },
      }));
    },
  },
  {
    name: "append() cuts the fractions of a second off",
    mistake: "a column of whole seconds",
    caughtBy: "append() keeps every field as it is given (T10)",
    open: () => appending((record) => ({ ...record, createdAt: wholeSeconds(record.createdAt) })),
  },
  {
    name: "append() cuts a long body short",
    mistake: "a column of 255 characters",
    caughtBy: "append() keeps every field as it is given (T10)",
    open: () => appending((record) => ({ ...record, body: record.body.slice(0, 255) })),
  },
  {
    name: "append() forgets whom the record is about",
    mistake: "a column that was left out",
    caughtBy: "append() keeps every field as it is given (T10)",
    open: () => appending(({ userId: _, ...record }) => record),
  },
  {
    name: "append() keeps one record of each kind and instant",
    mistake: "a primary key of what is thought to be unique",
    caughtBy: "append() about an account outlives the account, and needs none",
    open: () => {
      const seen = new Set<string>();
      return mistaken((store) => ({
        append: async (record) => {
          if (seen.has(record.kind)) return;
          seen.add(record.kind);
          await append(store, record);
        },
      }));
    },
  },
  {
    name: "append() loses records of callers at once",
    mistake: "a list that is read, extended and written back",
    caughtBy: "append() by 100 at once keeps them all",
    open: () => {
      let log: readonly StoreRecord[] = [];
      return mistaken(() => ({
        append: async (record) => {
          const read = log;
          await Promise.resolve();
          log = [...read, record];
        },
        ...{ records: () => Promise.resolve(log) },
      }));
    },
  },
  {
    name: "deleteUser() takes the records along",
    mistake: "a foreign key with ON DELETE CASCADE",
    caughtBy: "append() about an account outlives the account, and needs none",
    open: () => {
      const gone = new Set<string>();
      return mistaken((store) => ({
        deleteUser: async (username, guard) => {
          const user = await store.getUserByUsername(username.toLowerCase());
          const deleted = await store.deleteUser(username, guard);
          if (deleted && user !== null) gone.add(user.id);
          return deleted;
        },
        ...{
          records: async () =>
            store instanceof MemoryUserStore
              ? (await store.records()).filter(({ userId = "" }) => !gone.has(userId))
              : [],
        },
      }));
    },
  },
  {
    name: "append() keeps the Date that it is handed",
    mistake: "rows are stored as they are",
    caughtBy: "append() keeps a copy of the instant",
    open: () => {
      const log: StoreRecord[] = [];
      return mistaken(() => ({
        append: (record) => {
          log.push(record);
          return Promise.resolve();
        },
        ...{ records: () => Promise.resolve(log) },
      }));
    },
  },
  {
    name: "the handle of a transaction lacks append()",
    mistake: "a handle that lists the methods of the port, made before there was this one",
    caughtBy: "append() in a transaction commits with the change (I5)",
    open: () => {
      const store = new MemoryUserStore();
      return mistaken(() => ({
        transaction: (work) => store.transaction((inside) => work(withoutOptionalMethods(inside))),
      }), store);
    },
  },
];

async function append(store: UserStore, record: StoreRecord): Promise<void> {
  await store.append?.(record);
}

/** A store that keeps something else. */
function appending(change: (record: StoreRecord) => StoreRecord): UserStore {
  return mistaken((store) => ({ append: (record) => append(store, change(record)) }));
}
