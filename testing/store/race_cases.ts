import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, hash, person, token } from "./_fixtures.ts";
import { atOnce, exactlyOne, outcomeOf, tally } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

const SHARED = "shared@example.org";

/** The numbered accounts that are stored. */
async function storedUsers(store: UserStore, count: number) {
  const users = await atOnce(count, (number) => store.getUserByUsername(`user${number}`));
  return users.filter((user) => user !== null);
}

/** Promises that only hold when one statement, or one atomic step, both judges and writes. */
export const raceCases: readonly StoreCase[] = [
  storeCase(
    "createUser() of one name by 1,000 at once makes one user, the rest is username_taken (I1, T1)",
    async (store) => {
      const outcomes = await atOnce(
        1000,
        (number) =>
          outcomeOf(store.createUser(person("ada", {
            email: `user${number}@example.org`,
            passwordHash: `$fake$${number}`,
            verificationTokenHash: hash(number),
            expiresAt: new Date("2037-01-01T00:00:00.000Z"),
          }))),
      );
      assert.deepEqual(tally(outcomes), { resolved: 1, username_taken: 999 });
      const winner = outcomes.indexOf("resolved");
      assert.equal(await store.getPasswordHash("ada"), `$fake$${winner}`);
      assert.equal((await store.getUserByUsername("ada"))?.email, `user${winner}@example.org`);
      const tokens = await atOnce(1000, (number) => store.getEmailVerification(hash(number)));
      assert.equal(
        tokens.filter((found) => found !== null).length,
        1,
        "a refused account must leave no token (I5)",
      );
      assert.ok(tokens[winner] !== null);
    },
  ),

  storeCase(
    "createUser() for an owned address by 1,000 at once is email_taken for all (I1, T1)",
    async (store) => {
      const owner = await addVerifiedUser(store, person("owner", { email: SHARED }));
      const outcomes = await atOnce(
        1000,
        (number) => outcomeOf(store.createUser(person(`user${number}`, { email: SHARED }))),
      );
      assert.deepEqual(tally(outcomes), { email_taken: 1000 });
      assert.equal((await store.getUserByEmail(SHARED))?.id, owner.id);
      assert.equal((await storedUsers(store, 20)).length, 0);
    },
  ),

  storeCase(
    "createUser() for one free address by 100 at once stores all and makes one holder (I1)",
    async (store) => {
      const outcomes = await atOnce(
        100,
        (number) => outcomeOf(store.createUser(person(`user${number}`, { email: SHARED }))),
      );
      assert.deepEqual(tally(outcomes), { resolved: 100 });
      const users = await storedUsers(store, 100);
      assert.equal(users.length, 100);
      assert.ok(users.every((user) => user.email === SHARED), "each keeps the address it asked for");
      const holder = await store.getUserByEmail(SHARED);
      const verified = await atOnce(100, (number) => store.setUserVerified(`user${number}`));
      exactlyOne(verified, "setUserVerified without an address, which only the holder can");
      assert.equal(holder?.username, `user${verified.indexOf(true)}`);
    },
  ),

  storeCase("createUser() for one address with holdsEmail false by 100 at once stores all", async (store) => {
    const owner = await addVerifiedUser(store, person("owner", { email: SHARED }));
    const outcomes = await atOnce(
      100,
      (number) => outcomeOf(store.createUser(person(`user${number}`, { email: SHARED, holdsEmail: false }))),
    );
    assert.deepEqual(tally(outcomes), { resolved: 100 });
    assert.equal((await store.getUserByEmail(SHARED))?.id, owner.id);
  }),

  storeCase(
    "setUserVerified() of one address by 100 accounts at once makes one owner (I1)",
    async (store) => {
      for (let number = 0; number < 100; number++) {
        await addUser(store, person(`user${number}`, { email: SHARED }));
      }
      const outcomes = await atOnce(100, async (number) => {
        const outcome = await outcomeOf(
          store.setUserVerified(`user${number}`, SHARED).then((done) => assert.ok(done)),
        );
        return outcome;
      });
      assert.deepEqual(tally(outcomes), { resolved: 1, email_taken: 99 });
      const owners = (await storedUsers(store, 100)).filter((user) => user.verified);
      assert.equal(owners.length, 1, "never two verified holders of one address");
      assert.equal(owners[0]?.username, `user${outcomes.indexOf("resolved")}`);
      assert.equal((await store.getUserByEmail(SHARED))?.id, owners[0]?.id);
    },
  ),

  storeCase(
    "setUserVerified() racing createUser() for the address leaves one holder, the owner (I1)",
    async (store) => {
      await addUser(store, person("ada", { email: SHARED }));
      const [verified, ...created] = await Promise.all([
        store.setUserVerified("ada", SHARED),
        ...Array.from(
          { length: 20 },
          (_, number) => outcomeOf(store.createUser(person(`user${number}`, { email: SHARED }))),
        ),
      ]);
      assert.equal(verified, true);
      assert.ok(
        created.every((outcome) => outcome === "resolved" || outcome === "email_taken"),
        created.join(),
      );
      assert.equal((await store.getUserByEmail(SHARED))?.username, "ada");
      const stored = await storedUsers(store, 20);
      assert.equal(stored.length, created.filter((outcome) => outcome === "resolved").length);
      const others = await atOnce(
        stored.length,
        (number) => store.setUserVerified(stored[number]?.username ?? ""),
      );
      assert.ok(
        others.every((other) => !other),
        "who asked before the owner was verified holds no address any more",
      );
    },
  ),

  storeCase(
    "setUserVerified() with guard verified false is true for exactly one of 100 callers (I2)",
    async (store) => {
      await addUser(store, "ada");
      const answers = await atOnce(
        100,
        () => store.setUserVerified("ada", undefined, { verified: false }),
      );
      exactlyOne(answers, "setUserVerified");
    },
  ),

  storeCase("deleteUser() is true for exactly one of 100 callers (I2, R44)", async (store) => {
    await addUser(store, "ada");
    exactlyOne(await atOnce(100, () => store.deleteUser("ada")), "deleteUser");
    assert.equal(await store.getUserByUsername("ada"), null);
  }),

  storeCase(
    "setPasswordHash() guarded by the old hash is true for exactly one of 100 callers (R13)",
    async (store) => {
      const { passwordHash } = await addUser(store, "ada");
      const answers = await atOnce(
        100,
        (number) => store.setPasswordHash("ada", `$fake$new${number}`, { passwordHash }),
      );
      exactlyOne(answers, "setPasswordHash");
      assert.equal(await store.getPasswordHash("ada"), `$fake$new${answers.indexOf(true)}`);
    },
  ),

  storeCase("deleteUser() and setPasswordHash() guarded by one hash: exactly one is done", async (store) => {
    const guard = { passwordHash: "$fake$1" };
    await atOnce(20, (number) => addUser(store, person(`user${number}`, guard)));
    await atOnce(20, async (number) => {
      const name = `user${number}`;
      const change = () => store.setPasswordHash(name, "$fake$2", guard);
      const remove = () => store.deleteUser(name, guard);
      const answers = await Promise.all(number % 2 === 0 ? [change(), remove()] : [remove(), change()]);
      exactlyOne(answers, "setPasswordHash or deleteUser");
      const changed = answers[number % 2] === true;
      assert.equal(await store.getPasswordHash(name), changed ? "$fake$2" : null);
    });
  }),

  storeCase(
    "addSession() guarded by a hash racing its change leaves no session of the old one (I3, R57)",
    async (store) => {
      await atOnce(10, (number) => addUser(store, person(`user${number}`, { passwordHash: "$fake$1" })));
      await atOnce(10, async (number) => {
        const name = `user${number}`;
        const guard = { passwordHash: "$fake$1" };
        const login = (session: number) => store.addSession(token(name, hash(number * 100 + session)), guard);
        const early = atOnce(10, (session) => login(session));
        const change = (async () => {
          assert.equal(await store.setPasswordHash(name, "$fake$2", guard), true);
          await store.removeAllSessions(name);
        })();
        const late = atOnce(10, (session) => login(10 + session));
        await Promise.all([early, change, late]);
      });
      const found = await atOnce(1000, (number) => store.getSession(hash(number)));
      assert.ok(
        found.every((session) => session === null),
        "a session outlives the password it was opened with: write the user row before inserting the session",
      );
    },
  ),

  storeCase(
    "deleteUser() racing everything that refers to the account leaves no orphan (I4, R43)",
    async (store) => {
      await store.createRole("editor");
      const { id: userId } = await addUser(store, "ada");
      const calls = (from: number): Promise<boolean>[] => [
        store.addSession(token("ada", hash(from))),
        store.addSession(token("ada", hash(from + 1)), { userId }),
        store.setEmailVerification(token("ada", hash(from + 2)), { userId }),
        store.setPasswordReset(token("ada", hash(from + 3))),
        store.grantRoleToUser("ada", "editor"),
      ];
      const [deleted] = await Promise.all([
        Promise.all(calls(0)).then(() => store.deleteUser("ada")),
        ...calls(10),
        store.setPasswordReset(token("ada", hash(20)), { userId }),
        store.setPasswordHash("ada", "$fake$2"),
      ]);
      assert.equal(deleted, true);
      assert.equal(await store.getPasswordHash("ada"), null);
      await addUser(store, "ada");
      for (let number = 0; number < 30; number++) {
        assert.equal(await store.getSession(hash(number)), null);
        assert.equal(await store.getEmailVerification(hash(number)), null);
        assert.equal(await store.getPasswordReset(hash(number)), null);
      }
      assert.deepEqual(await store.getUserRoles("ada"), new Set());
    },
  ),

  storeCase(
    "a deferred mint guarded by userId never serves who took the name meanwhile (I4)",
    async (store) => {
      const { id: userId } = await addUser(store, "ada");
      const mints = (from: number): Promise<boolean>[] =>
        [from, from + 1, from + 2].flatMap((number) => [
          store.setPasswordReset(token("ada", hash(number)), { userId }),
          store.setEmailVerification(token("ada", hash(number)), { userId, verified: false }),
          store.addSession(token("ada", hash(number)), { userId }),
        ]);
      const renew = async (): Promise<void> => {
        assert.equal(await store.deleteUser("ada", { userId }), true);
        await addUser(store, "ada");
      };
      await Promise.all([...mints(0), renew(), ...mints(3)]);
      for (let number = 0; number < 6; number++) {
        assert.equal(await store.getPasswordReset(hash(number)), null);
        assert.equal(await store.getEmailVerification(hash(number)), null);
        assert.equal(await store.getSession(hash(number)), null);
      }
    },
  ),

  storeCase(
    "createUser() and deleteUser() of one name, many at once, end in a whole account or none (I1, I4)",
    async (store) => {
      const outcomes = await atOnce(60, (number) =>
        outcomeOf(
          number % 3 === 0
            ? store.deleteUser("ada")
            : store.createUser(person("ada", { email: SHARED, passwordHash: `$fake$${number}` })),
        ));
      assert.ok(
        outcomes.every((outcome) => outcome === "resolved" || outcome === "username_taken"),
        outcomes.join(),
      );
      const user = await store.getUserByUsername("ada");
      assert.equal((await store.getUserByEmail(SHARED))?.id, user?.id);
      assert.equal(await store.getPasswordHash("ada") === null, user === null);
      await store.deleteUser("ada");
      await addUser(store, person("ada", { email: SHARED }));
    },
  ),
];
