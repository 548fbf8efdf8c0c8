import assert from "node:assert/strict";
import type { UserGuard, UserRenaming, UserStore } from "../../interfaces.ts";
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
  type UserRecord,
} from "./_fixtures.ts";
import { refused } from "./_outcomes.ts";
import {
  needing,
  type StoreCase,
  storeCase,
  type StoreCaseRun,
  transactionCase,
  twoStoreCase,
  wideTransactionCase,
} from "./_store_case.ts";

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

const ADA = { username: "ada", first: 1 };
const BOB = { username: "bob", first: 11 };

const STALE_ID = "0d9a7b52-6a55-4d0b-8a4b-6e1f0a2b3c44";

/** A new name, and its key. */
function named(username: string): UserRenaming {
  return { username, usernameKey: username.toLowerCase() };
}

/** Renames an account; `to` is a spelling, or a spelling with a key of its own. */
export function rename(
  store: UserStore,
  { from, to, guard }: { from: string; to: string | UserRenaming; guard?: UserGuard },
): Promise<boolean> {
  assert.ok(store.setUsername !== undefined, "the store that work is handed must have setUsername(), too");
  return store.setUsername(from, typeof to === "string" ? named(to) : to, guard);
}

/** What a record looks like once its account has another name. */
function renamed(record: UserRecord, username: string): unknown {
  const ofNow = <T extends object>(row: T | null): T | null => row && { ...row, username };
  const session = record.session as { user?: object } | null;
  return {
    ...record,
    user: ofNow(record.user),
    verification: ofNow(record.verification),
    session: session && { ...session, username, user: { ...session.user, username } },
    reset: ofNow(record.reset),
  };
}

/** Reads a furnished account that is no longer called what its fixtures are. */
async function recordUnder(store: UserStore, username: string): Promise<UserRecord> {
  return await recordOf(store, { username, first: ADA.first });
}

function renamingCase(name: string, run: StoreCaseRun): StoreCase {
  return needing("setUsername", storeCase(name, run));
}

const changeCases: readonly StoreCase[] = [
  renamingCase("setUsername() takes all that belongs to the account along (I4)", async (store) => {
    await furnish(store, ADA);
    await furnish(store, BOB);
    const [ada, bob] = [await recordOf(store, ADA), await recordOf(store, BOB)];
    const answer = rename(store, { from: "ada", to: "byron" });
    assert.ok(answer instanceof Promise, "setUsername must return a promise");
    assert.equal(await answer, true);
    assert.deepEqual(await recordUnder(store, "byron"), renamed(ada, "byron"));
    assert.equal((await store.getUserByEmail("ada@example.org"))?.username, "byron");
    assert.deepEqual(await recordOf(store, BOB), bob, "another account stays as it is");
  }),

  renamingCase("setUsername() keeps every instant to the millisecond (T10)", async (store) => {
    await addUser(store, person("ada", { createdAt: at(-60.123) }));
    const times = { expiresAt: at(3600.987), createdAt: at(-0.001) };
    const mine = { username: "ada", ...times };
    await store.setEmailVerification({ ...mine, tokenHash: hash(1), email: "new@example.org" });
    await store.addSession({ ...mine, tokenHash: hash(2), id: "4a2f2f4e-0b7d-4c9a-8a43-000000000001" });
    await store.setPasswordReset({ ...mine, tokenHash: hash(3) });
    await rename(store, { from: "ada", to: "Byron" });
    const verification = await store.getEmailVerification(hash(1));
    assert.equal(verification?.email, "new@example.org", "a token keeps the address it proves");
    const session = await store.getSession(hash(2));
    for (const row of [verification, session, await store.getPasswordReset(hash(3))]) {
      assert.deepEqual(
        [row?.username, row?.expiresAt, row?.createdAt],
        ["Byron", times.expiresAt, times.createdAt],
      );
    }
    assert.equal(session?.id, "4a2f2f4e-0b7d-4c9a-8a43-000000000001");
    assert.deepEqual((await store.getUserByUsername("byron"))?.createdAt, at(-60.123));
  }),

  renamingCase("setUsername() leaves nothing under the earlier name", async (store) => {
    await furnish(store, ADA);
    const { id } = await store.getUserByUsername("ada") ?? assert.fail();
    await rename(store, { from: "ada", to: "byron" });
    assert.equal(await store.getUserByUsername("ada"), null);
    assert.equal(await store.getPasswordHash("ada"), null);
    assert.deepEqual(await store.getUserRoles("ada"), new Set());
    assert.deepEqual(await store.getUserPermissions("ada"), new Set());
    assert.equal(await store.addSession(token("ada", hash(4)), { userId: id }), false);
    assert.equal(await store.setPasswordReset(token("ada", hash(4))), false);
    assert.equal(await store.setEmailVerification(token("ada", hash(4))), false);
    assert.equal(await store.setPasswordHash("ada", "$fake$2"), false);
    assert.equal(await store.grantRoleToUser("ada", "editor"), false);
    await store.removeAllSessions("ada");
    await store.removePasswordResetForUser("ada");
    assert.equal(await store.deleteUser("ada"), false);
    assert.ok(await store.getSession(hash(2)) !== null);
    assert.ok(await store.getPasswordReset(hash(3)) !== null);
  }),

  renamingCase("setUsername() leaves an account whose every other method works", async (store) => {
    await furnish(store, ADA);
    await rename(store, { from: "ada", to: "byron" });
    assert.equal(await store.addSession(token("byron", hash(4)), { passwordHash: "$fake$ada" }), true);
    assert.equal(await store.setPasswordHash("byron", "$fake$2", { passwordHash: "$fake$ada" }), true);
    assert.equal(await store.setUserVerified("byron", "new@example.org"), true);
    assert.equal(await store.revokeRoleFromUser("byron", "editor"), true);
    await store.removeAllSessions("byron");
    assert.equal(await store.getSession(hash(2)), null);
    assert.equal(await store.getSession(hash(4)), null);
    assert.equal(await store.removePasswordReset(hash(3)), true);
    assert.equal(await store.deleteUser("byron"), true);
    assert.deepEqual(await recordUnder(store, "byron"), NO_RECORD);
    await addUser(store, "byron");
    assert.equal(await store.getEmailVerification(hash(1)), null, "a name used again inherits nothing (I4)");
  }),

  renamingCase(
    "setUsername() of an account that holds no address leaves that to its holder",
    async (store) => {
      const email = "shared@example.org";
      await addUser(store, person("ada", { email }));
      const bob = await addVerifiedUser(store, person("bob", { email }));
      assert.equal(await rename(store, { from: "ada", to: "byron" }), true);
      assert.equal((await store.getUserByUsername("byron"))?.email, email);
      assert.equal((await store.getUserByEmail(email))?.id, bob.id);
      assert.equal(await store.setUserVerified("byron"), false);
      assert.equal(await store.setUserVerified("byron", "byron@example.org"), true);
    },
  ),

  renamingCase("setUsername() of an unverified account keeps the address that it holds", async (store) => {
    const { id } = await addUser(store, "ada");
    assert.equal(await rename(store, { from: "ada", to: "byron" }), true);
    assert.equal((await store.getUserByEmail("ada@example.org"))?.id, id);
    assert.equal(await store.setUserVerified("byron"), true);
  }),

  renamingCase("setUsername() to another spelling of the own name is done", async (store) => {
    await furnish(store, ADA);
    const ada = await recordOf(store, ADA);
    for (const spelling of ["ADA", "Ada", "ada"]) {
      const from = (await store.getUserByUsername("ada"))?.username ?? "";
      assert.equal(await rename(store, { from, to: spelling }), true);
      assert.deepEqual(fieldsOf(await store.getUserByUsername("ada"))?.username, spelling);
      assert.equal((await store.getSession(hash(2)))?.username, spelling);
      assert.deepEqual(await store.getUserRoles(spelling), new Set(["editor"]));
    }
    assert.deepEqual(await recordOf(store, ADA), ada);
  }),

  renamingCase(
    "setUsername() to the very name the account has is true and changes nothing",
    async (store) => {
      await furnish(store, ADA);
      const before = await recordOf(store, ADA);
      assert.equal(await rename(store, { from: "ada", to: "ada" }), true);
      assert.deepEqual(await recordOf(store, ADA), before);
      assert.equal(await rename(store, { from: "ada", to: "ada", guard: { userId: STALE_ID } }), false);
    },
  ),

  renamingCase(
    "setUsername() gives the earlier name free, and it inherits nothing (I1, I4)",
    async (store) => {
      await furnish(store, ADA);
      await rename(store, { from: "ada", to: "byron" });
      const newcomer = await addUser(store, person("ada", { email: "new@example.org" }));
      assert.equal((await store.getUserByUsername("ada"))?.id, newcomer.id);
      assert.deepEqual(await store.getUserRoles("ada"), new Set());
      await store.removeAllSessions("ada");
      assert.equal((await store.getSession(hash(2)))?.user.username, "byron");
      await store.deleteUser("ada");
      assert.equal(await rename(store, { from: "byron", to: "ada" }), true);
      assert.equal((await store.getSession(hash(2)))?.user.username, "ada");
    },
  ),
];

const refusalCases: readonly StoreCase[] = [
  renamingCase(
    "setUsername() to another account's name is username_taken and changes nothing (I1)",
    async (store) => {
      await furnish(store, ADA);
      await furnish(store, BOB);
      const before = [await recordOf(store, ADA), await recordOf(store, BOB)];
      for (const taken of ["bob", "BOB", "Bob"]) {
        await refused(rename(store, { from: "ada", to: taken }), "username_taken");
        assert.deepEqual([await recordOf(store, ADA), await recordOf(store, BOB)], before);
      }
      assert.equal(
        await rename(store, { from: "ada", to: "byron" }),
        true,
        "a refusal must not be in the way",
      );
    },
  ),

  renamingCase("setUsername() for a missing account is false and makes none", async (store) => {
    await addUser(store, person("Bob", { usernameKey: "the key" }));
    assert.equal(await rename(store, { from: "ada", to: "byron" }), false);
    assert.equal(
      await rename(store, { from: "the key", to: "byron" }),
      false,
      "it takes the spelling, not the key",
    );
    assert.equal(await store.getUserByUsername("byron"), null);
    assert.equal((await store.getUserByUsername("the key"))?.username, "Bob");
    await addUser(store, "byron");
  }),

  renamingCase(
    "setUsername() with a guard that does not match is false and writes nothing (I4)",
    async (store) => {
      await furnish(store, ADA);
      const before = await recordOf(store, ADA);
      const { id } = before.user ?? assert.fail();
      const matching: UserGuard = { userId: id, passwordHash: "$fake$ada", verified: true };
      const wrong: readonly UserGuard[] = [
        { userId: STALE_ID },
        { passwordHash: "$fake$0" },
        { verified: false },
      ];
      for (const guard of [...wrong, ...wrong.map((each) => ({ ...matching, ...each }))]) {
        assert.equal(await rename(store, { from: "ada", to: "byron", guard }), false);
        assert.deepEqual(await recordOf(store, ADA), before);
        assert.equal(await store.getUserByUsername("byron"), null);
      }
      assert.equal(await rename(store, { from: "ada", to: "byron", guard: matching }), true);
    },
  ),

  renamingCase("setUsername() does not serve a newcomer under a name used again (I4)", async (store) => {
    const { id } = await addUser(store, "ada");
    await store.deleteUser("ada");
    await addUser(store, "ada");
    assert.equal(await rename(store, { from: "ada", to: "byron", guard: { userId: id } }), false);
    assert.equal(await store.getUserByUsername("byron"), null);
  }),
];

/** Names that are easily taken for a pattern, for SQL, or for each other. */
const UNUSUAL: readonly string[] = [
  "a%",
  "a_a",
  "a*",
  `o'hara"\`\\;--{}[]$1?:x`,
  "\u{1f980}\u{1f469}\u200d\u{1f4bb}",
  "Zoe\u0308",
  "ADA",
  "adam",
  "漢".repeat(255),
];

const stringCases: readonly StoreCase[] = [
  ...UNUSUAL.map((name) =>
    renamingCase(
      `setUsername() to and from "${name.slice(0, 30)}" touches that account alone`,
      async (store) => {
        await furnish(store, ADA);
        const { id } = await addUser(store, person("zed", { usernameKey: "zed" }));
        await store.addSession(token("zed", hash(21)));
        const ada = await recordOf(store, ADA);
        const to = { username: name, usernameKey: name };
        assert.equal(await rename(store, { from: "zed", to }), true);
        const session = await store.getSession(hash(21));
        assert.deepEqual([session?.username, session?.user.username, session?.user.id], [name, name, id]);
        assert.equal((await store.getUserByUsername(name))?.id, id);
        assert.deepEqual(await recordOf(store, ADA), ada);
        assert.equal(await rename(store, { from: name, to: "zed" }), true);
        assert.equal((await store.getSession(hash(21)))?.username, "zed");
        assert.deepEqual(await recordOf(store, ADA), ada);
      },
    )
  ),

  renamingCase(
    "setUsername() makes a name unique by its key and by nothing else (I1, R29)",
    async (store) => {
      await addUser(store, person("Ada", { usernameKey: "one" }));
      const { id } = await addUser(store, person("Bob", { usernameKey: "two" }));
      assert.equal(await rename(store, { from: "Bob", to: { username: "ada", usernameKey: "ada" } }), true);
      assert.equal((await store.getUserByUsername("ada"))?.id, id);
      assert.equal((await store.getUserByUsername("one"))?.username, "Ada");
      await refused(
        rename(store, { from: "ada", to: { username: "x", usernameKey: "one" } }),
        "username_taken",
      );
    },
  ),
];

const transactionCases: readonly StoreCase[] = [
  needing(
    "setUsername",
    transactionCase(
      "setUsername() in a transaction is seen inside, and undone with it (I5)",
      async (store) => {
        await furnish(store, ADA);
        const before = await recordOf(store, ADA);
        const transaction = store.transaction(async (inside) => {
          assert.equal(await rename(inside, { from: "ada", to: "byron" }), true);
          assert.deepEqual(await recordUnder(inside, "byron"), renamed(before, "byron"));
          assert.equal(await inside.getUserByUsername("ada"), null);
          assert.equal(await inside.addSession(token("byron", hash(4))), true);
          throw FAILURE;
        });
        await assert.rejects(transaction, (error) => error === FAILURE);
        assert.deepEqual(await recordOf(store, ADA), before);
        assert.equal(await store.getUserByUsername("byron"), null);
        assert.equal(await store.getSession(hash(4)), null);
        await store.transaction((inside) => rename(inside, { from: "ada", to: "byron" }));
        assert.deepEqual(await recordUnder(store, "byron"), renamed(before, "byron"));
      },
    ),
  ),

  needing(
    "setUsername",
    wideTransactionCase(
      "setUsername() that is refused in a transaction dooms it, even if caught (I5)",
      async (store) => {
        await addUser(store, "ada");
        await addUser(store, "bob");
        const transaction = store.transaction(async (inside) => {
          await inside.setPasswordHash("ada", "$fake$2");
          await rename(inside, { from: "ada", to: "bob" }).catch(() => {});
        });
        await assert.rejects(transaction, Error);
        assert.equal(await store.getPasswordHash("ada"), "$fake$ada");
        assert.equal((await store.getUserByUsername("ada"))?.username, "ada");
      },
    ),
  ),

  needing(
    "setUsername",
    transactionCase("setUsername() through a handle that has ended is a TypeError", async (store) => {
      await addUser(store, "ada");
      const { inside } = await store.transaction((handle) => Promise.resolve({ inside: handle }));
      await assert.rejects(async () => await rename(inside, { from: "ada", to: "byron" }), TypeError);
      assert.equal(await store.getUserByUsername("byron"), null);
    }),
  ),

  needing(
    "setUsername",
    twoStoreCase("two stores: setUsername() holds for the other at once (I4)", async (store, another) => {
      await furnish(store, ADA);
      assert.ok(await another.getSession(hash(2)) !== null);
      await rename(store, { from: "ada", to: "byron" });
      assert.equal((await another.getSession(hash(2)))?.user.username, "byron");
      assert.equal(await another.getUserByUsername("ada"), null);
      assert.equal(await another.addSession(token("ada", hash(4))), false);
      await another.removeAllSessions("byron");
      assert.equal(await store.getSession(hash(2)), null);
    }),
  ),
];

/** Another name for an account: the optional method `setUsername`. */
export const renamingCases: readonly StoreCase[] = [
  ...changeCases,
  ...refusalCases,
  ...stringCases,
  ...transactionCases,
];
