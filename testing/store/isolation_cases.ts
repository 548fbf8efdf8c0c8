import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { at, furnish, hash, recordOf, token } from "./_fixtures.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

const ADA = { username: "ada", first: 1 };
const BOB = { username: "bob", first: 11 };

/** Everything that changes one account, done to `ada`. */
const CHANGES: readonly (readonly [string, (store: UserStore) => Promise<unknown>])[] = [
  ["setUserVerified", (store) => store.setUserVerified("ada", "new@example.org")],
  ["setPasswordHash", (store) => store.setPasswordHash("ada", "$fake$2")],
  ["setEmailVerification", (store) => store.setEmailVerification(token("ada", hash(4)))],
  ["removeEmailVerification", (store) => store.removeEmailVerification(hash(1))],
  ["removeEmailVerificationForUser", (store) => store.removeEmailVerificationForUser("ada")],
  ["addSession", (store) => store.addSession(token("ada", hash(4)))],
  ["removeSession", (store) => store.removeSession(hash(2))],
  ["removeAllSessions", (store) => store.removeAllSessions("ada")],
  ["refreshSession", (store) => store.refreshSession(hash(2), at(7200))],
  ["setPasswordReset", (store) => store.setPasswordReset(token("ada", hash(4)))],
  ["removePasswordReset", (store) => store.removePasswordReset(hash(3))],
  ["removePasswordResetForUser", (store) => store.removePasswordResetForUser("ada")],
  ["revokeRoleFromUser", (store) => store.revokeRoleFromUser("ada", "editor")],
  ["deleteUser", (store) => store.deleteUser("ada")],
];

/** What is done to one account leaves every other as it is. */
export const isolationCases: readonly StoreCase[] = [
  ...CHANGES.map(([name, change]) =>
    storeCase(`${name}() touches one account and no other`, async (store) => {
      await furnish(store, ADA);
      await furnish(store, BOB);
      const [ada, bob] = [await recordOf(store, ADA), await recordOf(store, BOB)];
      await change(store);
      assert.deepEqual(await recordOf(store, BOB), bob, `${name} for ada must not change what bob has`);
      if (name !== "addSession") {
        assert.notDeepEqual(await recordOf(store, ADA), ada, `${name} for ada must change what ada has`);
      }
    })
  ),

  storeCase("grantRoleToUser() touches one account and no other", async (store) => {
    await furnish(store, ADA);
    await furnish(store, BOB);
    const bob = await recordOf(store, BOB);
    await store.createRole("admin");
    await store.grantRoleToUser("ada", "admin");
    assert.deepEqual(await store.getUserRoles("ada"), new Set(["editor", "admin"]));
    assert.deepEqual(await recordOf(store, BOB), bob);
  }),

  storeCase("tokens of one kind are not found, removed or refreshed as another (R48)", async (store) => {
    await furnish(store, ADA);
    const before = await recordOf(store, ADA);
    const [verification, session, reset] = [hash(1), hash(2), hash(3)];
    for (const other of [session, reset]) {
      assert.equal(await store.getEmailVerification(other), null);
      assert.equal(await store.removeEmailVerification(other), false);
    }
    for (const other of [verification, reset]) {
      assert.equal(await store.getSession(other), null);
      assert.equal(await store.removeSession(other), false);
      assert.equal(await store.refreshSession(other, at(7200)), false);
    }
    for (const other of [verification, session]) {
      assert.equal(await store.getPasswordReset(other), null);
      assert.equal(await store.removePasswordReset(other), false);
    }
    assert.deepEqual(await recordOf(store, ADA), before);
  }),

  storeCase("removing all tokens of one kind leaves the other kinds", async (store) => {
    await furnish(store, ADA);
    await store.removeAllSessions("ada");
    assert.ok(await store.getEmailVerification(hash(1)) !== null);
    assert.ok(await store.getPasswordReset(hash(3)) !== null);
    await store.removePasswordResetForUser("ada");
    assert.ok(await store.getEmailVerification(hash(1)) !== null);
    await store.setPasswordReset(token("ada", hash(3)));
    await store.removeEmailVerificationForUser("ada");
    assert.equal(await store.getEmailVerification(hash(1)), null);
    assert.ok(await store.getPasswordReset(hash(3)) !== null);
  }),
];
