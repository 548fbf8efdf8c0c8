import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import {
  addUser,
  addVerifiedUser,
  at,
  fieldsOf,
  furnish,
  hash,
  NO_RECORD,
  person,
  recordOf,
  token,
} from "./_fixtures.ts";
import { giveAMoment, holdOpen, settled } from "./_held_open.ts";
import { atOnce, exactlyOne, outcomeOf, refused, tally } from "./_outcomes.ts";
import { type StoreCase, twoStoreCase, twoStoreTransactionCase } from "./_store_case.ts";

const ADA = { username: "ada", first: 1 };

/** So many calls, half of them on either store. */
function onBoth<T>(
  [store, another]: readonly [UserStore, UserStore],
  call: (store: UserStore, number: number) => Promise<T>,
): Promise<T[]> {
  return atOnce(100, (number) => call(number % 2 === 0 ? store : another, number));
}

/** Two stores on the same data: two connections, or two nodes. */
export const twoStoreCases: readonly StoreCase[] = [
  twoStoreCase("two stores: what one writes the other reads", async (store, another) => {
    await furnish(store, ADA);
    assert.deepEqual(await recordOf(another, ADA), await recordOf(store, ADA));
    assert.deepEqual(
      fieldsOf(await another.getUserByEmail("ada@example.org")),
      fieldsOf(await store.getUserByUsername("ada")),
    );
    assert.deepEqual(await another.listRoles(), new Set(["editor"]));
    await another.setPasswordHash("ada", "$fake$2");
    await another.refreshSession(hash(2), at(7200));
    await another.revokeRoleFromUser("ada", "editor");
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
    assert.deepEqual((await store.getSession(hash(2)))?.expiresAt, at(7200));
    assert.deepEqual(await store.getUserRoles("ada"), new Set(), "no cache may serve what was revoked (R66)");
  }),

  twoStoreCase(
    "two stores: what one removes is gone for the other at once (R65, R66)",
    async (store, another) => {
      await furnish(store, ADA);
      assert.ok(await another.getSession(hash(2)) !== null);
      assert.equal(await store.removeSession(hash(2)), true);
      assert.equal(await another.getSession(hash(2)), null);
      assert.equal(await another.removeSession(hash(2)), false);
      assert.equal(await another.deleteUser("ada"), true);
      assert.deepEqual(await recordOf(store, ADA), NO_RECORD);
    },
  ),

  twoStoreCase("two stores: a guard judges what the other wrote (I3)", async (store, another) => {
    const { id, passwordHash } = await addUser(store, "ada");
    assert.equal(await another.getPasswordHash("ada"), passwordHash);
    await store.setPasswordHash("ada", "$fake$2");
    assert.equal(await another.addSession(token("ada", hash(1)), { passwordHash }), false);
    await store.deleteUser("ada");
    await addUser(store, "ada");
    assert.equal(await another.setPasswordReset(token("ada", hash(1)), { userId: id }), false);
    assert.equal(await another.deleteUser("ada", { userId: id }), false);
  }),

  twoStoreCase("two stores: an account of one is a conflict for the other (I1)", async (store, another) => {
    await addVerifiedUser(store, "ada");
    await refused(another.createUser(person("ada", { email: "x@example.org" })), "username_taken");
    await refused(another.createUser(person("bob", { email: "ada@example.org" })), "email_taken");
    await addUser(another, "bob");
    await refused(store.setUserVerified("bob", "ada@example.org"), "email_taken");
  }),

  twoStoreCase(
    "two stores: removeEmailVerification() is true for exactly one of 100 callers (I2, R49)",
    async (store, another) => {
      await addUser(store, "ada");
      await store.setEmailVerification(token("ada", hash(1)));
      exactlyOne(
        await onBoth([store, another], (one) => one.removeEmailVerification(hash(1))),
        "removeEmailVerification",
      );
    },
  ),

  twoStoreCase(
    "two stores: removePasswordReset() is true for exactly one of 100 callers (I2, R49)",
    async (store, another) => {
      await addUser(store, "ada");
      await store.setPasswordReset(token("ada", hash(1)));
      exactlyOne(
        await onBoth([store, another], (one) => one.removePasswordReset(hash(1))),
        "removePasswordReset",
      );
    },
  ),

  twoStoreCase(
    "two stores: removeSession() is true for exactly one of 100 callers (I2, R49)",
    async (store, another) => {
      await addUser(store, "ada");
      await store.addSession(token("ada", hash(1)));
      exactlyOne(await onBoth([store, another], (one) => one.removeSession(hash(1))), "removeSession");
    },
  ),

  twoStoreCase(
    "two stores: deleteUser() is true for exactly one of 100 callers (I2)",
    async (store, another) => {
      await addUser(store, "ada");
      exactlyOne(await onBoth([store, another], (one) => one.deleteUser("ada")), "deleteUser");
    },
  ),

  twoStoreCase(
    "two stores: createUser() of one name by 100 at once makes one user (I1, T1)",
    async (store, another) => {
      const outcomes = await onBoth([store, another], (one, number) =>
        outcomeOf(
          one.createUser(
            person("ada", { email: `user${number}@example.org`, passwordHash: `$fake$${number}` }),
          ),
        ));
      assert.deepEqual(tally(outcomes), { resolved: 1, username_taken: 99 });
      const winner = `$fake$${outcomes.indexOf("resolved")}`;
      assert.equal(await store.getPasswordHash("ada"), winner);
      assert.equal(await another.getPasswordHash("ada"), winner);
    },
  ),

  twoStoreCase(
    "two stores: setUserVerified() of one address by 40 accounts makes one owner (I1)",
    async (store, another) => {
      const email = "shared@example.org";
      for (let number = 0; number < 40; number++) await addUser(store, person(`user${number}`, { email }));
      const outcomes = await atOnce(
        40,
        (number) => outcomeOf((number % 2 === 0 ? store : another).setUserVerified(`user${number}`, email)),
      );
      assert.deepEqual(tally(outcomes), { resolved: 1, email_taken: 39 });
      const holder = await another.getUserByEmail(email);
      assert.deepEqual([holder?.username, holder?.verified], [`user${outcomes.indexOf("resolved")}`, true]);
    },
  ),

  twoStoreCase(
    "two stores: set… by 100 at once leaves exactly one live token (I2)",
    async (store, another) => {
      await addUser(store, "ada");
      const answers = await onBoth(
        [store, another],
        (one, number) => one.setPasswordReset(token("ada", hash(number))),
      );
      assert.ok(answers.every((answer) => answer));
      const live = (await atOnce(100, (number) => store.getPasswordReset(hash(number)))).filter((found) =>
        found !== null
      );
      assert.equal(live.length, 1);
    },
  ),

  twoStoreCase(
    "two stores: refreshSession() never brings back what the other removed (R71)",
    async (store, another) => {
      await addUser(store, "ada");
      await atOnce(20, (number) => store.addSession(token("ada", hash(number))));
      await atOnce(20, (number) =>
        Promise.all([
          another.refreshSession(hash(number), at(7200)),
          store.removeSession(hash(number)),
          another.refreshSession(hash(number), at(9000)),
        ]));
      const found = await atOnce(20, (number) => another.getSession(hash(number)));
      assert.ok(found.every((session) => session === null));
    },
  ),

  twoStoreCase("two stores: createRole() is true for exactly one of 100 callers", async (store, another) => {
    exactlyOne(await onBoth([store, another], (one) => one.createRole("editor")), "createRole");
    assert.deepEqual(await another.listRoles(), new Set(["editor"]));
  }),

  twoStoreCase("two stores: purgeExpired() by both counts every row once (T13)", async (store, another) => {
    await addVerifiedUser(store, "ada");
    await atOnce(
      30,
      (number) => store.addSession({ username: "ada", tokenHash: hash(number), expiresAt: at(-3600) }),
    );
    const request = { before: at(-60), limit: 50 };
    const removed = await Promise.all([store.purgeExpired(request), another.purgeExpired(request)]);
    const rest = await store.purgeExpired(request);
    assert.equal(removed[0] + removed[1] + rest, 30);
  }),

  twoStoreTransactionCase(
    "two stores: work that has to run again takes effect exactly once (I2, I5)",
    async (store, another) => {
      await addUser(store, "ada");
      await store.setPasswordReset(token("ada", hash(9)));
      let runs = 0;
      const held = await holdOpen(store, async (inside, pause) => {
        const run = ++runs;
        const used = await inside.removePasswordReset(hash(9));
        const added = await inside.addSession(token("ada", hash(1)));
        await pause();
        return { run, used, added };
      });
      const other = settled(another.transaction(async (inside) => {
        await inside.setPasswordHash("ada", "$fake$2");
        return await inside.addSession(token("ada", hash(2)));
      }));
      await giveAMoment(other);
      held.release();
      const outcome = await held.outcome;
      assert.deepEqual(
        outcome,
        { status: "fulfilled", value: { run: runs, used: true, added: true } },
        "each run starts from what is committed, and the answer is the last run's",
      );
      assert.deepEqual(await other, { status: "fulfilled", value: true });
      assert.equal(await another.getPasswordReset(hash(9)), null);
      assert.ok(await another.getSession(hash(1)) !== null);
      assert.ok(await store.getSession(hash(2)) !== null);
      assert.equal(await store.getPasswordHash("ada"), "$fake$2");
    },
  ),

  twoStoreTransactionCase(
    "two stores: neither sees what the other has not committed",
    async (store, another) => {
      await addUser(store, "ada");
      const held = await holdOpen(store, async (inside, pause) => {
        await inside.setPasswordHash("ada", "$fake$inside");
        await inside.addSession(token("ada", hash(1)));
        await pause();
        throw new Error("thrown by work");
      });
      const passwordHash = settled(another.getPasswordHash("ada"));
      const session = settled(another.getSession(hash(1)));
      const write = settled(another.setPasswordReset(token("ada", hash(2))));
      await giveAMoment(passwordHash, session, write);
      held.release();
      assert.equal((await held.outcome).status, "rejected");
      assert.deepEqual(await passwordHash, { status: "fulfilled", value: "$fake$ada" });
      assert.deepEqual(await session, { status: "fulfilled", value: null });
      assert.deepEqual(await write, { status: "fulfilled", value: true });
      assert.ok(await store.getPasswordReset(hash(2)) !== null);
    },
  ),

  twoStoreTransactionCase(
    "two stores: transactions of one user by 6 at once lose nothing (I2, I5)",
    async (store, another) => {
      const { passwordHash } = await addUser(store, "ada");
      const answers = await atOnce(
        6,
        (number) =>
          (number % 2 === 0 ? store : another).transaction(async (inside) => {
            const changed = await inside.setPasswordHash("ada", `$fake$new${number}`, { passwordHash });
            await inside.addSession(token("ada", hash(number)));
            return changed;
          }),
      );
      exactlyOne(answers, "setPasswordHash");
      assert.equal(await another.getPasswordHash("ada"), `$fake$new${answers.indexOf(true)}`);
      const found = await atOnce(6, (number) => store.getSession(hash(number)));
      assert.ok(found.every((session) => session !== null));
    },
  ),
];
