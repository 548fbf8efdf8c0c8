import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, at, hash, person, token } from "./_fixtures.ts";
import { giveAMoment, holdOpen, settled } from "./_held_open.ts";
import { outcomeOf } from "./_outcomes.ts";
import { type StoreCase, transactionCase } from "./_store_case.ts";

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

/** A transaction that changes `ada`, waits, and then fails. */
function holdFailing(store: UserStore) {
  return holdOpen(store, async (inside, pause) => {
    await inside.setPasswordHash("ada", "$fake$inside");
    await inside.addSession(token("ada", hash(1)));
    await pause();
    throw FAILURE;
  });
}

/** A transaction that changes `ada`, waits, and then resolves. */
function holdResolving(store: UserStore) {
  return holdOpen(store, async (inside, pause) => {
    await inside.setPasswordHash("ada", "$fake$inside");
    await inside.addSession(token("ada", hash(1)));
    await pause();
    return await inside.addSession(token("ada", hash(2)));
  });
}

const MUST_SURVIVE = "an acknowledged call from outside must not be undone with somebody else's transaction";

/** Calls from elsewhere neither see nor join an open transaction; they come through, at once or after it. */
export const outsideCallCases: readonly StoreCase[] = [
  transactionCase("a write from outside survives the rollback of an open transaction (I5)", async (store) => {
    await addUser(store, "ada");
    await addUser(store, "bob");
    const held = await holdFailing(store);
    const writes = [
      settled(store.setPasswordHash("bob", "$fake$outside")),
      settled(store.addSession(token("bob", hash(11)))),
      settled(store.setPasswordReset(token("ada", hash(3)))),
      settled(store.createRole("editor")),
    ];
    await giveAMoment(...writes);
    held.release();
    assert.equal((await held.outcome).status, "rejected");
    for (const write of writes) assert.deepEqual(await write, { status: "fulfilled", value: true });
    assert.equal(await store.getPasswordHash("bob"), "$fake$outside", MUST_SURVIVE);
    assert.ok(await store.getSession(hash(11)) !== null, MUST_SURVIVE);
    assert.ok(await store.getPasswordReset(hash(3)) !== null, MUST_SURVIVE);
    assert.equal(await store.roleExists("editor"), true, MUST_SURVIVE);
    assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
    assert.equal(await store.getSession(hash(1)), null);
  }),

  transactionCase("a write from outside is not lost when an open transaction commits (I5)", async (store) => {
    await addUser(store, "ada");
    await addUser(store, "bob");
    const held = await holdResolving(store);
    const writes = [
      settled(store.setPasswordHash("bob", "$fake$outside")),
      settled(store.addSession(token("ada", hash(3)))),
      settled(store.setPasswordReset(token("ada", hash(4)))),
    ];
    await giveAMoment(...writes);
    held.release();
    assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
    for (const write of writes) assert.deepEqual(await write, { status: "fulfilled", value: true });
    assert.equal(await store.getPasswordHash("bob"), "$fake$outside");
    assert.equal(await store.getPasswordHash("ada"), "$fake$inside");
    for (const number of [1, 2, 3]) assert.ok(await store.getSession(hash(number)) !== null);
    assert.ok(await store.getPasswordReset(hash(4)) !== null);
  }),

  transactionCase("a read from outside never gives what a transaction has not committed", async (store) => {
    await addUser(store, "ada");
    const held = await holdFailing(store);
    const passwordHash = settled(store.getPasswordHash("ada"));
    const session = settled(store.getSession(hash(1)));
    await giveAMoment(passwordHash, session);
    held.release();
    await held.outcome;
    assert.deepEqual(await passwordHash, { status: "fulfilled", value: "$fake$ada" });
    assert.deepEqual(await session, { status: "fulfilled", value: null });
  }),

  transactionCase(
    "a read from outside gives the account that an open transaction has deleted",
    async (store) => {
      const ada = await addVerifiedUser(store, "ada");
      await store.addSession(token("ada", hash(1)));
      const held = await holdOpen(store, async (inside, pause) => {
        await inside.deleteUser("ada");
        await pause();
        throw FAILURE;
      });
      const reads = [
        settled(store.getUserByUsername("ada")),
        settled(store.getUserByEmail("ada@example.org")),
        settled(store.getSession(hash(1)).then((session) => session?.user ?? null)),
      ];
      await giveAMoment(...reads);
      held.release();
      await held.outcome;
      for (const read of reads) {
        const outcome = await read;
        assert.equal(outcome.status, "fulfilled");
        assert.equal(outcome.value?.id, ada.id);
      }
    },
  ),

  transactionCase("a transaction from outside completes beside one that fails (I5)", async (store) => {
    await addUser(store, "ada");
    await addUser(store, "bob");
    const held = await holdFailing(store);
    const outside = settled(store.transaction(async (inside) => {
      await inside.setPasswordHash("bob", "$fake$outside");
      return await inside.addSession(token("bob", hash(11)));
    }));
    await giveAMoment(outside);
    held.release();
    assert.equal((await held.outcome).status, "rejected");
    assert.deepEqual(await outside, { status: "fulfilled", value: true });
    assert.equal(await store.getPasswordHash("bob"), "$fake$outside", MUST_SURVIVE);
    assert.ok(await store.getSession(hash(11)) !== null, MUST_SURVIVE);
    assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
  }),

  transactionCase(
    "a transaction from outside on the same account completes beside one that commits (I5)",
    async (store) => {
      await addUser(store, "ada");
      const held = await holdResolving(store);
      const outside = settled(store.transaction((inside) => inside.addSession(token("ada", hash(3)))));
      await giveAMoment(outside);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      assert.deepEqual(await outside, { status: "fulfilled", value: true });
      for (const number of [1, 2, 3]) assert.ok(await store.getSession(hash(number)) !== null);
    },
  ),

  transactionCase(
    "a transaction from outside that fails takes nothing of an open one with it (I5)",
    async (store) => {
      await addUser(store, "ada");
      await addUser(store, "bob");
      const held = await holdResolving(store);
      const outside = settled(store.transaction(async (inside) => {
        await inside.setPasswordHash("bob", "$fake$outside");
        throw FAILURE;
      }));
      await giveAMoment(outside);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      assert.equal((await outside).status, "rejected");
      assert.equal(await store.getPasswordHash("ada"), "$fake$inside");
      assert.equal(await store.getPasswordHash("bob"), "$fake$bob");
      assert.ok(await store.getSession(hash(1)) !== null);
    },
  ),

  transactionCase("a name that only a failed transaction took is free (I1)", async (store) => {
    const held = await holdOpen(store, async (inside, pause) => {
      await inside.createUser(person("ada", { passwordHash: "$fake$inside" }));
      await pause();
      throw FAILURE;
    });
    const seen = settled(store.getUserByUsername("ada"));
    const outside = outcomeOf(store.createUser(person("ada", { passwordHash: "$fake$outside" })));
    await giveAMoment(seen, outside);
    held.release();
    await held.outcome;
    assert.equal(await outside, "resolved");
    const user = await seen;
    assert.equal(user.status, "fulfilled");
    assert.equal(await store.getPasswordHash("ada"), "$fake$outside");
  }),

  transactionCase(
    "a name taken by an open transaction and from outside becomes one account (I1)",
    async (store) => {
      const held = await holdOpen(store, async (inside, pause) => {
        await inside.createUser(person("ada", { passwordHash: "$fake$inside" }));
        await pause();
      });
      const outside = outcomeOf(
        store.createUser(person("ada", { email: "x@example.org", passwordHash: "$fake$outside" })),
      );
      await giveAMoment(outside);
      held.release();
      const committed = (await held.outcome).status === "fulfilled";
      assert.equal(await outside, committed ? "username_taken" : "resolved", "one of the two has the name");
      assert.equal(await store.getPasswordHash("ada"), committed ? "$fake$inside" : "$fake$outside");
    },
  ),

  transactionCase(
    "work that waits for the event loop is not mixed with calls from outside",
    async (store) => {
      await addUser(store, "ada");
      await store.addSession(token("ada", hash(1)));
      const held = await holdOpen(store, async (inside, pause) => {
        await inside.removeAllSessions("ada");
        await pause();
        await inside.refreshSession(hash(1), at(7200));
        return await inside.addSession(token("ada", hash(2)));
      });
      const refresh = settled(store.refreshSession(hash(1), at(9000)));
      await giveAMoment(refresh);
      held.release();
      const outcome = await held.outcome;
      const refreshed = await refresh;
      assert.deepEqual(outcome, { status: "fulfilled", value: true });
      assert.equal(refreshed.status, "fulfilled");
      assert.equal(
        await store.getSession(hash(1)),
        null,
        "a session removed by a transaction must stay removed (R71)",
      );
      assert.ok(await store.getSession(hash(2)) !== null);
    },
  ),

  transactionCase("purgeExpired() beside an open transaction spares what it keeps (I6)", async (store) => {
    await addUser(store, person("ada", { createdAt: at(-7200) }));
    await store.addSession({ username: "ada", tokenHash: hash(1), expiresAt: at(-3600) });
    const held = await holdOpen(store, async (inside, pause) => {
      const verified = await inside.setUserVerified("ada");
      const refreshed = await inside.refreshSession(hash(1), at(3600));
      await pause();
      return verified && refreshed;
    });
    const purge = settled(store.purgeExpired({ before: at(-60), unverifiedBefore: at(-60), limit: 10 }));
    await giveAMoment(purge);
    held.release();
    const outcome = await held.outcome;
    assert.equal((await purge).status, "fulfilled", "a purge waits, or skips what is locked");
    const kept = outcome.status === "fulfilled" && outcome.value;
    assert.equal((await store.getUserByUsername("ada"))?.verified ?? false, kept);
    assert.equal(await store.getSession(hash(1)) !== null, kept);
  }),
];
