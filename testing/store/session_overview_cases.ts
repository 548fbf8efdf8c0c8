import assert from "node:assert/strict";
import type { NewSession, UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, at, hash, person, token } from "./_fixtures.ts";
import { atOnce, exactlyOne } from "./_outcomes.ts";
import {
  needing,
  type StoreCase,
  storeCase,
  type StoreCaseRun,
  transactionCase,
  twoStoreCase,
} from "./_store_case.ts";

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

/** A public id with letters in it; neighbours differ in their last digits only. */
function publicId(number: number): string {
  return `4a2f2f4e-0b7d-4c9a-8a43-${number.toString(16).padStart(12, "0")}`;
}

/** The session of `hash(number)` and `publicId(number)`, live for an hour. */
function session(username: string, number: number): NewSession {
  return { ...token(username, hash(number)), id: publicId(number) };
}

function list(store: UserStore, username: string): Promise<readonly NewSession[]> {
  assert.ok(store.listSessions !== undefined, "the store that work is handed must have listSessions(), too");
  return store.listSessions(username);
}

function removeById(store: UserStore, username: string, id: string): Promise<boolean> {
  assert.ok(
    store.removeSessionById !== undefined,
    "the store that work is handed must have removeSessionById(), too",
  );
  return store.removeSessionById(username, id);
}

/** The ids of a user's sessions, in the order in which the store gives them. */
async function idsOf(store: UserStore, username: string): Promise<readonly (string | undefined)[]> {
  return (await list(store, username)).map(({ id }) => id);
}

/** The fields every store gives, without those it adds. */
function fieldsOf({ id, username, tokenHash, expiresAt, createdAt }: NewSession) {
  return { id, username, tokenHash, expiresAt, createdAt };
}

async function isStored(store: UserStore, number: number): Promise<boolean> {
  return await store.getSession(hash(number)) !== null;
}

function listCase(name: string, run: StoreCaseRun): StoreCase {
  return needing("listSessions", storeCase(name, run));
}

function removalCase(name: string, run: StoreCaseRun): StoreCase {
  return needing("removeSessionById", storeCase(name, run));
}

const listCases: readonly StoreCase[] = [
  listCase("listSessions() is empty for a user without a session, and for a missing user", async (store) => {
    await addUser(store, "ada");
    await addUser(store, "bob");
    await store.addSession(session("bob", 1));
    const answer = list(store, "ada");
    assert.ok(answer instanceof Promise, "listSessions must return a promise");
    assert.deepEqual(await answer, []);
    assert.deepEqual(await list(store, "nobody"), []);
  }),

  listCase("listSessions() gives every field as it was stored (T10)", async (store) => {
    await addVerifiedUser(store, "Ada");
    const stored = { ...session("Ada", 1), expiresAt: at(86_400.999), createdAt: at(-0.001) };
    await store.addSession(stored);
    assert.deepEqual((await list(store, "Ada")).map(fieldsOf), [stored]);
    const { user: _, ...found } = await store.getSession(hash(1)) ?? assert.fail();
    assert.deepEqual((await list(store, "Ada")).map(fieldsOf), [fieldsOf(found)]);
  }),

  listCase("listSessions() gives the oldest first, whatever was stored or ends first", async (store) => {
    await addUser(store, "ada");
    for (const number of [3, 1, 5, 2, 4]) {
      const [createdAt, expiresAt] = [at(-60 + number / 1000), at(3600 - number)];
      await store.addSession({ ...session("ada", number), createdAt, expiresAt });
    }
    assert.deepEqual(await idsOf(store, "ada"), [1, 2, 3, 4, 5].map(publicId));
  }),

  listCase("listSessions() gives those without createdAt first, and without that field", async (store) => {
    await addUser(store, "ada");
    await store.addSession({ ...session("ada", 1), createdAt: new Date(0) });
    await store.addSession({ username: "ada", tokenHash: hash(2), id: publicId(2), expiresAt: at(60) });
    const [first, second] = await list(store, "ada");
    assert.deepEqual([first?.id, second?.id], [publicId(2), publicId(1)]);
    assert.equal(first?.createdAt, undefined, "a store owns no clock: it does not make createdAt up");
    assert.deepEqual(second?.createdAt, new Date(0));
  }),

  listCase("listSessions() gives those of one instant in the same order each time", async (store) => {
    await addUser(store, "ada");
    await atOnce(20, (number) => store.addSession(session("ada", number)));
    const order = await idsOf(store, "ada");
    for (const number of [7, 0, 19]) await store.refreshSession(hash(number), at(7200));
    assert.deepEqual(await idsOf(store, "ada"), order);
  }),

  listCase("listSessions() gives all of 200 sessions", async (store) => {
    await addUser(store, "ada");
    for (let number = 0; number < 200; number++) await store.addSession(session("ada", number));
    const ids = Array.from({ length: 200 }, (_, number) => publicId(number));
    assert.deepEqual((await idsOf(store, "ada")).toSorted(), ids);
  }),

  listCase("listSessions() gives expired sessions as they are (I6)", async (store) => {
    await addUser(store, "ada");
    const stored = [
      { ...session("ada", 1), createdAt: at(-7200), expiresAt: at(-3600) },
      { ...session("ada", 2), createdAt: at(-60), expiresAt: at(-0.001) },
    ];
    for (const each of stored) await store.addSession(each);
    const why = "only the core judges time; a store returns what has expired";
    assert.deepEqual((await list(store, "ada")).map(fieldsOf), stored, why);
  }),

  listCase("listSessions() gives that user's sessions alone (R68)", async (store) => {
    const usernames = ["ada", "ADA", "ada ", "ad_", "a%", "adam"];
    for (const [number, username] of usernames.entries()) {
      await addUser(store, person(username, { usernameKey: username, email: `user${number}@example.org` }));
      await store.addSession(session(username, number));
    }
    for (const [number, username] of usernames.entries()) {
      assert.deepEqual(await idsOf(store, username), [publicId(number)], `the sessions of "${username}"`);
    }
  }),

  listCase("listSessions() takes the spelling of a username, not the key", async (store) => {
    await addUser(store, person("Ada", { usernameKey: "the key" }));
    await store.addSession(session("Ada", 1));
    assert.deepEqual(await idsOf(store, "Ada"), [publicId(1)]);
    assert.deepEqual(await idsOf(store, "the key"), []);
  }),

  listCase("listSessions() gives what is stored now (R65, R66)", async (store) => {
    await addUser(store, "ada");
    for (const number of [1, 2, 3]) await store.addSession(session("ada", number));
    assert.equal((await list(store, "ada")).length, 3);
    await store.refreshSession(hash(1), at(7200));
    await store.removeSession(hash(2));
    const expiries = (await list(store, "ada")).map(({ id, expiresAt }) => [id, expiresAt]);
    assert.deepEqual(expiries.toSorted(), [[publicId(1), at(7200)], [publicId(3), at(3600)]]);
    await store.removeAllSessions("ada");
    assert.deepEqual(await list(store, "ada"), []);
  }),

  listCase("listSessions() of a name used again shows none of the earlier account's (I4)", async (store) => {
    await addUser(store, "ada");
    await store.addSession(session("ada", 1));
    await store.deleteUser("ada");
    assert.deepEqual(await list(store, "ada"), []);
    await addUser(store, "ada");
    assert.deepEqual(await list(store, "ada"), []);
    await store.addSession(session("ada", 2));
    assert.deepEqual(await idsOf(store, "ada"), [publicId(2)]);
  }),

  listCase("listSessions() gives a snapshot, not the stored objects", async (store) => {
    await addUser(store, "ada");
    await store.addSession(session("ada", 1));
    const [before] = await list(store, "ada");
    await store.refreshSession(hash(1), at(7200));
    assert.deepEqual(before?.expiresAt, at(3600), "a session read earlier must not change with the store");
    before?.expiresAt.setTime(0);
    const why = "what a caller does with an instant must not reach the store";
    assert.deepEqual((await list(store, "ada"))[0]?.expiresAt, at(7200), why);
    assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(7200), why);
  }),

  needing(
    "listSessions",
    transactionCase("listSessions() in a transaction sees the work's own writes", async (store) => {
      await addUser(store, "ada");
      await store.addSession(session("ada", 1));
      const seen = await store.transaction(async (inside) => {
        await inside.addSession({ ...session("ada", 2), createdAt: at(60) });
        const added = await idsOf(inside, "ada");
        await inside.removeSession(hash(1));
        return [added, await idsOf(inside, "ada")];
      });
      assert.deepEqual(seen, [[publicId(1), publicId(2)], [publicId(2)]]);
      assert.deepEqual(await idsOf(store, "ada"), [publicId(2)]);
    }),
  ),

  needing(
    "listSessions",
    transactionCase("listSessions() shows nothing of a transaction that rejected (I5)", async (store) => {
      await addUser(store, "ada");
      await store.addSession(session("ada", 1));
      const before = await list(store, "ada");
      const transaction = store.transaction(async (inside) => {
        await inside.removeAllSessions("ada");
        await inside.addSession(session("ada", 2));
        throw FAILURE;
      });
      await assert.rejects(transaction, (error) => error === FAILURE);
      assert.deepEqual(await list(store, "ada"), before);
    }),
  ),

  needing(
    "listSessions",
    transactionCase("listSessions() through a handle that has ended is a TypeError", async (store) => {
      await addUser(store, "ada");
      const handle = await store.transaction((inside) => Promise.resolve({ inside }));
      await assert.rejects(async () => await list(handle.inside, "ada"), TypeError);
    }),
  ),

  needing(
    "listSessions",
    twoStoreCase(
      "two stores: listSessions() gives what the other stored and removed (R66)",
      async (...both) => {
        const [store, another] = both;
        await addUser(store, "ada");
        assert.deepEqual(await list(another, "ada"), []);
        await store.addSession(session("ada", 1));
        assert.deepEqual(await idsOf(another, "ada"), [publicId(1)]);
        await store.removeSession(hash(1));
        assert.deepEqual(await list(another, "ada"), []);
      },
    ),
  ),
];

const removalCases: readonly StoreCase[] = [
  removalCase("removeSessionById() is true once, then false", async (store) => {
    await addUser(store, "ada");
    await store.addSession(session("ada", 1));
    const answer = removeById(store, "ada", publicId(1));
    assert.ok(answer instanceof Promise, "removeSessionById must return a promise");
    assert.equal(await answer, true);
    assert.equal(await isStored(store, 1), false);
    assert.equal(await removeById(store, "ada", publicId(1)), false);
    assert.equal(await store.removeSession(hash(1)), false);
  }),

  removalCase("removeSessionById() ends that session and leaves the user's others", async (store) => {
    await addUser(store, "ada");
    for (const number of [1, 2, 3]) await store.addSession(session("ada", number));
    await store.addSession(token("ada", hash(4)));
    assert.equal(await removeById(store, "ada", publicId(2)), true);
    const stored = await Promise.all([1, 2, 3, 4].map((number) => isStored(store, number)));
    assert.deepEqual(stored, [true, false, true, true]);
  }),

  removalCase("removeSessionById() of another user's session is false and leaves it (R68)", async (store) => {
    const usernames = ["ada", "ADA", "bob"];
    for (const [number, username] of usernames.entries()) {
      await addUser(store, person(username, { usernameKey: username, email: `user${number}@example.org` }));
      await store.addSession(session(username, number));
    }
    const before = await atOnce(3, (number) => store.getSession(hash(number)));
    for (const username of usernames) {
      for (const [number, owner] of usernames.entries()) {
        if (owner !== username) assert.equal(await removeById(store, username, publicId(number)), false);
      }
    }
    assert.deepEqual(await atOnce(3, (number) => store.getSession(hash(number))), before);
  }),

  removalCase("removeSessionById() is false for an unknown id and for a missing user", async (store) => {
    await addUser(store, "ada");
    await store.addSession(session("ada", 1));
    assert.equal(await removeById(store, "ada", publicId(2)), false);
    assert.equal(await removeById(store, "nobody", publicId(1)), false);
    assert.equal(await isStored(store, 1), true);
  }),

  removalCase("removeSessionById() matches the whole id exactly", async (store) => {
    await addUser(store, "ada");
    await store.addSession(session("ada", 1));
    const id = publicId(1);
    const near = [id.toUpperCase(), id.slice(0, -1), `${id}1`, `${id} `, ` ${id}`, `{${id}}`, "%", "*", ""];
    for (const each of [...near, id.replaceAll("-", ""), id.replaceAll("-", "_")]) {
      assert.equal(await removeById(store, "ada", each), false, `"${each}" is not the id`);
    }
    assert.equal(await removeById(store, "ada", id), true);
  }),

  removalCase("removeSessionById() takes neither a token hash nor a missing id for one", async (store) => {
    await addUser(store, "ada");
    await store.addSession(session("ada", 1));
    await store.addSession(token("ada", hash(2)));
    for (const id of [hash(1), hash(2), "undefined", "null", ""]) {
      assert.equal(await removeById(store, "ada", id), false);
    }
    assert.deepEqual([await isStored(store, 1), await isStored(store, 2)], [true, true]);
  }),

  removalCase("removeSessionById() takes the spelling of a username, not the key", async (store) => {
    await addUser(store, person("Ada", { usernameKey: "the key" }));
    await store.addSession(session("Ada", 1));
    assert.equal(await removeById(store, "the key", publicId(1)), false);
    assert.equal(await removeById(store, "Ada", publicId(1)), true);
  }),

  removalCase("removeSessionById() of an expired session works (I6)", async (store) => {
    await addUser(store, "ada");
    await store.addSession({ ...session("ada", 1), createdAt: at(-7200), expiresAt: at(-3600) });
    assert.equal(await removeById(store, "ada", publicId(1)), true);
    assert.equal(await isStored(store, 1), false);
  }),

  removalCase("removeSessionById() is true for exactly one of 100 callers (I2, R49)", async (store) => {
    await addUser(store, "ada");
    await store.addSession(session("ada", 1));
    exactlyOne(await atOnce(100, () => removeById(store, "ada", publicId(1))), "removeSessionById");
    assert.equal(await isStored(store, 1), false);
  }),

  removalCase(
    "removeSessionById() and removeSession() by 100 callers: one is told true (R49)",
    async (store) => {
      await addUser(store, "ada");
      await store.addSession(session("ada", 1));
      const remove = (number: number): Promise<boolean> =>
        number % 2 === 0 ? removeById(store, "ada", publicId(1)) : store.removeSession(hash(1));
      exactlyOne(await atOnce(100, remove), "removeSessionById");
    },
  ),

  removalCase(
    "refreshSession() racing removeSessionById() never brings the session back (R71)",
    async (store) => {
      await addUser(store, "ada");
      await atOnce(20, (number) => store.addSession(session("ada", number)));
      await atOnce(20, async (number) => {
        const refreshes = atOnce(5, (again) => store.refreshSession(hash(number), at(7200 + again)));
        const removed = removeById(store, "ada", publicId(number));
        const more = atOnce(5, (again) => store.refreshSession(hash(number), at(8000 + again)));
        await Promise.all([refreshes, more]);
        assert.equal(await removed, true);
        assert.equal(await store.refreshSession(hash(number), at(9000)), false);
      });
      const found = await atOnce(20, (number) => store.getSession(hash(number)));
      assert.ok(found.every((each) => each === null), "a removed session came back by a refresh");
    },
  ),

  needing(
    "removeSessionById",
    transactionCase(
      "removeSessionById() in a transaction that rejects removes nothing (I5)",
      async (store) => {
        await addUser(store, "ada");
        await store.addSession(session("ada", 1));
        const transaction = store.transaction(async (inside) => {
          assert.equal(await removeById(inside, "ada", publicId(1)), true);
          assert.equal(await isStored(inside, 1), false, "a read must see the work's own removal");
          assert.equal(await removeById(inside, "ada", publicId(1)), false);
          throw FAILURE;
        });
        await assert.rejects(transaction, (error) => error === FAILURE);
        assert.equal(await isStored(store, 1), true);
        assert.equal(await store.transaction((inside) => removeById(inside, "ada", publicId(1))), true);
        assert.equal(await isStored(store, 1), false);
      },
    ),
  ),

  needing(
    "removeSessionById",
    transactionCase("removeSessionById() through a handle that has ended is a TypeError", async (store) => {
      await addUser(store, "ada");
      await store.addSession(session("ada", 1));
      const handle = await store.transaction((inside) => Promise.resolve({ inside }));
      await assert.rejects(async () => await removeById(handle.inside, "ada", publicId(1)), TypeError);
      assert.equal(await isStored(store, 1), true);
    }),
  ),

  needing(
    "removeSessionById",
    twoStoreCase(
      "two stores: removeSessionById() is gone for the other at once (R65, R66)",
      async (...both) => {
        const [store, another] = both;
        await addUser(store, "ada");
        await store.addSession(session("ada", 1));
        assert.equal(await isStored(another, 1), true);
        assert.equal(await removeById(store, "ada", publicId(1)), true);
        assert.equal(await isStored(another, 1), false);
        assert.equal(await removeById(another, "ada", publicId(1)), false);
      },
    ),
  ),

  needing(
    "removeSessionById",
    twoStoreCase(
      "two stores: removeSessionById() is true for exactly one of 100 callers (I2, R49)",
      async (store, another) => {
        await addUser(store, "ada");
        await store.addSession(session("ada", 1));
        const remove = (number: number): Promise<boolean> =>
          removeById(number % 2 === 0 ? store : another, "ada", publicId(1));
        exactlyOne(await atOnce(100, remove), "removeSessionById");
      },
    ),
  ),
];

/** A user's sessions by public id: the optional methods `listSessions` and `removeSessionById`. */
export const sessionOverviewCases: readonly StoreCase[] = [...listCases, ...removalCases];
