import assert from "node:assert/strict";
import type { UserGuard, UserStore } from "../../interfaces.ts";
import { addUser, fieldsOf, hash, person, token } from "./_fixtures.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** A method that takes a guard, called for `ada`. */
export interface GuardedMethod {
  readonly name: string;
  readonly call: (store: UserStore, guard: UserGuard) => Promise<boolean>;
}

/** Every required method that takes a guard. */
export const GUARDED_METHODS: readonly GuardedMethod[] = [
  { name: "setUserVerified", call: (store, guard) => store.setUserVerified("ada", undefined, guard) },
  { name: "deleteUser", call: (store, guard) => store.deleteUser("ada", guard) },
  { name: "setPasswordHash", call: (store, guard) => store.setPasswordHash("ada", "$fake$2", guard) },
  {
    name: "setEmailVerification",
    call: (store, guard) => store.setEmailVerification(token("ada", hash(1)), guard),
  },
  { name: "addSession", call: (store, guard) => store.addSession(token("ada", hash(2)), guard) },
  { name: "setPasswordReset", call: (store, guard) => store.setPasswordReset(token("ada", hash(3)), guard) },
];

const ID = "7b0f1c1e-5f7e-4a53-9c39-0a8f3d7c5a11";
const STALE_ID = "0d9a7b52-6a55-4d0b-8a4b-6e1f0a2b3c44";
const MATCHING: Required<UserGuard> = {
  userId: ID,
  passwordHash: "$fake$1",
  verified: false,
  disabled: false,
};

const MISMATCHES: readonly (readonly [string, UserGuard])[] = [
  ["userId is another account's", { userId: STALE_ID }],
  ["passwordHash was changed", { passwordHash: "$fake$0" }],
  ["verified is no longer so", { verified: true }],
  ["userId alone is wrong", { ...MATCHING, userId: STALE_ID }],
  ["passwordHash alone is wrong", { ...MATCHING, passwordHash: "$fake$0" }],
  ["verified alone is wrong", { ...MATCHING, verified: true }],
];

const MATCHES: readonly UserGuard[] = [
  {},
  { userId: ID },
  { passwordHash: "$fake$1" },
  { verified: false },
  MATCHING,
];

/** All that any guarded method could change. */
async function stateOf(store: UserStore): Promise<unknown> {
  return {
    user: fieldsOf(await store.getUserByUsername("ada")),
    holder: fieldsOf(await store.getUserByEmail("ada@example.org")),
    passwordHash: await store.getPasswordHash("ada"),
    verification: await store.getEmailVerification(hash(1)),
    session: await store.getSession(hash(2)),
    reset: await store.getPasswordReset(hash(3)),
    earlier: [
      await store.getEmailVerification(hash(11)),
      await store.getSession(hash(12)),
      await store.getPasswordReset(hash(13)),
    ],
  };
}

/** The account, with a token of each kind that a refused call must leave as it is. */
async function addAda(store: UserStore): Promise<void> {
  await addUser(store, person("ada", { id: ID, passwordHash: "$fake$1" }));
  await store.setEmailVerification(token("ada", hash(11)));
  await store.addSession(token("ada", hash(12)));
  await store.setPasswordReset(token("ada", hash(13)));
}

function casesOf({ name, call }: GuardedMethod): StoreCase[] {
  return [
    storeCase(
      `${name}() with a guard that does not match is false and writes nothing (I3, I4)`,
      async (store) => {
        await addAda(store);
        const before = await stateOf(store);
        for (const [why, guard] of MISMATCHES) {
          assert.equal(await call(store, guard), false, `must be false when ${why}`);
          assert.deepEqual(await stateOf(store), before, `must write nothing when ${why}`);
        }
        assert.equal(
          await call(store, MATCHING),
          true,
          "a failed guard must not be in the way of a later call",
        );
      },
    ),

    ...MATCHES.map((guard) =>
      storeCase(
        `${name}() is done while ${Object.keys(guard).join(", ") || "an empty guard"} holds`,
        async (store) => {
          await addAda(store);
          const before = await stateOf(store);
          assert.equal(await call(store, guard), true);
          assert.notDeepEqual(await stateOf(store), before, "true means that it was written");
        },
      )
    ),

    storeCase(`${name}() for a missing account is false whatever the guard`, async (store) => {
      await addUser(store, "bob");
      const bob = await store.getUserByUsername("bob");
      for (
        const guard of [...MATCHES, ...MISMATCHES.map(([, mismatch]) => mismatch), { userId: bob?.id ?? "" }]
      ) {
        assert.equal(await call(store, guard), false);
      }
      await addAda(store);
      const { verification, session, reset } = await stateOf(store) as Record<string, unknown>;
      assert.deepEqual([verification, session, reset], [null, null, null], "must write nothing (I4)");
    }),

    storeCase(`${name}() does not serve a newcomer under a name used again (I4)`, async (store) => {
      await addUser(store, person("ada", { id: STALE_ID, passwordHash: "$fake$1" }));
      await store.deleteUser("ada");
      await addAda(store);
      const before = await stateOf(store);
      assert.equal(await call(store, { userId: STALE_ID }), false);
      assert.deepEqual(await stateOf(store), before);
    }),
  ];
}

/** A guarded write happens only while the account is what the guard says. */
export const guardCases: readonly StoreCase[] = [
  ...GUARDED_METHODS.flatMap(casesOf),

  storeCase("guards judge what is stored now, not what was stored at first (I3)", async (store) => {
    await addAda(store);
    await store.setPasswordHash("ada", "$fake$2");
    await store.setUserVerified("ada");
    for (const { name, call } of GUARDED_METHODS) {
      assert.equal(await call(store, { passwordHash: "$fake$1" }), false, `${name}: the hash was changed`);
      assert.equal(await call(store, { verified: false }), false, `${name}: the account was verified`);
    }
    const now = { userId: ID, passwordHash: "$fake$2", verified: true };
    assert.equal(await store.addSession(token("ada", hash(2)), now), true);
    assert.equal(await store.deleteUser("ada", now), true);
  }),

  storeCase(
    "setUserVerified() with an address and a guard that fails displaces nobody (I5)",
    async (store) => {
      await addAda(store);
      const bob = await addUser(store, person("bob", { email: "shared@example.org" }));
      for (const [, guard] of MISMATCHES) {
        assert.equal(await store.setUserVerified("ada", "shared@example.org", guard), false);
      }
      assert.equal((await store.getUserByEmail("shared@example.org"))?.id, bob.id);
      assert.equal((await store.getUserByUsername("ada"))?.email, "ada@example.org");
      assert.equal(await store.setUserVerified("ada", "shared@example.org", MATCHING), true);
      assert.equal((await store.getUserByEmail("shared@example.org"))?.id, ID);
    },
  ),

  storeCase("setEmailVerification() whose guard fails leaves the earlier token (I5)", async (store) => {
    await addAda(store);
    await store.setEmailVerification(token("ada", hash(1)));
    assert.equal(await store.setEmailVerification(token("ada", hash(2)), { verified: true }), false);
    assert.ok(await store.getEmailVerification(hash(1)) !== null, "judge the guard before removing anything");
    assert.equal(await store.getEmailVerification(hash(2)), null);
  }),

  storeCase("setPasswordReset() whose guard fails leaves the earlier token (I5)", async (store) => {
    await addAda(store);
    await store.setPasswordReset(token("ada", hash(1)));
    assert.equal(await store.setPasswordReset(token("ada", hash(2)), { userId: STALE_ID }), false);
    assert.ok(await store.getPasswordReset(hash(1)) !== null, "judge the guard before removing anything");
    assert.equal(await store.getPasswordReset(hash(2)), null);
  }),
];
