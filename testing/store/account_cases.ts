import assert from "node:assert/strict";
import { EVERY_CALL } from "./_every_call.ts";
import {
  addUser,
  addVerifiedUser,
  at,
  furnish,
  hash,
  NO_RECORD,
  person,
  recordOf,
  token,
} from "./_fixtures.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

const ADA = { username: "ada", first: 1 };
const BOB = { username: "bob", first: 11 };

/** Reading, changing and deleting one account. */
export const accountCases: readonly StoreCase[] = [
  storeCase("every method returns a promise", async (store) => {
    await furnish(store, ADA);
    for (const [name, call] of EVERY_CALL) {
      if (name === "transaction") continue;
      const answer = call(store);
      assert.ok(
        answer instanceof Promise,
        `${name} must return a promise, also where it has nothing to wait for`,
      );
      await answer;
    }
  }),

  storeCase(
    "every method takes the spelling of a username, getUserByUsername alone the key",
    async (store) => {
      const username = "Ada";
      await addUser(store, person(username, { usernameKey: "the key" }));
      assert.equal(await store.setUserVerified(username), true);
      assert.equal(await store.setPasswordHash(username, "$fake$2"), true);
      assert.equal(await store.getPasswordHash(username), "$fake$2");
      assert.equal(await store.setEmailVerification(token(username, hash(1))), true);
      assert.equal(await store.addSession(token(username, hash(2)), { passwordHash: "$fake$2" }), true);
      assert.equal(await store.setPasswordReset(token(username, hash(3))), true);
      await store.createRole("editor");
      await store.createPermission("posts.edit");
      await store.grantPermissionToRole("editor", "posts.edit");
      assert.equal(await store.grantRoleToUser(username, "editor"), true);
      assert.deepEqual(await store.getUserRoles(username), new Set(["editor"]));
      assert.deepEqual(await store.getUserPermissions(username), new Set(["posts.edit"]));
      assert.equal(await store.revokeRoleFromUser(username, "editor"), true);
      assert.equal((await store.getUserByUsername("the key"))?.username, username);
      await store.removeEmailVerificationForUser(username);
      await store.removePasswordResetForUser(username);
      await store.removeAllSessions(username);
      assert.equal(await store.getEmailVerification(hash(1)), null);
      assert.equal(await store.getSession(hash(2)), null);
      assert.equal(await store.getPasswordReset(hash(3)), null);
      assert.equal(await store.addSession(token(username, hash(2))), true);
      assert.equal(await store.deleteUser(username), true);
      assert.equal(await store.getSession(hash(2)), null);
      assert.equal(await store.getUserByUsername("the key"), null);
    },
  ),

  storeCase("getUserByUsername() is null for a name nobody has", async (store) => {
    assert.equal(await store.getUserByUsername("nobody"), null);
    await addUser(store, "ada");
    assert.equal(await store.getUserByUsername("nobody"), null);
  }),

  storeCase("getUserByUsername() gives a snapshot, not the stored object", async (store) => {
    await addUser(store, "ada");
    const before = await store.getUserByUsername("ada");
    await store.setUserVerified("ada");
    assert.equal(before?.verified, false, "a user read earlier must not change with the store");
  }),

  storeCase("getPasswordHash() gives the stored hash, and null for a missing account", async (store) => {
    await addUser(store, person("ada", { passwordHash: "$fake$1" }));
    assert.equal(await store.getPasswordHash("ada"), "$fake$1");
    assert.equal(await store.getPasswordHash("nobody"), null, "an expected absence is null, not an error");
  }),

  storeCase("setPasswordHash() replaces the hash", async (store) => {
    await addUser(store, "ada");
    assert.equal(await store.setPasswordHash("ada", "$fake$2"), true);
    assert.equal(await store.getPasswordHash("ada"), "$fake$2");
  }),

  storeCase("setPasswordHash() is true also when the hash stays as it was", async (store) => {
    await addUser(store, person("ada", { passwordHash: "$fake$1" }));
    const same = await store.setPasswordHash("ada", "$fake$1", { passwordHash: "$fake$1" });
    assert.equal(same, true, "count the rows that matched, not those whose values differ");
  }),

  storeCase("setPasswordHash() is false for a missing account and creates none", async (store) => {
    assert.equal(await store.setPasswordHash("nobody", "$fake$2"), false);
    assert.equal(await store.getPasswordHash("nobody"), null);
    assert.equal(await store.getUserByUsername("nobody"), null);
  }),

  storeCase("setPasswordHash() keeps sessions and tokens, as a rehash needs", async (store) => {
    await furnish(store, ADA);
    await store.setPasswordHash("ada", "$fake$2");
    assert.ok(await store.getEmailVerification(hash(1)) !== null);
    assert.ok(await store.getSession(hash(2)) !== null);
    assert.ok(await store.getPasswordReset(hash(3)) !== null);
  }),

  storeCase("setUserVerified() keeps sessions and tokens", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(2)));
    await store.setPasswordReset(token("ada", hash(3)));
    await store.setUserVerified("ada", "new@example.org");
    assert.equal((await store.getSession(hash(2)))?.user.email, "new@example.org");
    assert.ok(await store.getPasswordReset(hash(3)) !== null);
  }),

  storeCase("deleteUser() is true once, then false", async (store) => {
    await addUser(store, "ada");
    assert.equal(await store.deleteUser("ada"), true);
    assert.equal(await store.deleteUser("ada"), false);
  }),

  storeCase("deleteUser() is false for a missing account and leaves the others", async (store) => {
    await furnish(store, BOB);
    const before = await recordOf(store, BOB);
    assert.equal(await store.deleteUser("nobody"), false);
    assert.deepEqual(await recordOf(store, BOB), before);
  }),

  storeCase("deleteUser() removes the account and all that refers to it (I4, R43)", async (store) => {
    await furnish(store, ADA);
    // Read beforehand, so that whatever keeps an answer has one to keep.
    assert.ok((await recordOf(store, ADA)).passwordHash !== null);
    assert.equal(await store.deleteUser("ada"), true);
    assert.deepEqual(await recordOf(store, ADA), NO_RECORD);
    assert.equal(await store.getUserByEmail("ada@example.org"), null);
  }),

  storeCase("deleteUser() leaves other accounts, roles and permissions as they are", async (store) => {
    await furnish(store, ADA);
    await furnish(store, BOB);
    const before = await recordOf(store, BOB);
    await store.deleteUser("ada");
    assert.deepEqual(await recordOf(store, BOB), before);
    assert.deepEqual(await store.listRoles(), new Set(["editor"]));
    assert.deepEqual(await store.getRolePermissions("editor"), new Set(["posts.edit"]));
  }),

  storeCase("deleteUser() leaves nothing to who uses the name again (I4)", async (store) => {
    await furnish(store, ADA);
    await store.addSession(token("ada", hash(9)));
    await store.deleteUser("ada");
    const heir = await addVerifiedUser(store, person("ada", { passwordHash: "$fake$heir" }));
    const record = await recordOf(store, ADA);
    assert.deepEqual({ ...record, user: null }, { ...NO_RECORD, passwordHash: "$fake$heir" });
    assert.equal(record.user?.id, heir.id);
    assert.equal(await store.getSession(hash(9)), null, "every session of the account goes with it");
  }),

  storeCase(
    "deleteUser() leaves the hashes of its tokens free to be removed by nobody (I4)",
    async (store) => {
      await furnish(store, ADA);
      await store.deleteUser("ada");
      assert.equal(await store.removeEmailVerification(hash(1)), false);
      assert.equal(await store.removeSession(hash(2)), false);
      assert.equal(await store.removePasswordReset(hash(3)), false);
      assert.equal(await store.refreshSession(hash(2), at(7200)), false);
    },
  ),
];
