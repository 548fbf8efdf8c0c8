import assert from "node:assert/strict";
import type { User, UserFlags, UserGuard, UserStore } from "../../interfaces.ts";
import {
  addUser,
  addVerifiedUser,
  at,
  fieldsOf,
  furnish,
  hash,
  person,
  recordOf,
  token,
} from "./_fixtures.ts";
import { didIt, giveAMoment, holdOpen, settled } from "./_held_open.ts";
import { atOnce } from "./_outcomes.ts";
import {
  needing,
  type StoreCase,
  storeCase,
  type StoreCaseRun,
  transactionCase,
  twoStoreCase,
  twoStoreTransactionCase,
} from "./_store_case.ts";
import { GUARDED_METHODS } from "./guard_cases.ts";

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

const ADA = { username: "ada", first: 1 };
const BOB = { username: "bob", first: 11 };

const STALE_ID = "0d9a7b52-6a55-4d0b-8a4b-6e1f0a2b3c44";

/** What a flag that is not there means. */
const OFF = { disabled: false, mustChangePassword: false };

/** Switches flags of `ada`. */
function setFlags(store: UserStore, flags: UserFlags, guard?: UserGuard): Promise<boolean> {
  return setFlagsOf(store, { username: "ada", flags, guard });
}

function setFlagsOf(
  store: UserStore,
  { username, flags, guard }: { username: string; flags: UserFlags; guard?: UserGuard | undefined },
): Promise<boolean> {
  assert.ok(store.setUserFlags !== undefined, "the store that work is handed must have setUserFlags(), too");
  return store.setUserFlags(username, flags, guard);
}

/** A store may leave out a flag that is off. */
function readFlags({ disabled = false, mustChangePassword = false }: User): Required<UserFlags> {
  return { disabled, mustChangePassword };
}

/** The flags of an account by its canonical name. */
async function flagsOf(store: UserStore, usernameKey = "ada"): Promise<Required<UserFlags> | null> {
  const user = await store.getUserByUsername(usernameKey);
  return user && readFlags(user);
}

/** All that is stored about `ada` but the flags. */
async function allButFlags(store: UserStore): Promise<unknown> {
  const { user, session, ...rest } = await recordOf(store, ADA);
  return {
    ...rest,
    user: fieldsOf(user),
    session: [session?.tokenHash, session?.expiresAt, session?.createdAt],
  };
}

function flagCase(name: string, run: StoreCaseRun): StoreCase {
  return needing("setUserFlags", storeCase(name, run));
}

function flagTransactionCase(name: string, run: StoreCaseRun): StoreCase {
  return needing("setUserFlags", transactionCase(name, run));
}

const flagCases: readonly StoreCase[] = [
  flagCase(
    "setUserFlags() switches each flag on and off, for every way to read the account",
    async (store) => {
      await addVerifiedUser(store, "ada");
      await store.addSession(token("ada", hash(1)));
      for (const flags of [{ ...OFF, disabled: true }, { ...OFF, mustChangePassword: true }, OFF]) {
        const answer = setFlags(store, flags);
        assert.ok(answer instanceof Promise, "setUserFlags must return a promise");
        assert.equal(await answer, true);
        const users = [
          await store.getUserByUsername("ada"),
          await store.getUserByEmail("ada@example.org"),
          (await store.getSession(hash(1)))?.user,
        ];
        for (const user of users) {
          assert.ok(user);
          assert.deepEqual(readFlags(user), flags);
        }
      }
    },
  ),

  flagCase("setUserFlags() leaves a flag that is left out as it is", async (store) => {
    await addUser(store, "ada");
    await setFlags(store, { disabled: true });
    await setFlags(store, { mustChangePassword: true });
    assert.deepEqual(await flagsOf(store), { disabled: true, mustChangePassword: true });
    await setFlags(store, { disabled: false });
    assert.deepEqual(await flagsOf(store), { disabled: false, mustChangePassword: true });
    assert.equal(await setFlags(store, {}), true);
    assert.deepEqual(await flagsOf(store), { disabled: false, mustChangePassword: true });
  }),

  flagCase("setUserFlags() is true whether or not anything changed", async (store) => {
    await addUser(store, "ada");
    for (const disabled of [false, true, true, false, false]) {
      assert.equal(await setFlags(store, { disabled }), true, "count the rows found, not the rows changed");
    }
    assert.equal(await setFlags(store, {}), true);
    assert.equal(await setFlags(store, {}, { disabled: true }), false);
  }),

  flagCase(
    "setUserFlags() for a missing account is false and leaves nothing for a newcomer",
    async (store) => {
      assert.equal(await setFlags(store, { disabled: true, mustChangePassword: true }), false);
      await addUser(store, "ada");
      assert.deepEqual(await flagsOf(store), OFF);
    },
  ),

  flagCase("setUserFlags() with a guard that does not match is false and writes nothing", async (store) => {
    const { id, passwordHash } = await addUser(store, "ada");
    const matching: UserGuard = { userId: id, passwordHash, verified: false, disabled: false };
    const wrong: readonly UserGuard[] = [
      { userId: STALE_ID },
      { passwordHash: "$fake$0" },
      { verified: true },
      { disabled: true },
    ];
    for (const guard of [...wrong, ...wrong.map((each) => ({ ...matching, ...each }))]) {
      assert.equal(await setFlags(store, { disabled: true, mustChangePassword: true }, guard), false);
      assert.deepEqual(await flagsOf(store), OFF);
    }
    assert.equal(await setFlags(store, { disabled: true }, matching), true);
    assert.equal(await setFlags(store, { mustChangePassword: true }, matching), false);
    assert.deepEqual(await flagsOf(store), { disabled: true, mustChangePassword: false });
  }),

  flagCase("setUserFlags() changes nothing else of the account, and nothing of another", async (store) => {
    await furnish(store, ADA);
    await furnish(store, BOB);
    const [ada, bob] = [await allButFlags(store), await recordOf(store, BOB)];
    await setFlags(store, { disabled: true, mustChangePassword: true });
    assert.deepEqual(await recordOf(store, BOB), bob);
    assert.deepEqual(await allButFlags(store), ada);
  }),

  flagCase("setUserFlags() stay through every other change of the account", async (store) => {
    const { id } = await addUser(store, person("ada", { createdAt: at(-60) }));
    const flags = { disabled: true, mustChangePassword: true };
    await setFlags(store, flags);
    const changes: readonly (() => Promise<unknown>)[] = [
      () => store.setPasswordHash("ada", "$fake$2"),
      () => addUser(store, person("bob", { email: "ada@example.org" })),
      () => store.setUserVerified("ada", "new@example.org"),
      () => store.addSession(token("ada", hash(1))),
      () => store.setPasswordReset(token("ada", hash(2))),
      () => store.removeAllSessions("ada"),
    ];
    for (const change of changes) {
      await change();
      assert.deepEqual(await flagsOf(store), flags);
    }
    assert.equal((await store.getUserByUsername("ada"))?.id, id);
  }),

  flagCase("setUserFlags() takes the spelling of a username, not the key", async (store) => {
    await addUser(store, person("Ada", { usernameKey: "the key" }));
    const flags = { disabled: true };
    assert.equal(await setFlagsOf(store, { username: "the key", flags }), false);
    assert.equal(await setFlagsOf(store, { username: "ada", flags }), false);
    assert.equal(await setFlagsOf(store, { username: "Ada", flags }), true);
    assert.equal((await flagsOf(store, "the key"))?.disabled, true);
  }),

  flagCase("setUserFlags() are not inherited under a name used again (I4)", async (store) => {
    await addUser(store, "ada");
    await setFlags(store, { disabled: true, mustChangePassword: true });
    await store.deleteUser("ada");
    const { id } = await addUser(store, "ada");
    assert.deepEqual(await flagsOf(store), OFF);
    assert.equal(await store.addSession(token("ada", hash(1)), { userId: id, disabled: false }), true);
  }),

  flagTransactionCase(
    "setUserFlags() in a transaction is seen inside, and undone with it (I5)",
    async (store) => {
      await addUser(store, "ada");
      const transaction = store.transaction(async (inside) => {
        assert.equal(await setFlags(inside, { disabled: true }), true);
        assert.equal((await flagsOf(inside))?.disabled, true, "a read must see the work's own write");
        assert.equal(await inside.addSession(token("ada", hash(1)), { disabled: false }), false);
        throw FAILURE;
      });
      await assert.rejects(transaction, (error) => error === FAILURE);
      assert.deepEqual(await flagsOf(store), OFF);
      assert.equal(await store.transaction((inside) => setFlags(inside, { disabled: true })), true);
      assert.equal((await flagsOf(store))?.disabled, true);
    },
  ),

  flagTransactionCase("setUserFlags() through a handle that has ended is a TypeError", async (store) => {
    await addUser(store, "ada");
    const { inside } = await store.transaction((handle) => Promise.resolve({ inside: handle }));
    await assert.rejects(async () => await setFlags(inside, { disabled: true }), TypeError);
    assert.deepEqual(await flagsOf(store), OFF);
  }),

  needing(
    "setUserFlags",
    twoStoreCase("two stores: setUserFlags() holds for the other at once (R67)", async (store, another) => {
      await addUser(store, "ada");
      await store.addSession(token("ada", hash(1)));
      assert.equal((await another.getSession(hash(1)))?.user.disabled ?? false, false);
      await setFlags(store, { disabled: true });
      assert.equal((await another.getSession(hash(1)))?.user.disabled, true);
      assert.equal(await another.addSession(token("ada", hash(2)), { disabled: false }), false);
    }),
  ),
];

/** Every guarded method, with the guard `disabled`. */
const guardCases: readonly StoreCase[] = GUARDED_METHODS.map(({ name, call }) =>
  flagCase(`${name}() honours a guard on disabled, which setUserFlags() switches`, async (store) => {
    // The calls store what has the hashes 1 to 3.
    const ada = { username: "ada", first: 21 };
    const read = async () => [await recordOf(store, ada), await store.getSession(hash(2))];
    await addUser(store, "ada");
    await store.setEmailVerification(token("ada", hash(21)));
    await store.addSession(token("ada", hash(22)));
    await store.setPasswordReset(token("ada", hash(23)));
    const enabled = await read();
    assert.equal(await call(store, { disabled: true }), false, "the account is not disabled");
    assert.deepEqual(await read(), enabled);
    await setFlags(store, { disabled: true });
    const disabled = await read();
    assert.equal(await call(store, { disabled: false }), false, "the account is disabled");
    assert.deepEqual(await read(), disabled);
    assert.equal(await call(store, { disabled: true }), true);
    assert.notDeepEqual(await read(), disabled, "true means that it was written");
  })
);

const SURVIVOR =
  "a session was opened while the account was being disabled: judge the guard where the row is " +
  "written that disabling writes";

/** Disables the account and ends its sessions, as a flow does: the user row first. */
function disable(store: UserStore): Promise<boolean> {
  return store.transaction(async (inside) => {
    if (!await setFlags(inside, { disabled: true }, { disabled: false })) return false;
    await inside.removeAllSessions("ada");
    return true;
  });
}

function login(store: UserStore, number: number): Promise<boolean> {
  return store.addSession(token("ada", hash(number)), { passwordHash: "$fake$ada", disabled: false });
}

async function noSession(store: UserStore, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    assert.equal(await store.getSession(hash(number)), null, SURVIVOR);
    assert.equal(await store.removeSession(hash(number)), false, SURVIVOR);
  }
}

/** Two sides meet on one account: the first holds a transaction open while the second tries. */
const MEETINGS: readonly (readonly [name: string, run: StoreCaseRun])[] = [
  [
    "setUserFlags() disabling while a login is held open leaves no session (R94)",
    async (first, second) => {
      await addVerifiedUser(first, "ada");
      const held = await holdOpen(first, async (inside, pause) => {
        const added = await login(inside, 1);
        await pause();
        return added;
      });
      const disabling = settled(disable(second));
      await giveAMoment(disabling);
      held.release();
      const [added, disabled] = [didIt(await held.outcome), didIt(await disabling)];
      assert.ok(added || disabled, "one of the two has to come through");
      if (!disabled) assert.equal(await disable(first), true);
      await noSession(first, [1]);
    },
  ],
  [
    "setUserFlags() disabling, held open, lets nobody log in meanwhile (R94)",
    async (first, second) => {
      await addVerifiedUser(first, "ada");
      const held = await holdOpen(first, async (inside, pause) => {
        const disabled = await setFlags(inside, { disabled: true });
        await inside.removeAllSessions("ada");
        await pause();
        return disabled;
      });
      const logins = [
        settled(login(second, 1)),
        settled(second.transaction((inside) => login(inside, 2))),
      ];
      await giveAMoment(...logins);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      await Promise.all(logins);
      await noSession(first, [1, 2]);
    },
  ],
];

const raceCases: readonly StoreCase[] = [
  flagCase(
    "setUserFlags() disabling among 20 logins, then ending sessions, leaves none (R94)",
    async (store) => {
      await addVerifiedUser(store, "ada");
      for (let round = 0; round < 10; round++) {
        await setFlags(store, { disabled: false });
        const first = round * 20;
        const logins = atOnce(20, (number) => login(store, first + number));
        const disabling = setFlags(store, { disabled: true }).then(() => store.removeAllSessions("ada"));
        await Promise.all([logins, disabling]);
        await noSession(store, Array.from({ length: 20 }, (_, number) => first + number));
      }
    },
  ),

  needing(
    "setUserFlags",
    twoStoreCase(
      "two stores: setUserFlags() disabling among 20 logins, then ending sessions, leaves none (R94)",
      async (store, another) => {
        await addVerifiedUser(store, "ada");
        const logins = atOnce(20, (number) => login(number % 2 === 0 ? store : another, number));
        const disabling = setFlags(another, { disabled: true }).then(() => another.removeAllSessions("ada"));
        await Promise.all([logins, disabling]);
        await noSession(store, Array.from({ length: 20 }, (_, number) => number));
      },
    ),
  ),

  flagCase(
    "setUserFlags() guarded by disabled false is true for exactly one of 50 callers",
    async (store) => {
      await addUser(store, "ada");
      const answers = await atOnce(50, () => setFlags(store, { disabled: true }, { disabled: false }));
      assert.equal(answers.filter((answer) => answer).length, 1);
    },
  ),

  ...MEETINGS.map(([name, run]) => flagTransactionCase(name, run)),
  ...MEETINGS.map(([name, run]) =>
    needing("setUserFlags", twoStoreTransactionCase(`two stores: ${name}`, run))
  ),
];

/** Flags of an account: the optional method `setUserFlags`, and the guard `disabled` of every other one. */
export const userFlagCases: readonly StoreCase[] = [...flagCases, ...guardCases, ...raceCases];
