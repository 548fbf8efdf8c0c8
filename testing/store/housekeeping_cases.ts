import assert from "node:assert/strict";
import type { PurgeRequest, UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, at, fieldsOf, hash, person } from "./_fixtures.ts";
import { atOnce } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** Purges batch by batch until nothing dead is left; answers the sum. */
async function purgeAll(store: UserStore, request: PurgeRequest): Promise<number> {
  let sum = 0;
  for (let batch = 0; batch < 200; batch++) {
    const removed = await store.purgeExpired(request);
    assert.ok(
      removed >= 0 && removed <= request.limit,
      `removed ${removed} rows, the limit is ${request.limit}`,
    );
    if (removed === 0) return sum;
    sum += removed;
  }
  assert.fail("purgeExpired must come to 0 once nothing dead is left");
}

/** One token of each kind for the account, `first` to `first + 2`. */
async function addTokens(
  store: UserStore,
  { username, first, expiresAt }: { username: string; first: number; expiresAt: Date },
): Promise<void> {
  await store.setEmailVerification({ username, tokenHash: hash(first), expiresAt });
  await store.addSession({ username, tokenHash: hash(first + 1), expiresAt });
  await store.setPasswordReset({ username, tokenHash: hash(first + 2), expiresAt });
}

/** How many of the three tokens are still stored. */
async function tokensLeft(store: UserStore, first: number): Promise<number> {
  const found = [
    await store.getEmailVerification(hash(first)),
    await store.getSession(hash(first + 1)),
    await store.getPasswordReset(hash(first + 2)),
  ];
  return found.filter((token) => token !== null).length;
}

async function sessionsLeft(store: UserStore, count: number): Promise<number> {
  const found = await atOnce(count, (number) => store.getSession(hash(number)));
  return found.filter((session) => session !== null).length;
}

/** Dead rows go in bounded batches, live ones never. */
export const housekeepingCases: readonly StoreCase[] = [
  storeCase(
    "purgeExpired() removes expired tokens of every kind and counts them (I6, T13)",
    async (store) => {
      await addVerifiedUser(store, "ada");
      await addTokens(store, { username: "ada", first: 1, expiresAt: at(-3600) });
      assert.equal(await purgeAll(store, { before: at(-60), limit: 100 }), 3);
      assert.equal(await tokensLeft(store, 1), 0);
      assert.ok(await store.getUserByUsername("ada") !== null, "the account itself stays");
    },
  ),

  storeCase("purgeExpired() never removes a live row (I6, T13)", async (store) => {
    await addUser(store, "ada");
    await addVerifiedUser(store, "bob");
    await addTokens(store, { username: "ada", first: 1, expiresAt: at(3600) });
    await addTokens(store, { username: "bob", first: 11, expiresAt: at(-30) });
    await store.addSession({ username: "ada", tokenHash: hash(21), expiresAt: at(-3600) });
    assert.equal(await purgeAll(store, { before: at(-60), limit: 100 }), 1);
    assert.equal(await tokensLeft(store, 1), 3);
    assert.equal(await tokensLeft(store, 11), 3, "only what expired before the instant asked for");
    assert.equal(await store.getSession(hash(21)), null);
  }),

  storeCase(
    "purgeExpired() keeps what expires at the very instant and takes what expired before",
    async (store) => {
      await addVerifiedUser(store, "ada");
      await addVerifiedUser(store, "bob");
      await addTokens(store, { username: "ada", first: 1, expiresAt: at(-60) });
      await addTokens(store, { username: "bob", first: 11, expiresAt: at(-60.001) });
      assert.equal(await purgeAll(store, { before: at(-60), limit: 100 }), 3);
      assert.equal(await tokensLeft(store, 1), 3);
      assert.equal(await tokensLeft(store, 11), 0);
    },
  ),

  storeCase(
    "purgeExpired() removes at most limit rows in a call, and all of them in the end (I6)",
    async (store) => {
      await addVerifiedUser(store, "ada");
      await atOnce(
        25,
        (number) =>
          store.addSession({ username: "ada", tokenHash: hash(number), expiresAt: at(-3600 - number) }),
      );
      const removed = await store.purgeExpired({ before: at(-60), limit: 10 });
      assert.ok(removed > 0 && removed <= 10, `removed ${removed} rows, the limit is 10`);
      assert.equal(await sessionsLeft(store, 25), 25 - removed, "the answer is how many rows are gone");
      assert.equal(await purgeAll(store, { before: at(-60), limit: 10 }), 25 - removed);
      assert.equal(await sessionsLeft(store, 25), 0);
    },
  ),

  storeCase("purgeExpired() keeps to the limit over all kinds of rows together", async (store) => {
    for (let number = 0; number < 4; number++) {
      const username = `user${number}`;
      await addVerifiedUser(store, username);
      await addTokens(store, { username, first: number * 10, expiresAt: at(-3600) });
    }
    await addUser(store, person("stale", { createdAt: at(-7200) }));
    const removed = await store.purgeExpired({ before: at(-60), unverifiedBefore: at(-60), limit: 2 });
    assert.ok(removed > 0 && removed <= 2, `removed ${removed} rows, the limit is 2`);
    let left = await store.getUserByUsername("stale") === null ? 0 : 1;
    for (let number = 0; number < 4; number++) left += await tokensLeft(store, number * 10);
    assert.equal(left, 13 - removed);
    await purgeAll(store, { before: at(-60), unverifiedBefore: at(-60), limit: 1 });
    for (let number = 0; number < 4; number++) assert.equal(await tokensLeft(store, number * 10), 0);
    assert.equal(await store.getUserByUsername("stale"), null);
  }),

  storeCase("purgeExpired() with nothing dead is 0", async (store) => {
    assert.equal(await store.purgeExpired({ before: at(0), unverifiedBefore: at(0), limit: 10 }), 0);
    await addVerifiedUser(store, "ada");
    await addTokens(store, { username: "ada", first: 1, expiresAt: at(3600) });
    assert.equal(await store.purgeExpired({ before: at(0), unverifiedBefore: at(0), limit: 10 }), 0);
  }),

  storeCase("purgeExpired() spares a session refreshed in time", async (store) => {
    await addVerifiedUser(store, "ada");
    await store.addSession({ username: "ada", tokenHash: hash(1), expiresAt: at(-3600) });
    await store.refreshSession(hash(1), at(3600));
    assert.equal(await purgeAll(store, { before: at(-60), limit: 10 }), 0);
    assert.ok(await store.getSession(hash(1)) !== null, "an index by expiry must follow the refresh");
  }),

  storeCase("purgeExpired() spares a token set anew, and one by the hash of a removed one", async (store) => {
    await addVerifiedUser(store, "ada");
    await addTokens(store, { username: "ada", first: 1, expiresAt: at(-3600) });
    await addTokens(store, { username: "ada", first: 11, expiresAt: at(3600) });
    await store.removeSession(hash(2));
    await store.addSession({ username: "ada", tokenHash: hash(2), expiresAt: at(3600) });
    assert.equal(await purgeAll(store, { before: at(-60), limit: 10 }), 0);
    assert.equal(await tokensLeft(store, 11), 3);
    assert.ok(await store.getSession(hash(2)) !== null);
  }),

  storeCase("purgeExpired() without unverifiedBefore removes no account", async (store) => {
    await addUser(store, person("ada", { createdAt: at(-7200) }));
    await purgeAll(store, { before: at(0), limit: 10 });
    assert.ok(await store.getUserByUsername("ada") !== null);
  }),

  storeCase(
    "purgeExpired() removes unverified accounts created before unverifiedBefore (R41)",
    async (store) => {
      await addUser(store, person("older", { createdAt: at(-60.001) }));
      await addUser(store, person("equal", { createdAt: at(-60) }));
      await addUser(store, person("newer", { createdAt: at(-59.999) }));
      assert.equal(await purgeAll(store, { before: at(-3600), unverifiedBefore: at(-60), limit: 10 }), 1);
      assert.equal(await store.getUserByUsername("older"), null);
      assert.equal(await store.getUserByEmail("older@example.org"), null);
      assert.ok(await store.getUserByUsername("equal") !== null);
      assert.ok(await store.getUserByUsername("newer") !== null);
    },
  ),

  storeCase("purgeExpired() never removes a verified account, however old", async (store) => {
    const ada = await addVerifiedUser(store, person("ada", { createdAt: at(-7200) }));
    const bob = await addUser(store, person("bob", { createdAt: at(-7200) }));
    await store.setUserVerified("bob");
    assert.equal(await purgeAll(store, { before: at(0), unverifiedBefore: at(0), limit: 10 }), 0);
    assert.equal((await store.getUserByUsername("ada"))?.id, ada.id);
    assert.equal((await store.getUserByUsername("bob"))?.id, bob.id);
  }),

  storeCase("purgeExpired() never removes an account without createdAt", async (store) => {
    await addUser(store, "ada");
    assert.equal(await purgeAll(store, { before: at(0), unverifiedBefore: at(0), limit: 10 }), 0);
    assert.ok(await store.getUserByUsername("ada") !== null, "without createdAt an account never lapses");
  }),

  storeCase(
    "purgeExpired() removes with an account all that refers to it, live tokens too (I4)",
    async (store) => {
      await addUser(store, person("ada", { createdAt: at(-7200) }));
      await addTokens(store, { username: "ada", first: 1, expiresAt: at(3600) });
      await store.createRole("editor");
      await store.grantRoleToUser("ada", "editor");
      await purgeAll(store, { before: at(-3600), unverifiedBefore: at(-60), limit: 10 });
      assert.equal(await store.getUserByUsername("ada"), null);
      assert.equal(await tokensLeft(store, 1), 0);
      await addUser(store, "ada");
      assert.equal(await tokensLeft(store, 1), 0, "a name used again inherits nothing");
      assert.deepEqual(await store.getUserRoles("ada"), new Set());
      assert.equal(await store.addSession({ username: "ada", tokenHash: hash(2), expiresAt: at(60) }), true);
    },
  ),

  storeCase("purgeExpired() of displaced accounts leaves the address to its holder", async (store) => {
    const email = "shared@example.org";
    await addUser(store, person("ada", { email, createdAt: at(-7200) }));
    const bob = await addVerifiedUser(store, person("bob", { email, createdAt: at(-7200) }));
    await addUser(store, person("cid", { email, holdsEmail: false, createdAt: at(-7200) }));
    assert.equal(await purgeAll(store, { before: at(-3600), unverifiedBefore: at(-60), limit: 10 }), 2);
    assert.equal(await store.getUserByUsername("ada"), null);
    assert.equal(await store.getUserByUsername("cid"), null);
    const holder = fieldsOf(await store.getUserByEmail(email));
    assert.deepEqual([holder?.id, holder?.email, holder?.verified], [bob.id, email, true]);
  }),

  storeCase("purgeExpired() by two at once counts every row once (T13)", async (store) => {
    await addVerifiedUser(store, "ada");
    await atOnce(
      40,
      (number) => store.addSession({ username: "ada", tokenHash: hash(number), expiresAt: at(-3600) }),
    );
    await store.addSession({ username: "ada", tokenHash: hash(99), expiresAt: at(3600) });
    const sums = await atOnce(2, () => purgeAll(store, { before: at(-60), limit: 7 }));
    // One of the two may have met only rows that the other was removing.
    const rest = await purgeAll(store, { before: at(-60), limit: 7 });
    assert.equal(sums.reduce((sum, removed) => sum + removed, rest), 40);
    assert.equal(await sessionsLeft(store, 40), 0);
    assert.ok(await store.getSession(hash(99)) !== null);
  }),

  storeCase(
    "purgeExpired() racing setUserVerified() removes nobody who was told to be verified",
    async (store) => {
      await atOnce(30, (number) => addUser(store, person(`user${number}`, { createdAt: at(-7200) })));
      const request = { before: at(-3600), unverifiedBefore: at(-60), limit: 3 };
      const [verified] = await Promise.all([
        atOnce(30, (number) => store.setUserVerified(`user${number}`)),
        purgeAll(store, request),
        purgeAll(store, request),
      ]);
      for (const [number, done] of verified.entries()) {
        const user = await store.getUserByUsername(`user${number}`);
        if (done) {
          assert.equal(
            user?.verified,
            true,
            "a verified account was purged: judge in the deleting statement",
          );
        }
      }
      await purgeAll(store, request);
      for (const [number, done] of verified.entries()) {
        assert.equal(await store.getUserByUsername(`user${number}`) !== null, done);
      }
    },
  ),

  storeCase("purgeExpired() racing refreshSession() removes nothing that was refreshed", async (store) => {
    await addVerifiedUser(store, "ada");
    await atOnce(
      30,
      (number) => store.addSession({ username: "ada", tokenHash: hash(number), expiresAt: at(-3600) }),
    );
    const request = { before: at(-60), limit: 3 };
    const [refreshed] = await Promise.all([
      atOnce(30, (number) => store.refreshSession(hash(number), at(3600))),
      purgeAll(store, request),
    ]);
    for (const [number, done] of refreshed.entries()) {
      if (done) assert.ok(await store.getSession(hash(number)) !== null, "a refreshed session was purged");
    }
  }),
];
