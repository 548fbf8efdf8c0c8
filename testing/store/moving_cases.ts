import assert from "node:assert/strict";
import { addUser, addVerifiedUser, hash, person } from "./_fixtures.ts";
import { atOnce, outcomeOf, refused, tally } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

const NEW = "new@example.org";

/** An owner moves to another address: `setUserVerified` of an account that is verified already. */
export const movingCases: readonly StoreCase[] = [
  storeCase(
    "setUserVerified() of an owner, without an address, is true again and changes nothing",
    async (store) => {
      const ada = await addVerifiedUser(store, "ada");
      for (const guard of [undefined, { userId: ada.id, verified: true }]) {
        assert.equal(
          await store.setUserVerified("ada", undefined, guard),
          true,
          "the account is what the guard says",
        );
      }
      const { id, email, verified } = await store.getUserByEmail("ada@example.org") ?? assert.fail();
      assert.deepEqual([id, email, verified], [ada.id, "ada@example.org", true]);
    },
  ),

  storeCase(
    "setUserVerified() with another address moves an owner, and the old one is free again (I1)",
    async (store) => {
      const ada = await addVerifiedUser(store, "ada");
      assert.equal(await store.setUserVerified("ada", NEW, { userId: ada.id, verified: true }), true);
      const moved = await store.getUserByUsername("ada");
      assert.deepEqual([moved?.id, moved?.email, moved?.verified], [ada.id, NEW, true]);
      assert.equal((await store.getUserByEmail(NEW))?.id, ada.id);
      assert.equal(await store.getUserByEmail("ada@example.org"), null, "nobody holds the old address");
      const heir = await addVerifiedUser(store, person("bob", { email: "ada@example.org" }));
      assert.equal((await store.getUserByEmail("ada@example.org"))?.id, heir.id);
      assert.equal((await store.getUserByEmail(NEW))?.id, ada.id);
    },
  ),

  storeCase("setUserVerified() with an owned address leaves an owner where it is (I1, I5)", async (store) => {
    const ada = await addVerifiedUser(store, "ada");
    const bob = await addVerifiedUser(store, person("bob", { email: NEW }));
    await refused(store.setUserVerified("ada", NEW, { userId: ada.id, verified: true }), "email_taken");
    for (const { id, username, email } of [ada, bob]) {
      assert.equal((await store.getUserByEmail(email))?.id, id);
      assert.equal((await store.getUserByUsername(username))?.email, email);
    }
  }),

  storeCase(
    "setUserVerified() with another address displaces an unverified holder there (I1)",
    async (store) => {
      const ada = await addVerifiedUser(store, "ada");
      await addUser(store, person("bob", { email: NEW }));
      assert.equal(await store.setUserVerified("ada", NEW), true);
      assert.equal((await store.getUserByEmail(NEW))?.id, ada.id);
      assert.equal(await store.setUserVerified("bob"), false, "bob holds no address any more");
      assert.equal((await store.getUserByUsername("bob"))?.email, NEW, "it still is the one bob asked for");
    },
  ),

  storeCase(
    "setUserVerified() with another address and guard verified true moves owners only",
    async (store) => {
      await addUser(store, "ada");
      assert.equal(await store.setUserVerified("ada", NEW, { verified: true }), false);
      assert.equal(await store.getUserByEmail(NEW), null);
      const user = await store.getUserByEmail("ada@example.org");
      assert.deepEqual([user?.username, user?.verified], ["ada", false]);
    },
  ),

  storeCase(
    "setUserVerified() with another address keeps sessions, tokens, roles and password",
    async (store) => {
      const ada = await addVerifiedUser(store, "ada");
      const expiresAt = new Date("2037-01-01T00:00:00.000Z");
      await store.createRole("admin");
      await store.grantRoleToUser("ada", "admin");
      await store.setEmailVerification({ username: "ada", email: NEW, tokenHash: hash(1), expiresAt });
      await store.setPasswordReset({ username: "ada", tokenHash: hash(2), expiresAt });
      await store.addSession({ id: "s", username: "ada", tokenHash: hash(3), expiresAt });
      assert.equal(await store.setUserVerified("ada", NEW), true);
      assert.equal((await store.getEmailVerification(hash(1)))?.email, NEW);
      assert.equal((await store.getPasswordReset(hash(2)))?.username, "ada");
      assert.equal(
        (await store.getSession(hash(3)))?.user.email,
        NEW,
        "a session shows the user as stored now",
      );
      assert.deepEqual(await store.getUserRoles("ada"), new Set(["admin"]));
      assert.equal(await store.getPasswordHash("ada"), ada.passwordHash);
    },
  ),

  storeCase("setUserVerified() of one address by 40 owners at once moves one of them (I1)", async (store) => {
    for (let number = 0; number < 40; number++) await addVerifiedUser(store, `user${number}`);
    const outcomes = await atOnce(
      40,
      (number) => outcomeOf(store.setUserVerified(`user${number}`, NEW).then((done) => assert.ok(done))),
    );
    assert.deepEqual(tally(outcomes), { resolved: 1, email_taken: 39 });
    const winner = `user${outcomes.indexOf("resolved")}`;
    assert.equal((await store.getUserByEmail(NEW))?.username, winner);
    for (let number = 0; number < 40; number++) {
      const username = `user${number}`;
      const own = `${username}@example.org`;
      const isWinner = username === winner;
      assert.equal((await store.getUserByUsername(username))?.email, isWinner ? NEW : own);
      assert.equal((await store.getUserByEmail(own))?.username, isWinner ? undefined : username);
    }
  }),
];
