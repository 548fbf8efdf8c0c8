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
import { atOnce, exactlyOne, tally } from "./_outcomes.ts";
import { type StoreCase, transactionCase, wideTransactionCase } from "./_store_case.ts";

const ADA = { username: "ada", first: 1 };
const BOB = { username: "bob", first: 11 };

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

/** Expects a transaction to reject with what its work threw, after one run. */
async function failing(store: UserStore, work: (inside: UserStore) => Promise<unknown>): Promise<void> {
  let runs = 0;
  const transaction = store.transaction(async (inside) => {
    runs++;
    await work(inside);
    throw FAILURE;
  });
  await assert.rejects(
    transaction,
    (error) => error === FAILURE,
    "what work throws must come through untouched",
  );
  assert.equal(runs, 1, "run work again for what the engine reported, not for what work threw itself");
}

/** All or nothing, its own writes in sight, nested ones joined. */
export const transactionCases: readonly StoreCase[] = [
  transactionCase("transaction() resolves to what work resolved to", async (store) => {
    const value = { any: ["value"] };
    assert.equal(await store.transaction(() => Promise.resolve(value)), value);
    assert.equal(await store.transaction(() => Promise.resolve(undefined)), undefined);
    assert.equal(await store.transaction(() => Promise.resolve(null)), null);
  }),

  transactionCase("transaction() keeps everything when work resolves (I5)", async (store) => {
    await furnish(store, ADA);
    await store.transaction(async (inside) => {
      assert.equal(await inside.setPasswordHash("ada", "$fake$2"), true);
      assert.equal(await inside.removePasswordReset(hash(3)), true);
      await inside.removeAllSessions("ada");
      assert.equal(await inside.setEmailVerification(token("ada", hash(4))), true);
    });
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
    assert.equal(await store.getPasswordReset(hash(3)), null);
    assert.equal(await store.getSession(hash(2)), null);
    assert.equal(await store.getEmailVerification(hash(1)), null);
    assert.ok(await store.getEmailVerification(hash(4)) !== null);
  }),

  transactionCase("transaction() keeps nothing when work rejects (I5)", async (store) => {
    await furnish(store, ADA);
    const before = await recordOf(store, ADA);
    await failing(store, async (inside) => {
      await inside.setPasswordHash("ada", "$fake$2");
      await inside.setUserVerified("ada", "new@example.org");
      await inside.setEmailVerification(token("ada", hash(4)));
      await inside.addSession(token("ada", hash(5)));
      await inside.refreshSession(hash(2), at(7200));
      await inside.setPasswordReset(token("ada", hash(6)));
    });
    assert.deepEqual(await recordOf(store, ADA), before);
    assert.equal(await store.getUserByEmail("new@example.org"), null);
    assert.equal(await store.getEmailVerification(hash(4)), null);
    assert.equal(await store.getSession(hash(5)), null);
    assert.equal(await store.getPasswordReset(hash(6)), null);
  }),

  transactionCase("transaction() that fails gives removed tokens and sessions back (I5)", async (store) => {
    await furnish(store, ADA);
    const before = await recordOf(store, ADA);
    await failing(store, async (inside) => {
      assert.equal(await inside.removeEmailVerification(hash(1)), true);
      assert.equal(await inside.removeSession(hash(2)), true);
      assert.equal(await inside.removePasswordReset(hash(3)), true);
    });
    assert.deepEqual(await recordOf(store, ADA), before);
    await failing(store, async (inside) => {
      await inside.removeEmailVerificationForUser("ada");
      await inside.removeAllSessions("ada");
      await inside.removePasswordResetForUser("ada");
    });
    assert.deepEqual(await recordOf(store, ADA), before);
    assert.equal(await store.removeSession(hash(2)), true);
  }),

  transactionCase(
    "transaction() that fails gives a deleted account back with all it had (I5)",
    async (store) => {
      await furnish(store, ADA);
      const before = await recordOf(store, ADA);
      await failing(store, async (inside) => {
        assert.equal(await inside.deleteUser("ada"), true);
        assert.equal(await inside.getUserByUsername("ada"), null);
      });
      assert.deepEqual(await recordOf(store, ADA), before);
      assert.deepEqual(fieldsOf(await store.getUserByEmail("ada@example.org")), fieldsOf(before.user));
    },
  ),

  transactionCase("transaction() that fails leaves nothing of a created account (I5)", async (store) => {
    const first = { verificationTokenHash: hash(1), expiresAt: at(60) };
    await failing(store, (inside) => inside.createUser(person("ada", first)));
    assert.deepEqual(await recordOf(store, ADA), NO_RECORD);
    assert.equal(await store.getUserByEmail("ada@example.org"), null);
    await addUser(store, person("ada", first));
  }),

  transactionCase(
    "transaction() that fails gives a displaced holder the address back (I5)",
    async (store) => {
      const email = "shared@example.org";
      const ada = await addUser(store, person("ada", { email }));
      await failing(store, (inside) => inside.createUser(person("bob", { email })));
      assert.equal((await store.getUserByEmail(email))?.id, ada.id);
      await addUser(store, person("cid", { email, holdsEmail: false }));
      await failing(store, (inside) => inside.setUserVerified("cid", email));
      assert.equal((await store.getUserByEmail(email))?.id, ada.id);
      assert.equal(await store.setUserVerified("ada"), true);
    },
  ),

  wideTransactionCase(
    "transaction() that fails gives roles, permissions and grants back (I5)",
    async (store) => {
      await furnish(store, ADA);
      const before = await recordOf(store, ADA);
      await failing(store, async (inside) => {
        await inside.createRole("admin");
        await inside.createPermission("users.ban");
        await inside.grantPermissionToRole("admin", "users.ban");
        await inside.grantRoleToUser("ada", "admin");
        await inside.revokePermissionFromRole("editor", "posts.edit");
        await inside.revokeRoleFromUser("ada", "editor");
        await inside.deletePermission("posts.edit");
        await inside.deleteRole("editor");
        assert.deepEqual(await inside.getUserPermissions("ada"), new Set(["users.ban"]));
      });
      assert.deepEqual(await recordOf(store, ADA), before);
      assert.deepEqual(await store.listRoles(), new Set(["editor"]));
      assert.deepEqual(await store.listPermissions(), new Set(["posts.edit"]));
    },
  ),

  wideTransactionCase("transaction() over several users keeps all or nothing (I5)", async (store) => {
    await furnish(store, ADA);
    await furnish(store, BOB);
    const before = [await recordOf(store, ADA), await recordOf(store, BOB)];
    const work = async (inside: UserStore): Promise<void> => {
      await inside.setPasswordHash("ada", "$fake$2");
      await inside.deleteUser("bob");
      await inside.createUser(person("cid"));
    };
    await failing(store, work);
    assert.deepEqual([await recordOf(store, ADA), await recordOf(store, BOB)], before);
    assert.equal(await store.getUserByUsername("cid"), null);
    await store.transaction(work);
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
    assert.equal(await store.getUserByUsername("bob"), null);
    assert.ok(await store.getUserByUsername("cid") !== null);
  }),

  wideTransactionCase("transaction() that fails gives purged rows back (I5)", async (store) => {
    await addVerifiedUser(store, "ada");
    await store.addSession({ username: "ada", tokenHash: hash(1), expiresAt: at(-3600) });
    await addUser(store, person("bob", { createdAt: at(-7200) }));
    await failing(
      store,
      (inside) => inside.purgeExpired({ before: at(-60), unverifiedBefore: at(-60), limit: 10 }),
    );
    assert.ok(await store.getSession(hash(1)) !== null);
    assert.ok(await store.getUserByUsername("bob") !== null);
  }),

  transactionCase("transaction() shows work its own writes to the account", async (store) => {
    await store.transaction(async (inside) => {
      await inside.createUser(person("ada", { verificationTokenHash: hash(1), expiresAt: at(60) }));
      assert.equal((await inside.getUserByUsername("ada"))?.verified, false);
      assert.equal((await inside.getUserByEmail("ada@example.org"))?.username, "ada");
      assert.equal((await inside.getEmailVerification(hash(1)))?.username, "ada");
      assert.equal(await inside.setUserVerified("ada"), true);
      assert.equal((await inside.getUserByUsername("ada"))?.verified, true);
      assert.equal(await inside.setPasswordHash("ada", "$fake$2"), true);
      assert.equal(await inside.getPasswordHash("ada"), "$fake$2");
      assert.equal(
        await inside.deleteUser("ada", { passwordHash: "$fake$ada" }),
        false,
        "guards see own writes, too",
      );
      assert.equal(await inside.deleteUser("ada", { passwordHash: "$fake$2", verified: true }), true);
      assert.equal(await inside.getUserByUsername("ada"), null);
      assert.equal(await inside.getUserByEmail("ada@example.org"), null);
      assert.equal(await inside.getEmailVerification(hash(1)), null);
      assert.equal(await inside.deleteUser("ada"), false);
    });
    assert.equal(await store.getUserByUsername("ada"), null);
  }),

  transactionCase("transaction() shows work its own writes to tokens and sessions", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(9)));
    await store.transaction(async (inside) => {
      assert.equal(await inside.addSession(token("ada", hash(1))), true);
      assert.equal(await inside.addSession(token("ada", hash(1))), false);
      assert.equal((await inside.getSession(hash(1)))?.user.username, "ada");
      assert.equal(await inside.refreshSession(hash(1), at(7200)), true);
      assert.deepEqual((await inside.getSession(hash(1)))?.expiresAt, at(7200));
      assert.equal(await inside.removeSession(hash(1)), true);
      assert.equal(
        await inside.removeSession(hash(1)),
        false,
        "single use holds inside a transaction, too (I2)",
      );
      assert.equal(await inside.addSession(token("ada", hash(2))), true);
      await inside.removeAllSessions("ada");
      for (const number of [1, 2, 9]) assert.equal(await inside.getSession(hash(number)), null);
      assert.equal(await inside.setPasswordReset(token("ada", hash(3))), true);
      assert.equal(await inside.setPasswordReset(token("ada", hash(4))), true);
      assert.equal(await inside.getPasswordReset(hash(3)), null);
      assert.equal(await inside.removePasswordReset(hash(4)), true);
      assert.equal(await inside.setEmailVerification(token("ada", hash(5))), true);
      await inside.removeEmailVerificationForUser("ada");
      assert.equal(await inside.getEmailVerification(hash(5)), null);
      assert.equal(await inside.addSession(token("ada", hash(6))), true);
    });
    for (const number of [1, 2, 9]) assert.equal(await store.getSession(hash(number)), null);
    assert.equal(await store.getPasswordReset(hash(4)), null);
    assert.ok(await store.getSession(hash(6)) !== null);
  }),

  wideTransactionCase("transaction() shows work its own roles and permissions", async (store) => {
    await store.transaction(async (inside) => {
      await inside.createUser(person("ada"));
      assert.equal(await inside.createRole("editor"), true);
      assert.equal(await inside.createRole("editor"), false);
      assert.equal(await inside.createPermission("posts.edit"), true);
      assert.equal(await inside.grantPermissionToRole("editor", "posts.edit"), true);
      assert.equal(await inside.grantRoleToUser("ada", "editor"), true);
      assert.deepEqual(await inside.listRoles(), new Set(["editor"]));
      assert.deepEqual(await inside.getUserPermissions("ada"), new Set(["posts.edit"]));
      assert.equal(await inside.deleteRole("editor"), true);
      assert.deepEqual(await inside.getUserRoles("ada"), new Set());
      assert.equal(await inside.roleExists("editor"), false);
    });
    assert.deepEqual(await store.listRoles(), new Set());
    assert.deepEqual(await store.listPermissions(), new Set(["posts.edit"]));
  }),

  transactionCase("transaction() runs calls that work makes at once", async (store) => {
    await addUser(store, "ada");
    const answers = await store.transaction((inside) =>
      Promise.all([
        inside.addSession(token("ada", hash(1))),
        inside.addSession(token("ada", hash(2))),
        inside.setPasswordReset(token("ada", hash(3))),
        inside.setPasswordHash("ada", "$fake$2"),
      ])
    );
    assert.deepEqual(answers, [true, true, true, true]);
    assert.ok(await store.getSession(hash(2)) !== null);
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
  }),

  transactionCase("transaction() nested joins the outer one (I5)", async (store) => {
    await addUser(store, "ada");
    const value = await store.transaction(async (outer) => {
      await outer.setPasswordHash("ada", "$fake$2");
      const inner = await outer.transaction(async (nested) => {
        assert.equal(
          await nested.getPasswordHash("ada"),
          "$fake$2",
          "the nested work sees the outer one's writes",
        );
        await nested.addSession(token("ada", hash(1)));
        return await nested.transaction(() => Promise.resolve("innermost"));
      });
      assert.ok(await outer.getSession(hash(1)) !== null, "the outer work sees the nested one's writes");
      return inner;
    });
    assert.equal(value, "innermost");
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
    assert.ok(await store.getSession(hash(1)) !== null);
  }),

  transactionCase("transaction() nested is undone with the outer one (I5)", async (store) => {
    await addUser(store, "ada");
    await failing(store, async (outer) => {
      await outer.transaction(async (nested) => {
        await nested.setPasswordHash("ada", "$fake$2");
      });
      assert.equal(await outer.getPasswordHash("ada"), "$fake$2");
    });
    assert.equal(await store.getPasswordHash("ada"), "$fake$ada", "only the outermost transaction commits");
  }),

  transactionCase("transaction() leaves the store usable after a rollback", async (store) => {
    await addUser(store, "ada");
    for (let round = 0; round < 3; round++) {
      await failing(store, (inside) => inside.setPasswordHash("ada", "$fake$2"));
    }
    assert.equal(await store.setPasswordHash("ada", "$fake$3"), true);
    assert.equal(await store.transaction((inside) => inside.addSession(token("ada", hash(1)))), true);
    assert.equal(await store.getPasswordHash("ada"), "$fake$3");
    assert.ok(await store.getSession(hash(1)) !== null);
  }),

  transactionCase(
    "transaction() of many users at once, every other failing, loses and leaves nothing (I5)",
    async (store) => {
      await atOnce(20, (number) => addUser(store, `user${number}`));
      const outcomes = await atOnce(20, (number) => {
        const work = async (inside: UserStore): Promise<string> => {
          const name = `user${number}`;
          await inside.setPasswordHash(name, "$fake$2");
          // Lets the others run between the two writes.
          await new Promise((resolve) => setTimeout(resolve, 0));
          await inside.addSession(token(name, hash(number)));
          if (number % 2 === 0) throw FAILURE;
          return "kept";
        };
        return store.transaction(work).catch((error) => error === FAILURE ? "undone" : `failed: ${error}`);
      });
      assert.deepEqual(tally(outcomes), { kept: 10, undone: 10 });
      for (let number = 0; number < 20; number++) {
        const kept = number % 2 === 1;
        assert.equal(await store.getPasswordHash(`user${number}`), kept ? "$fake$2" : `$fake$user${number}`);
        assert.equal(await store.getSession(hash(number)) !== null, kept);
      }
    },
  ),

  transactionCase(
    "transaction() of one user by 10 at once lets one guard through and loses nothing (I2)",
    async (store) => {
      const { passwordHash } = await addUser(store, "ada");
      const answers = await atOnce(10, (number) =>
        store.transaction(async (inside) => {
          const changed = await inside.setPasswordHash("ada", `$fake$new${number}`, { passwordHash });
          await new Promise((resolve) => setTimeout(resolve, 0));
          await inside.addSession(token("ada", hash(number)));
          return changed;
        }));
      exactlyOne(answers, "setPasswordHash");
      assert.equal(await store.getPasswordHash("ada"), `$fake$new${answers.indexOf(true)}`);
      const found = await atOnce(10, (number) => store.getSession(hash(number)));
      assert.ok(
        found.every((session) => session !== null),
        "one transaction undid what another had committed",
      );
    },
  ),

  transactionCase("transaction() by 10 at once uses a token once (I2, R49)", async (store) => {
    await addUser(store, "ada");
    await store.setPasswordReset(token("ada", hash(99)));
    const answers = await atOnce(10, (number) =>
      store.transaction(async (inside) => {
        if (await inside.getPasswordReset(hash(99)) === null) return false;
        if (!await inside.removePasswordReset(hash(99))) return false;
        return await inside.setPasswordHash("ada", `$fake$new${number}`);
      }));
    exactlyOne(answers, "removePasswordReset in a transaction");
    assert.equal(await store.getPasswordHash("ada"), `$fake$new${answers.indexOf(true)}`);
  }),
];
