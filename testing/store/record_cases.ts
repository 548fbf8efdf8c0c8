import assert from "node:assert/strict";
import type { StoreRecord, UserStore } from "../../interfaces.ts";
import { addUser, at, hash, token } from "./_fixtures.ts";
import { giveAMoment, holdOpen, settled } from "./_held_open.ts";
import { atOnce } from "./_outcomes.ts";
import {
  needing,
  readingRecords,
  type ReadRecords,
  type StoreCase,
  storeCase,
  transactionCase,
  twoStoreCase,
  twoStoreTransactionCase,
} from "./_store_case.ts";

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

function append(store: UserStore, stored: StoreRecord): Promise<void> {
  assert.ok(store.append !== undefined, "the store that work is handed must have append(), too");
  return store.append(stored);
}

/** The numbered record. */
function record(number: number): StoreRecord {
  return { id: publicId(number), kind: "event", createdAt: at(number), userId: "1", body: `{"n":${number}}` };
}

function publicId(number: number): string {
  return `4a2f2f4e-0b7d-4c9a-8a43-${number.toString(16).padStart(12, "0")}`;
}

/** The fields every store gives, without those it adds. */
function fieldsOf({ id, kind, createdAt, userId, body }: StoreRecord): StoreRecord {
  return { id, kind, createdAt, body, ...userId === undefined ? {} : { userId } };
}

/** Every record, in the order of their ids. */
async function recordsOf(records: ReadRecords): Promise<readonly StoreRecord[]> {
  return (await records()).map(fieldsOf).toSorted((one, other) => one.id < other.id ? -1 : 1);
}

async function idsOf(records: ReadRecords): Promise<readonly string[]> {
  return (await recordsOf(records)).map(({ id }) => id);
}

const keepingCases: readonly StoreCase[] = [
  readingRecords(storeCase("append() keeps every field as it is given (T10)", async (store, _, records) => {
    const body = JSON.stringify({ text: `\u{1f980} Zoe\u0308 '"\`\\;--$1?:x\n`, long: "漢".repeat(10_000) });
    const { userId: _userId, ...ofNobody } = record(2);
    const stored: readonly StoreRecord[] = [
      { ...record(1), createdAt: at(-0.001) },
      { ...ofNobody, createdAt: at(86_400.999) },
      { ...record(3), body },
      { ...record(4), id: "9".repeat(64), kind: "k".repeat(32), userId: "u".repeat(255) },
    ];
    const answer = append(store, stored[0] ?? assert.fail());
    assert.ok(answer instanceof Promise, "append must return a promise");
    await answer;
    for (const each of stored.slice(1)) await append(store, each);
    assert.deepEqual(await recordsOf(records), stored);
  })),

  readingRecords(storeCase("append() keeps a copy of the instant", async (store, _, records) => {
    const createdAt = at(1);
    await append(store, { ...record(1), createdAt });
    createdAt.setTime(0);
    assert.deepEqual(await recordsOf(records), [record(1)]);
  })),

  readingRecords(
    storeCase("append() of an id that is stored rejects and keeps the first", async (store, _, records) => {
      await append(store, record(1));
      await assert.rejects(append(store, { ...record(2), id: publicId(1) }), Error);
      assert.deepEqual(await recordsOf(records), [record(1)]);
    }),
  ),

  readingRecords(
    storeCase("append() about an account outlives the account, and needs none", async (store, _, records) => {
      const { id } = await addUser(store, "ada");
      await append(store, { ...record(1), userId: id });
      await append(store, { ...record(2), userId: "nobody" });
      await store.deleteUser("ada");
      await addUser(store, "ada");
      assert.deepEqual(await idsOf(records), [publicId(1), publicId(2)]);
    }),
  ),

  readingRecords(storeCase("append() by 100 at once keeps them all", async (store, _, records) => {
    await atOnce(100, (number) => append(store, record(number)));
    assert.deepEqual(await recordsOf(records), Array.from({ length: 100 }, (_, number) => record(number)));
  })),
];

const transactionCases: readonly StoreCase[] = [
  readingRecords(
    transactionCase("append() in a transaction commits with the change (I5)", async (store, _, records) => {
      await addUser(store, "ada");
      await store.transaction(async (inside) => {
        await inside.setPasswordHash("ada", "$fake$2");
        await append(inside, record(1));
      });
      assert.equal(await store.getPasswordHash("ada"), "$fake$2");
      assert.deepEqual(await recordsOf(records), [record(1)]);
    }),
  ),

  readingRecords(
    transactionCase(
      "append() in a transaction that rejects leaves nothing (I5)",
      async (store, _, records) => {
        await addUser(store, "ada");
        const transaction = store.transaction(async (inside) => {
          await inside.setPasswordHash("ada", "$fake$2");
          await append(inside, record(1));
          throw FAILURE;
        });
        await assert.rejects(transaction, (error) => error === FAILURE);
        assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
        assert.deepEqual(await recordsOf(records), []);
        await append(store, record(1));
        assert.deepEqual(await recordsOf(records), [record(1)], "what was undone is not in the way");
      },
    ),
  ),

  readingRecords(
    transactionCase(
      "append() that rejects dooms the change, even if it was caught (I5)",
      async (store, _, records) => {
        await addUser(store, "ada");
        await append(store, record(1));
        const transaction = store.transaction(async (inside) => {
          await inside.setPasswordHash("ada", "$fake$2");
          await append(inside, { ...record(2), id: publicId(1) }).catch(() => {});
          await append(inside, record(3));
        });
        await assert.rejects(transaction, Error);
        assert.equal(await store.getPasswordHash("ada"), "$fake$ada", "no change without its record");
        assert.deepEqual(await recordsOf(records), [record(1)]);
      },
    ),
  ),

  readingRecords(
    transactionCase("append() goes with a change that is refused (I5)", async (store, _, records) => {
      await addUser(store, "ada");
      const transaction = store.transaction(async (inside) => {
        await append(inside, record(1));
        await inside.createUser({ id: "2", username: "ADA", email: "x@example.org", passwordHash: "$fake$" })
          .catch(() => {});
      });
      await assert.rejects(transaction, Error);
      assert.deepEqual(await recordsOf(records), [], "no record of what did not happen");
    }),
  ),

  needing(
    "append",
    transactionCase("append() through a handle that has ended is a TypeError", async (store) => {
      const { inside } = await store.transaction((handle) => Promise.resolve({ inside: handle }));
      await assert.rejects(async () => await append(inside, record(1)), TypeError);
    }),
  ),

  readingRecords(
    transactionCase(
      "append() from outside survives the rollback of an open transaction (I5)",
      async (store, _, records) => {
        await addUser(store, "ada");
        const held = await holdOpen(store, async (inside, pause) => {
          await inside.setPasswordHash("ada", "$fake$2");
          await append(inside, record(1));
          await pause();
          throw FAILURE;
        });
        const outside = settled(append(store, record(2)));
        await giveAMoment(outside);
        held.release();
        assert.equal((await held.outcome).status, "rejected");
        assert.equal((await outside).status, "fulfilled");
        assert.deepEqual(await recordsOf(records), [record(2)]);
      },
    ),
  ),
];

const twoStoreCases: readonly StoreCase[] = [
  readingRecords(
    twoStoreCase("two stores: append() by both keeps them all", async (store, another, records) => {
      await atOnce(20, (number) => append(number % 2 === 0 ? store : another, record(number)));
      assert.deepEqual(await recordsOf(records), Array.from({ length: 20 }, (_, number) => record(number)));
    }),
  ),

  readingRecords(
    twoStoreTransactionCase(
      "two stores: append() of work that has to run again is kept exactly once (I5)",
      async (store, another, records) => {
        await addUser(store, "ada");
        let runs = 0;
        const held = await holdOpen(store, async (inside, pause) => {
          runs++;
          const added = await inside.addSession(token("ada", hash(1)));
          await append(inside, { ...record(1), body: `{"run":${runs}}` });
          await pause();
          return added;
        });
        const other = settled(another.transaction(async (inside) => {
          const changed = await inside.setPasswordHash("ada", "$fake$2");
          await append(inside, record(2));
          return changed;
        }));
        await giveAMoment(other);
        held.release();
        assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
        assert.deepEqual(await other, { status: "fulfilled", value: true });
        const stored = await recordsOf(records);
        assert.deepEqual(stored, [{ ...record(1), body: `{"run":${runs}}` }, record(2)]);
      },
    ),
  ),
];

/** What commits with a change, or not at all: the optional method `append`. */
export const recordCases: readonly StoreCase[] = [...keepingCases, ...transactionCases, ...twoStoreCases];
