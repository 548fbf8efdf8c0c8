import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { EVERY_CALL } from "./_every_call.ts";
import { addUser, addVerifiedUser, at, hash, person, token } from "./_fixtures.ts";
import { type StoreCase, transactionCase, wideTransactionCase } from "./_store_case.ts";

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

/** Expects a transaction whose work resolves to reject all the same, and the account to be as it was. */
async function doomed(store: UserStore, work: (inside: UserStore) => Promise<unknown>): Promise<void> {
  const transaction = store.transaction(async (inside) => {
    await inside.setPasswordHash("ada", "$fake$first");
    await work(inside);
    await inside.setPasswordReset(token("ada", hash(2))).catch(() => {});
    return "looks fine";
  });
  await assert.rejects(
    transaction,
    Error,
    "a rejection inside dooms the transaction although work caught it: reject, or half of it is lost in silence",
  );
  assert.equal(
    await store.getPasswordHash("ada"),
    "$fake$ada",
    "what was written before the refusal must not remain",
  );
  assert.equal(
    await store.getPasswordReset(hash(2)),
    null,
    "what was written after the refusal must not remain",
  );
  assert.equal(await store.setPasswordHash("ada", "$fake$ada"), true, "the store must be usable afterwards");
  assert.equal(await store.transaction((inside) => inside.addSession(token("ada", hash(3)))), true);
}

/** Expects every call through a handle that was kept to be a `TypeError`. */
async function refusesEverything(handle: UserStore): Promise<void> {
  for (const [name, call] of EVERY_CALL) {
    await assert.rejects(
      async () => await call(handle),
      TypeError,
      `${name}: a transaction's handle must reject with a TypeError once the transaction has ended`,
    );
  }
}

/** A refusal inside undoes the whole transaction, caught or not; a handle ends with it. */
export const doomedTransactionCases: readonly StoreCase[] = [
  transactionCase(
    "transaction() with a caught username_taken rejects and keeps nothing (I5)",
    async (store) => {
      await addUser(store, "ada");
      await doomed(
        store,
        (inside) => inside.createUser(person("ada", { email: "x@example.org" })).catch(() => {}),
      );
      assert.equal(await store.getUserByEmail("x@example.org"), null);
    },
  ),

  wideTransactionCase(
    "transaction() with a caught email_taken of createUser rejects and keeps nothing (I5)",
    async (store) => {
      await addVerifiedUser(store, "ada");
      await doomed(
        store,
        (inside) => inside.createUser(person("bob", { email: "ada@example.org" })).catch(() => {}),
      );
      assert.equal(await store.getUserByUsername("bob"), null);
    },
  ),

  transactionCase(
    "transaction() with a caught email_taken of setUserVerified rejects and keeps nothing (I5)",
    async (store) => {
      await addUser(store, "ada");
      await addVerifiedUser(store, "bob");
      await doomed(store, (inside) => inside.setUserVerified("ada", "bob@example.org").catch(() => {}));
      assert.equal((await store.getUserByUsername("ada"))?.verified, false);
    },
  ),

  transactionCase(
    "transaction() with a refusal nobody awaited rejects and keeps nothing (I5)",
    async (store) => {
      await addUser(store, "ada");
      await doomed(store, (inside) => {
        inside.createUser(person("ada", { email: "x@example.org" })).catch(() => {});
        return Promise.resolve();
      });
    },
  ),

  transactionCase(
    "transaction() whose last call is a refusal nobody awaited rejects and keeps nothing (I5)",
    async (store) => {
      await addUser(store, "ada");
      const transaction = store.transaction(async (inside) => {
        await inside.setPasswordHash("ada", "$fake$2");
        inside.createUser(person("ada", { email: "x@example.org" })).catch(() => {});
      });
      await assert.rejects(transaction, Error, "wait for the calls under way before committing");
      assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
    },
  ),

  transactionCase(
    "transaction() nested that fails dooms the outer one, caught or not (I5)",
    async (store) => {
      await addUser(store, "ada");
      await doomed(store, (inside) =>
        inside.transaction(async (nested) => {
          await nested.addSession(token("ada", hash(4)));
          throw FAILURE;
        }).catch(() => {}));
      assert.equal(await store.getSession(hash(4)), null);
    },
  ),

  transactionCase("transaction() nested with a caught refusal dooms the outer one (I5)", async (store) => {
    await addUser(store, "ada");
    await doomed(store, (inside) =>
      inside.transaction(async (nested) => {
        await nested.createUser(person("ada", { email: "x@example.org" })).catch(() => {});
      }).catch(() => {}));
  }),

  transactionCase("transaction() is not doomed by answers of false or null", async (store) => {
    await addUser(store, "ada");
    await store.transaction(async (inside) => {
      assert.equal(await inside.setPasswordHash("ada", "$fake$2", { userId: crypto.randomUUID() }), false);
      assert.equal(await inside.addSession(token("ada", hash(1)), { passwordHash: "$fake$old" }), false);
      assert.equal(await inside.addSession(token("ada", hash(1))), true);
      assert.equal(
        await inside.addSession(token("ada", hash(1))),
        false,
        "a duplicate hash is an answer, no error",
      );
      assert.equal(await inside.removePasswordReset(hash(9)), false);
      assert.equal(await inside.deleteUser("ada", { verified: true }), false);
      assert.equal(await inside.getSession(hash(9)), null);
      assert.equal(await inside.setPasswordHash("ada", "$fake$2"), true);
    });
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
    assert.ok(await store.getSession(hash(1)) !== null);
  }),

  transactionCase("transaction() that fails keeps nothing of calls nobody awaited (I5)", async (store) => {
    await addUser(store, "ada");
    const transaction = store.transaction((inside) => {
      inside.setPasswordHash("ada", "$fake$2").catch(() => {});
      inside.addSession(token("ada", hash(1))).catch(() => {});
      return Promise.reject(FAILURE);
    });
    await assert.rejects(transaction, (error) => error === FAILURE);
    assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
    assert.equal(await store.getSession(hash(1)), null);
  }),

  transactionCase(
    "transaction() that throws before it awaits anything rejects and keeps nothing (I5)",
    async (store) => {
      await addUser(store, "ada");
      const transaction = store.transaction((): Promise<never> => {
        throw FAILURE;
      });
      await assert.rejects(transaction, (error) => error === FAILURE);
      assert.equal(await store.setPasswordHash("ada", "$fake$2"), true);
    },
  ),

  transactionCase(
    "a handle used after its transaction committed is a TypeError and changes nothing",
    async (store) => {
      await addUser(store, "ada");
      await store.addSession(token("ada", hash(2)));
      const leaked = await store.transaction((inside) => Promise.resolve({ inside }));
      await refusesEverything(leaked.inside);
      assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
      assert.deepEqual((await store.getSession(hash(2)))?.expiresAt, at(3600));
      assert.equal(await store.getUserByUsername("late"), null);
      assert.deepEqual(await store.listRoles(), new Set());
    },
  ),

  transactionCase(
    "a handle used after its transaction was undone is a TypeError and changes nothing",
    async (store) => {
      await addUser(store, "ada");
      let leaked: UserStore | undefined;
      const transaction = store.transaction((inside) => {
        leaked = inside;
        return Promise.reject(FAILURE);
      });
      await assert.rejects(transaction);
      assert.ok(leaked !== undefined);
      await refusesEverything(leaked);
      assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
      assert.equal(await store.getUserByUsername("late"), null);
    },
  ),

  transactionCase("a handle of an earlier transaction has no part in a later one", async (store) => {
    await addUser(store, "ada");
    const earlier = await store.transaction((inside) => Promise.resolve({ inside }));
    await store.transaction(async (later) => {
      await later.setPasswordHash("ada", "$fake$2");
      await assert.rejects(async () => await earlier.inside.setPasswordHash("ada", "$fake$late"), TypeError);
      await assert.rejects(async () => await earlier.inside.getPasswordHash("ada"), TypeError);
    });
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
  }),
];
